//! `mock-zendesk serve`: the double standalone, for a client in any language.
//!
//! `options.rs` reads the command line, and `help.txt` describes it. `serve.rs` runs the double.

mod options;
mod serve;

use std::io::{self, Write as _};
use std::process::ExitCode;

use options::Command;

/// The exit code for options that do not work.
const WRONG_USAGE: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let command = options::parse(lexopt::Parser::from_env());
    let done = match command {
        Ok(Command::Help) => return print(include_str!("help.txt")),
        Ok(Command::Version) => {
            return print(concat!("mock-zendesk ", env!("CARGO_PKG_VERSION"), "\n"));
        }
        Ok(Command::Serve(options)) => match serve::start(&options) {
            Ok(zendesk) => serve::run(&zendesk, &options).await,
            Err(problem) => return wrong_usage(&problem),
        },
        Err(problem) => return wrong_usage(&problem),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            tell(&format!("mock-zendesk: {problem}"));
            ExitCode::FAILURE
        }
    }
}

fn wrong_usage(problem: &str) -> ExitCode {
    tell(&format!(
        "mock-zendesk: {problem}\n`mock-zendesk --help` lists the options"
    ));
    ExitCode::from(WRONG_USAGE)
}

/// Writes to stdout. Nobody may be there to read it, which changes nothing.
fn print(text: &str) -> ExitCode {
    let mut stdout = io::stdout();
    let _ = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    ExitCode::SUCCESS
}

/// Writes a line to stderr.
fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
