//! The double standalone, for a client in any language.
//!
//! `serve --help` lists the options.
//!
//! The first line on stdout is `listening on http://127.0.0.1:PORT`. Runs until it is stopped.

#![allow(
    clippy::print_stdout,
    reason = "the address on stdout is what this program is for"
)]

use std::process::ExitCode;
use std::time::Duration;

use mock_zendesk::{
    Clock, Credentials, MockZendesk, calls::KeepCalls, job_statuses::JobPace, users::NewUser,
};

const HELP: &str = "\
A standalone Zendesk for tests, for clients in any language.

usage: serve [OPTIONS]

  --port N                   listens at this port of 127.0.0.1, instead of a free one
  --users N                  seeds this many users besides the owner
  --organizations N          seeds this many organizations
  --memberships N            puts these users into these organizations, this many memberships in all
  --credentials EMAIL:TOKEN  accepts only this API token, instead of any credentials
  --job-seconds S            lets background jobs take this long; by default they are done when first asked for
  --export-delay S           withholds changes from incremental exports for this long, instead of 60 seconds
  --rate-limit N             answers 429 after this many requests in a minute
  --help                     prints this
";

#[derive(Default)]
struct Options {
    port: u16,
    users: usize,
    organizations: usize,
    memberships: usize,
    credentials: Option<Credentials>,
    job_seconds: Option<f64>,
    export_delay: Option<u64>,
    rate_limit: Option<u32>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match parse() {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("{problem}\n`serve --help` lists the options");
            return ExitCode::from(2);
        }
    };
    let mut builder = MockZendesk::builder()
        .clock(Clock::wall())
        .address(([127, 0, 0, 1], options.port).into());
    builder = builder
        .keep_calls(KeepCalls::Last(1_000))
        .allow_unknown_endpoints();
    if let Some(credentials) = options.credentials.clone() {
        builder = builder.credentials(credentials);
    }
    if let Some(seconds) = options.job_seconds {
        builder = builder.job_pace(JobPace::After(Duration::from_secs_f64(seconds)));
    }
    if let Some(seconds) = options.export_delay {
        builder = builder.export_delay(Duration::from_secs(seconds));
    }
    if let Some(per_minute) = options.rate_limit {
        builder = builder.rate_limit(per_minute);
    }
    let zendesk = builder.start().await;
    seed(&zendesk, &options);

    println!("listening on {}", zendesk.uri());
    let credentials = zendesk.credentials();
    let (username, password) = (credentials.username(), credentials.secret());
    println!(
        "try: curl -u {username}:{password} {}",
        zendesk.url("/organization_memberships.json")
    );
    std::future::pending().await
}

/// Users, organizations, and memberships: one for each user in turn, in another organization in
/// each round.
fn seed(zendesk: &MockZendesk, options: &Options) {
    let seed = zendesk.seed();
    let users: Vec<_> = (1..=options.users)
        .map(|n| {
            seed.user(NewUser::new(format!("User {n}")).email(format!("user{n}@example.com")))
                .id
        })
        .collect();
    let organizations: Vec<_> = (1..=options.organizations)
        .map(|n| seed.organization(format!("Organization {n:04}")).id)
        .collect();
    let pairs = (0..organizations.len()).flat_map(|shift| {
        let organizations = &organizations;
        users
            .iter()
            .enumerate()
            .map(move |(n, user)| (*user, organizations[(n + shift) % organizations.len()]))
    });
    for (user, organization) in pairs.take(options.memberships) {
        seed.membership(user, organization);
    }
}

/// The options of the command line. None: help is asked for.
fn parse() -> Result<Option<Options>, lexopt::Error> {
    use lexopt::prelude::{Long, ValueExt};

    let mut options = Options::default();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => options.port = arguments.value()?.parse()?,
            Long("users") => options.users = arguments.value()?.parse()?,
            Long("organizations") => options.organizations = arguments.value()?.parse()?,
            Long("memberships") => options.memberships = arguments.value()?.parse()?,
            Long("credentials") => {
                let value = arguments.value()?.string()?;
                let (email, token) = value
                    .split_once(':')
                    .ok_or("--credentials takes EMAIL:TOKEN")?;
                options.credentials = Some(Credentials::api_token(email, token));
            }
            Long("job-seconds") => {
                let seconds: f64 = arguments.value()?.parse()?;
                if !(0.0..=1e9).contains(&seconds) {
                    return Err("--job-seconds takes a number from 0 to 1000000000".into());
                }
                options.job_seconds = Some(seconds);
            }
            Long("export-delay") => options.export_delay = Some(arguments.value()?.parse()?),
            Long("rate-limit") => options.rate_limit = Some(arguments.value()?.parse()?),
            Long("help") => return Ok(None),
            _ => return Err(argument.unexpected()),
        }
    }
    let most = options.users.saturating_mul(options.organizations.min(300));
    if options.memberships > most {
        let problem = format!(
            "{} memberships need more users or organizations: {most} fit",
            options.memberships
        );
        return Err(problem.into());
    }
    Ok(Some(options))
}
