//! Joins the reports of a test run, and prints which of Zendesk's outcomes the tests met.
//!
//! ```console
//! MOCK_ZENDESK_REPORT_DIR="$PWD/target/zendesk" cargo test
//! cargo run --example report -- target/zendesk
//! cargo run --example report -- target/zendesk --json coverage.json --require invalid
//! cargo run --example report --features html -- target/zendesk --html coverage.html
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the text is for people"
)]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::{Long, Short, Value, ValueExt};
use mock_zendesk::coverage::{Coverage, Outcome};

const USAGE: &str = "usage: report DIR [--json FILE] [--html FILE] [--require OUTCOME]...
  DIR                what the tests wrote with MOCK_ZENDESK_REPORT_DIR
  --json FILE        also write it as JSON
  --html FILE        also write it as an HTML page; needs --features html
  --require OUTCOME  fail if an operation that was called never had this outcome, for example
                     invalid, which is a 422";

/// What the command line asks for.
struct Wanted {
    folder: PathBuf,
    json: Option<PathBuf>,
    html: Option<PathBuf>,
    required: Vec<Outcome>,
}

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let Some(wanted) = Wanted::of_command_line()? else {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    };
    let coverage = Coverage::of_folder(&wanted.folder)?;
    println!("{coverage}");
    if let Some(file) = &wanted.json {
        write(file, serde_json::to_string_pretty(&coverage)? + "\n")?;
    }
    if let Some(file) = &wanted.html {
        write(file, html(&coverage)?)?;
    }
    let gaps = coverage.gaps().into_iter();
    let missing: Vec<_> = gaps
        .filter(|gap| wanted.required.contains(&gap.outcome()))
        .collect();
    for gap in &missing {
        eprintln!("required: {gap}");
    }
    Ok(if missing.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Wanted {
    /// Returns `None` if the command line asks for help.
    fn of_command_line() -> Result<Option<Self>, Box<dyn Error>> {
        let mut folder = None;
        let mut wanted = Self {
            folder: PathBuf::new(),
            json: None,
            html: None,
            required: Vec::new(),
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("help") | Short('h') => return Ok(None),
                Long("json") => wanted.json = Some(arguments.value()?.into()),
                Long("html") => wanted.html = Some(arguments.value()?.into()),
                Long("require") => wanted
                    .required
                    .push(outcome(&arguments.value()?.string()?)?),
                Value(value) if folder.is_none() => folder = Some(PathBuf::from(value)),
                _ => return Err(format!("{}\n{USAGE}", argument.unexpected()).into()),
            }
        }
        let Some(folder) = folder else {
            return Err(format!("DIR is missing\n{USAGE}").into());
        };
        Ok(Some(Self { folder, ..wanted }))
    }
}

/// Returns the outcome with this name, which is the one in the JSON.
fn outcome(name: &str) -> Result<Outcome, Box<dyn Error>> {
    let found = serde_json::from_value(name.into());
    found.map_err(|_| {
        let names = Outcome::ALL.map(|outcome| serde_json::json!(outcome).to_string());
        format!(
            "there is no outcome {name}; the outcomes are {}",
            names.join(", ")
        )
        .into()
    })
}

#[cfg(feature = "html")]
fn html(coverage: &Coverage) -> Result<String, Box<dyn Error>> {
    Ok(coverage.to_html())
}

#[cfg(not(feature = "html"))]
fn html(_: &Coverage) -> Result<String, Box<dyn Error>> {
    Err("--html needs the feature html: cargo run --example report --features html -- …".into())
}

fn write(file: &Path, text: String) -> Result<(), Box<dyn Error>> {
    fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    println!("\nwritten: {}", file.display());
    Ok(())
}
