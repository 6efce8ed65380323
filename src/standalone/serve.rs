//! Runs the double until a signal stops it.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use mock_zendesk::calls::KeepCalls;
use mock_zendesk::fixtures::Fixture;
use mock_zendesk::job_statuses::JobPace;
use mock_zendesk::settings::SearchLag;
use mock_zendesk::users::NewUser;
use mock_zendesk::{Clock, MockZendesk};

use super::options::Options;
use super::{print, tell};

/// How many calls the transcript and the page can show.
const KEPT_CALLS: usize = 1_000;

/// Starts the double with its records and faults. An error names the option that does not work.
pub(crate) fn start(options: &Options) -> Result<MockZendesk, String> {
    let fixture = options.fixture.as_ref().map(Fixture::from_file);
    let fixture = fixture
        .transpose()
        .map_err(|error| format!("--fixture {error}"))?;
    let address = SocketAddr::from((options.host, options.port));
    let mut builder = MockZendesk::builder()
        .address(address)
        .clock(Clock::wall())
        .job_pace(JobPace::After(options.job_time))
        .keep_calls(KeepCalls::Last(KEPT_CALLS))
        .control_page()
        .without_verify_on_drop();
    for name in &options.page_hosts {
        builder = builder.control_page_host(name);
    }
    for credentials in &options.credentials {
        builder = builder.credentials(credentials.clone());
    }
    if let Some(per_window) = options.rate_limit {
        builder = builder.rate_limit(per_window);
    }
    if let Some(window) = options.rate_window {
        builder = builder.rate_window(window);
    }
    if options.endpoint_limits {
        builder = builder.endpoint_limits();
    }
    if let Some(most) = options.job_limit {
        builder = builder.job_limit(most);
    }
    if let Some(delay) = options.export_delay {
        builder = builder.export_delay(delay);
    }
    if let Some(lag) = options.search_lag {
        builder = builder.search_lag(SearchLag::Time(lag));
    }
    let zendesk = builder.try_start().map_err(|error| {
        let option = if options.host.is_loopback() {
            "--port"
        } else {
            "--host and --port"
        };
        format!("{option}: cannot listen at {address}: {error}")
    })?;
    if let Some(fixture) = fixture {
        let loaded = zendesk.seed().try_load(&fixture);
        loaded.map_err(|error| format!("--fixture: {error}"))?;
    }
    seed(&zendesk, options);
    save(&zendesk, options)?;
    for fault in &options.faults {
        zendesk.inject(fault.clone());
    }
    Ok(zendesk)
}

/// Says where the double is, tells its calls, and ends with a signal.
pub(crate) async fn run(zendesk: &MockZendesk, options: &Options) -> Result<(), String> {
    let stopped = stopped().map_err(|error| format!("cannot wait for signals: {error}"))?;
    let credentials = zendesk.credentials();
    let (username, password) = (credentials.username(), credentials.secret());
    let uri = zendesk.uri();
    print(&format!(
        "listening on {uri}\ntry: curl -u {username}:{password} {}\npage: {uri}/_mock/\n",
        zendesk.url("/organization_memberships.json")
    ));
    if !options.host.is_loopback() {
        tell(
            "--host: this is not a loopback address; everybody who reaches it may use the double and its page",
        );
    }
    let follow = zendesk.follow_calls(|text| {
        if !options.quiet {
            tell(text);
        }
    });
    let signal = tokio::select! {
        // The calls come first, so that those before the signal are told.
        biased;
        () = follow => "the end of the calls",
        signal = stopped => signal,
    };
    let calls = zendesk.mark().ordinal();
    tell(&format!(
        "stopped by {signal} after {calls} {}",
        if calls == 1 { "call" } else { "calls" }
    ));
    if options.transcript && calls > 0 {
        print(&(zendesk.transcript() + "\n"));
    }
    save(zendesk, options)
}

/// Writes the account to the file of `--save`. If that fails, the file stays as it was.
fn save(zendesk: &MockZendesk, options: &Options) -> Result<(), String> {
    let Some(path) = &options.save else {
        return Ok(());
    };
    let json = zendesk.account().to_fixture().to_json();
    write(path, &json).map_err(|error| format!("--save {}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, path)
}

/// Users, organizations, and memberships: one for each user in turn, in another organization in
/// each round.
fn seed(zendesk: &MockZendesk, options: &Options) {
    let seed = zendesk.seed();
    let user = |n| NewUser::new(format!("User {n}")).email(format!("user{n}@example.com"));
    let users = seed.users((1..=options.users).map(user));
    let organizations = (1..=options.organizations).map(|n| format!("Organization {n:04}"));
    let organizations = seed.organizations(organizations);
    let pairs = (0..organizations.len()).flat_map(|shift| {
        let organizations = &organizations;
        let users = users.iter().enumerate();
        users.map(move |(n, user)| (user, &organizations[(n + shift) % organizations.len()]))
    });
    for (user, organization) in pairs.take(options.memberships) {
        seed.membership(user, organization);
    }
}

/// Returns a future that completes with the name of the signal that stops the program. A handler
/// replaces whatever was inherited, so this works also for a background process of a shell, where
/// SIGINT is ignored.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = &'static str>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        }
    })
}

/// Returns a future that completes with the name of the signal that stops the program.
#[cfg(not(unix))]
fn stopped() -> io::Result<impl Future<Output = &'static str>> {
    Ok(async {
        // Without the signal, only ending the process stops it.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    })
}
