//! The double standalone, for a client in any language.
//!
//! ```text
//! serve [--port N] [--users N] [--organizations N] [--memberships N] [--credentials EMAIL:TOKEN] [--job-seconds S]
//!       [--rate-limit N]
//! ```
//!
//! The first line on stdout is `listening on http://127.0.0.1:PORT`. Runs until it is stopped.

#![allow(clippy::print_stdout, reason = "the address on stdout is what this program is for")]

use std::fmt::Display;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use mock_zendesk::{Clock, Credentials, JobPace, Journal, MockZendesk, NewUser};

const USAGE: &str = "usage: serve [--port N] [--users N] [--organizations N] [--memberships N] \
                     [--credentials EMAIL:TOKEN] [--job-seconds S] [--rate-limit N]";

#[derive(Default)]
struct Options {
    port: u16,
    users: usize,
    organizations: usize,
    memberships: usize,
    credentials: Option<Credentials>,
    job_seconds: Option<f64>,
    rate_limit: Option<u32>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let mut builder = MockZendesk::builder().clock(Clock::wall()).address(([127, 0, 0, 1], options.port).into());
    builder = builder.journal(Journal::Last(1_000)).allow_unknown_endpoints();
    if let Some(credentials) = options.credentials.clone() {
        builder = builder.credentials(credentials);
    }
    if let Some(seconds) = options.job_seconds {
        builder = builder.job_pace(JobPace::After(Duration::from_secs_f64(seconds)));
    }
    if let Some(per_minute) = options.rate_limit {
        builder = builder.rate_limit(per_minute);
    }
    let zendesk = builder.start().await;
    seed(&zendesk, &options);

    println!("listening on {}", zendesk.uri());
    let credentials = zendesk.credentials();
    let (username, password) = (credentials.username(), credentials.password());
    println!("try: curl -u {username}:{password} {}", zendesk.url("/organization_memberships.json"));
    std::future::pending().await
}

/// Users, organizations, and memberships: one for each user in turn, in another organization in each round.
fn seed(zendesk: &MockZendesk, options: &Options) {
    let seed = zendesk.seed();
    let users: Vec<_> = (1..=options.users)
        .map(|n| seed.user(NewUser::new(format!("User {n}")).email(format!("user{n}@example.com"))).id)
        .collect();
    let organizations: Vec<_> =
        (1..=options.organizations).map(|n| seed.organization(format!("Organization {n:04}")).id).collect();
    let pairs = (0..organizations.len()).flat_map(|shift| {
        let organizations = &organizations;
        users.iter().enumerate().map(move |(n, user)| (*user, organizations[(n + shift) % organizations.len()]))
    });
    for (user, organization) in pairs.take(options.memberships) {
        seed.membership(user, organization);
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value, or is unknown"))?;
        match name.as_str() {
            "--port" => options.port = number(&name, &value)?,
            "--users" => options.users = number(&name, &value)?,
            "--organizations" => options.organizations = number(&name, &value)?,
            "--memberships" => options.memberships = number(&name, &value)?,
            "--credentials" => {
                let (email, token) = value.split_once(':').ok_or("--credentials takes EMAIL:TOKEN")?;
                options.credentials = Some(Credentials::token(email, token));
            }
            "--job-seconds" => {
                let seconds: f64 = number(&name, &value)?;
                if !(0.0..=1e9).contains(&seconds) {
                    return Err("--job-seconds takes a number from 0 to 1000000000".to_owned());
                }
                options.job_seconds = Some(seconds);
            }
            "--rate-limit" => options.rate_limit = Some(number(&name, &value)?),
            _ => return Err(format!("unknown option {name}")),
        }
    }
    let most = options.users.saturating_mul(options.organizations.min(300));
    if options.memberships > most {
        return Err(format!("{} memberships need more users or organizations: {most} fit", options.memberships));
    }
    Ok(options)
}

fn number<T: FromStr<Err: Display>>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|error| format!("{name} {value}: {error}"))
}
