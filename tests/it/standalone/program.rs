//! The binary as a test runs it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Output, Stdio};

use reqwest::blocking::{Client, Response};
use serde_json::Value;

/// The path of the binary.
pub(super) const PROGRAM: &str = env!("CARGO_BIN_EXE_mock-zendesk");

/// A program that serves, until it is dropped.
pub(super) struct Program {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    pub(super) uri: String,
    client: Client,
}

impl Program {
    pub(super) fn serving(options: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.arg("serve").args(options);
        Self::run(command)
    }

    /// Runs a command that starts the binary, and reads its address.
    pub(super) fn run(mut command: Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let uri = line.trim_end().strip_prefix("listening on ");
        let uri = uri.unwrap_or_else(|| panic!("the first line is {line:?}"));
        Self {
            child,
            stdout,
            uri: uri.to_owned(),
            client: Client::new(),
        }
    }

    pub(super) fn get(&self, path: &str) -> Response {
        let get = self.client.get(format!("{}{path}", self.uri));
        get.basic_auth("owner@example.com/token", Some("token"))
            .send()
            .unwrap()
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Response {
        let post = self.client.post(format!("{}{path}", self.uri)).json(body);
        post.basic_auth("owner@example.com/token", Some("token"))
            .send()
            .unwrap()
    }

    /// Sends a signal, and returns the exit code, and what was printed to stdout and to stderr.
    pub(super) fn stopped_by(mut self, signal: &str) -> (Option<i32>, String, String) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(kill.unwrap().success());
        let code = self.child.wait().unwrap().code();
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).unwrap();
        let told = self.child.stderr.take();
        told.unwrap().read_to_string(&mut stderr).unwrap();
        (code, stdout, stderr)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the binary to its end, with the standard input closed.
pub(super) fn output(arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).stdin(Stdio::null());
    command.output().unwrap()
}
