//! Reads the command line. Every problem names the option.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use lexopt::prelude::{Long, Short, Value, ValueExt as _};
use mock_zendesk::{Credentials, Fault};

/// The longest time that an option accepts, in seconds.
const MAX_SECONDS: f64 = 1e9;

const SECONDS: &str = " of seconds";

/// The most records of one kind that are seeded: ten million memberships take more than a gigabyte.
/// Jobs are as many at most.
const MAX_COUNT: usize = 10_000_000;

/// The organizations that one user may be in.
const ORGANIZATIONS_PER_USER: usize = 300;

/// What the command line asks for.
pub(crate) enum Command {
    Help,
    Version,
    Serve(Box<Options>),
}

/// The options of `serve`, as `help.txt` describes them.
pub(crate) struct Options {
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    pub(crate) page_hosts: Vec<String>,
    pub(crate) fixture: Option<PathBuf>,
    pub(crate) save: Option<PathBuf>,
    pub(crate) users: usize,
    pub(crate) organizations: usize,
    pub(crate) memberships: usize,
    pub(crate) credentials: Vec<Credentials>,
    pub(crate) rate_limit: Option<u32>,
    pub(crate) rate_window: Option<Duration>,
    pub(crate) endpoint_limits: bool,
    pub(crate) job_limit: Option<usize>,
    pub(crate) job_time: Duration,
    pub(crate) export_delay: Option<Duration>,
    pub(crate) search_lag: Option<Duration>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) quiet: bool,
    pub(crate) transcript: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            page_hosts: Vec::new(),
            fixture: None,
            save: None,
            users: 0,
            organizations: 0,
            memberships: 0,
            credentials: Vec::new(),
            rate_limit: None,
            rate_window: None,
            endpoint_limits: false,
            job_limit: None,
            // A job that nobody polls must end, too.
            job_time: Duration::from_secs(1),
            export_delay: None,
            search_lag: None,
            faults: Vec::new(),
            quiet: false,
            transcript: false,
        }
    }
}

/// Returns what the arguments ask for, or why they cannot be followed.
pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Command, String> {
    let mut options = Options::default();
    let mut is_serve = false;
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            Long("help") | Short('h') => return Ok(Command::Help),
            Long("version") | Short('V') => return Ok(Command::Version),
            Value(command) if command == "serve" && !is_serve => is_serve = true,
            Long("host") => options.host = parsed(&mut arguments, "host")?,
            Long("port") => options.port = number(&mut arguments, "port", 0..=u16::MAX, "")?,
            Long("page-host") => options.page_hosts.push(page_host(&mut arguments)?),
            Long("fixture") => options.fixture = Some(path(&mut arguments, "fixture")?),
            Long("save") => options.save = Some(path(&mut arguments, "save")?),
            Long("users") => options.users = count(&mut arguments, "users")?,
            Long("organizations") => {
                options.organizations = count(&mut arguments, "organizations")?
            }
            Long("memberships") => options.memberships = count(&mut arguments, "memberships")?,
            Long("credentials") => options.credentials.push(credentials(&mut arguments)?),
            Long("rate-limit") => {
                options.rate_limit = Some(number(&mut arguments, "rate-limit", 0..=u32::MAX, "")?)
            }
            Long("rate-window-seconds") => options.rate_window = Some(window(&mut arguments)?),
            Long("endpoint-limits") => options.endpoint_limits = true,
            Long("job-limit") => options.job_limit = Some(count(&mut arguments, "job-limit")?),
            Long("job-seconds") => options.job_time = seconds(&mut arguments, "job-seconds")?,
            Long("export-delay") => {
                options.export_delay = Some(seconds(&mut arguments, "export-delay")?)
            }
            Long("search-lag") => options.search_lag = Some(seconds(&mut arguments, "search-lag")?),
            Long("fault") => options.faults.push(parsed(&mut arguments, "fault")?),
            Long("quiet") => options.quiet = true,
            Long("transcript") => options.transcript = true,
            other => return Err(other.unexpected().to_string()),
        }
    }
    if !is_serve {
        return Err("say `mock-zendesk serve` to start it".to_owned());
    }
    options
        .checked()
        .map(|options| Command::Serve(Box::new(options)))
}

fn path(arguments: &mut lexopt::Parser, option: &str) -> Result<PathBuf, String> {
    let value = arguments.value().map(PathBuf::from);
    value.map_err(|error| of(option, error))
}

fn text(arguments: &mut lexopt::Parser, option: &str) -> Result<String, String> {
    let value = arguments.value().map_err(|error| error.to_string())?;
    value.string().map_err(|error| of(option, error))
}

fn parsed<T: FromStr<Err: Display>>(
    arguments: &mut lexopt::Parser,
    option: &str,
) -> Result<T, String> {
    let text = text(arguments, option)?;
    text.parse()
        .map_err(|error| format!("--{option} {text}: {error}"))
}

/// Returns a value in this range. `unit` is empty, or begins with a space.
fn number<T: FromStr + PartialOrd + Display>(
    arguments: &mut lexopt::Parser,
    option: &str,
    range: RangeInclusive<T>,
    unit: &str,
) -> Result<T, String> {
    let text = text(arguments, option)?;
    let number = text.parse().ok();
    number
        .filter(|number| range.contains(number))
        .ok_or_else(|| {
            let (least, most) = range.into_inner();
            format!("--{option} {text}: it takes a number{unit} from {least} to {most}")
        })
}

fn count(arguments: &mut lexopt::Parser, option: &str) -> Result<usize, String> {
    number(arguments, option, 0..=MAX_COUNT, "")
}

fn seconds(arguments: &mut lexopt::Parser, option: &str) -> Result<Duration, String> {
    let seconds = number(arguments, option, 0.0..=MAX_SECONDS, SECONDS)?;
    Ok(Duration::from_secs_f64(seconds))
}

fn window(arguments: &mut lexopt::Parser) -> Result<Duration, String> {
    let option = "rate-window-seconds";
    let seconds = number(arguments, option, 1..=u32::MAX, SECONDS)?;
    Ok(Duration::from_secs(seconds.into()))
}

fn page_host(arguments: &mut lexopt::Parser) -> Result<String, String> {
    let name = text(arguments, "page-host")?;
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || !name.chars().all(is_of_name) {
        return Err(of(
            "page-host",
            "it takes the name of a host, without a port",
        ));
    }
    Ok(name)
}

/// Returns an API token. An error does not repeat it.
fn credentials(arguments: &mut lexopt::Parser) -> Result<Credentials, String> {
    let text = text(arguments, "credentials")?;
    match text.split_once(':') {
        Some((email, token)) if !email.is_empty() && !token.is_empty() => {
            Ok(Credentials::api_token(email, token))
        }
        _ => Err(of("credentials", "it takes EMAIL:TOKEN")),
    }
}

fn of(option: &str, problem: impl Display) -> String {
    format!("--{option}: {problem}")
}

impl Options {
    /// Checks options that depend on one another.
    fn checked(self) -> Result<Self, String> {
        let seeded = [
            ("users", self.users),
            ("organizations", self.organizations),
            ("memberships", self.memberships),
        ];
        let seeded = seeded.into_iter().find(|(_, count)| *count > 0);
        if let (Some(_), Some((option, _))) = (&self.fixture, seeded) {
            return Err(of(
                option,
                "its records could be in the fixture already; leave out --fixture or this",
            ));
        }
        if self.rate_window.is_some() && self.rate_limit.is_none() {
            return Err(of(
                "rate-window-seconds",
                "it changes --rate-limit, which is missing",
            ));
        }
        let most = self
            .users
            .saturating_mul(self.organizations.min(ORGANIZATIONS_PER_USER));
        if self.memberships > most {
            let problem = format!(
                "{} need more users or organizations: {most} fit",
                self.memberships
            );
            return Err(of("memberships", problem));
        }
        Ok(self)
    }
}
