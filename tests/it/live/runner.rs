//! Runs each case in a child process against the account, and removes what it made.
//!
//! A case that lost a reply and then failed runs again from its start. So does one that was held up
//! and then failed, until it has failed at the same place several times. A case that fails without
//! that runs a second time, alone, when all others have ended: only what differs twice is a
//! difference.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::account::{Account, Allowed};
use super::notes::{CASE, Case, Note, read};
use super::report::{Failure, Outcome, Report};

/// How often a case starts whose failures are those of the connection.
const MAX_STARTS: u32 = 12;
/// How often a case fails at the same place that was held up before, until that counts as a failure.
const MAX_DELAYED_FAILURES: u32 = 3;
/// Longer than the slowest case takes in an account with a small rate limit.
const MAX_CASE_TIME: Duration = Duration::from_secs(1_800);

/// How a run is set up.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) url: String,
    pub(crate) email: String,
    pub(crate) token: String,
    /// How many cases run at once.
    pub(crate) at_once: usize,
    /// Where the report goes.
    pub(crate) folder: PathBuf,
    /// The cases whose path contains one of these run. Empty: all.
    pub(crate) only: Vec<String>,
    /// How long the index of the search may lag.
    pub(crate) index_patience: Duration,
}

impl Config {
    pub(crate) fn from_environment() -> Result<Self, String> {
        let needed = |name: &str| {
            std::env::var(name).map_err(|_| {
                format!("{name} is not set. The suite needs an account: set ZENDESK_URL, ZENDESK_EMAIL and ZENDESK_TOKEN")
            })
        };
        let optional = |name: &str| std::env::var(name).ok();
        let number = |name: &str, default: u64| match optional(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|_| format!("{name} is no number: {text}")),
        };
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/contract-report");
        Ok(Self {
            url: needed("ZENDESK_URL")?.trim_end_matches('/').to_owned(),
            email: needed("ZENDESK_EMAIL")?,
            token: needed("ZENDESK_TOKEN")?,
            at_once: usize::try_from(number("CONTRACT_AT_ONCE", 4)?.max(1)).unwrap(),
            folder: optional("CONTRACT_REPORT").map_or(target, PathBuf::from),
            only: optional("CONTRACT_ONLY")
                .map(|only| only.split_whitespace().map(str::to_owned).collect())
                .unwrap_or_default(),
            index_patience: Duration::from_secs(number("CONTRACT_INDEX_SECONDS", 300)?),
        })
    }
}

/// Removes what a run with this mark left.
pub(crate) async fn sweep(config: &Config, run: &str) -> Result<Vec<String>, String> {
    let left = Account::connect(config).await?.sweep(run).await?;
    Ok(lines(left).collect())
}

/// What could not be removed, each with the reason.
fn lines(left: BTreeMap<String, String>) -> impl Iterator<Item = String> {
    left.into_iter().map(|(path, why)| format!("{path}: {why}"))
}

/// What all cases of a run share.
struct Run {
    config: Config,
    account: Account,
    allowed: Allowed,
    /// In the name of all that the run makes: the Unix time of its start and three digits more.
    mark: String,
    starts: AtomicU64,
}

/// Runs all cases.
pub(crate) async fn run(config: &Config) -> Result<Report, String> {
    let start = Instant::now();
    let mark = new_mark();
    let account = Account::connect(config).await?;
    fs::create_dir_all(cases_of(&config.folder)).map_err(|error| error.to_string())?;
    eprintln!("the mark of this run is {mark}");
    let allowed = account.probe(&mark, config.index_patience).await?;
    let run = Arc::new(Run {
        config: config.clone(),
        account,
        allowed,
        mark,
        starts: AtomicU64::new(0),
    });
    let mut report = Report::new(&run.config.url, &run.mark, run.allowed.remarks.clone());

    // The cases of exports wait most of the time, and should not keep the others waiting.
    let [places, places_of_exports] = [(); 2].map(|()| Arc::new(Semaphore::new(config.at_once)));
    let mut running = JoinSet::new();
    for case in cases(&config.only)? {
        let places = match case.starts_with("contract::exports::") {
            true => Arc::clone(&places_of_exports),
            false => Arc::clone(&places),
        };
        let run = Arc::clone(&run);
        running.spawn(async move {
            let _place = places.acquire().await.unwrap();
            let (outcome, left) = run.outcome_of(&case).await;
            (case, outcome, left)
        });
    }
    let (mut failed, mut left_behind) = (Vec::new(), Vec::new());
    let mut count = 0;
    while let Some(ended) = running.join_next().await {
        count += 1;
        if count % 100 == 0 {
            eprintln!("{count} cases after {} s", start.elapsed().as_secs());
        }
        let (case, outcome, left) = ended.map_err(|error| error.to_string())?;
        left_behind.extend(left);
        match outcome {
            Outcome::Differs(failure) if !failure.is_of_rule() => failed.push((case, failure)),
            outcome => report.add(case, outcome),
        }
    }
    failed.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (case, failure) in failed {
        // A second may have begun between two requests, and another case may have added a field.
        let runs = if failure.is_about_times_or_fields() {
            6
        } else {
            1
        };
        let mut outcome = Outcome::Held;
        for _ in 0..runs {
            let (again, left) = run.outcome_of(&case).await;
            left_behind.extend(left);
            outcome = again;
            if matches!(outcome, Outcome::Held) {
                break;
            }
        }
        match outcome {
            Outcome::Held if runs == 1 => report.add(case, Outcome::Unsteady(failure)),
            outcome => report.add(case, outcome),
        }
    }
    match run.account.sweep(&run.mark).await {
        Ok(left) => report.left.extend(lines(left)),
        Err(problem) => report
            .left
            .push(format!("the sweep at the end failed: {problem}")),
    }
    // What a lost reply made may have kept others from going, and is gone now.
    report
        .left
        .extend(lines(run.account.remove(&left_behind).await));
    report.seconds = start.elapsed().as_secs();
    Ok(report)
}

impl Run {
    /// Runs a case until its outcome does not depend on lost replies. Gives the outcome and what the
    /// case made and could not be removed.
    async fn outcome_of(&self, case: &str) -> (Outcome, Vec<String>) {
        let mut left = Vec::new();
        let mut delayed: BTreeMap<String, u32> = BTreeMap::new();
        for _ in 0..MAX_STARTS {
            let notes = match self.start(case).await {
                Ok(notes) => notes,
                Err(problem) => return (Outcome::Inconclusive(problem), left),
            };
            let made: Vec<String> = notes.iter().filter_map(made_in).collect();
            left.extend(self.account.remove(&made).await.into_keys());
            match verdict(&notes) {
                Verdict::Final(outcome) => return (outcome, left),
                Verdict::Delayed(failure) => {
                    let failures = delayed.entry(failure.place.clone()).or_default();
                    *failures += 1;
                    if *failures == MAX_DELAYED_FAILURES {
                        return (Outcome::Differs(failure), left);
                    }
                }
                Verdict::Again => {}
            }
        }
        let why = format!("replies were lost in each of {MAX_STARTS} runs of the case");
        (Outcome::Inconclusive(why), left)
    }

    /// Runs a case once.
    async fn start(&self, case: &str) -> Result<Vec<Note>, String> {
        let number = self.starts.fetch_add(1, Ordering::Relaxed) + 1;
        let file = cases_of(&self.config.folder).join(format!("{}-{number}.jsonl", self.mark));
        let told = Case {
            url: self.config.url.clone(),
            email: self.config.email.clone(),
            mark: format!("{}-{number}", self.mark),
            notes: file.display().to_string(),
            index_seconds: self.allowed.index_seconds,
            forbidden: self.allowed.forbidden.clone(),
            has_one_organization: self.allowed.has_one_organization,
            speaks_for_others: self.allowed.speaks_for_others,
        };
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args([case, "--exact", "--nocapture", "--test-threads=1"])
            .env(CASE, serde_json::to_string(&told).unwrap())
            .env("ZENDESK_TOKEN", &self.config.token)
            .env("RUST_BACKTRACE", "0")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let is_success = tokio::task::spawn_blocking(move || wait(&mut command))
            .await
            .unwrap()?;
        let mut notes = read(&file);
        let is_explained = notes
            .iter()
            .any(|note| matches!(note, Note::Panicked { .. } | Note::Unreachable(_)));
        if !is_success && !is_explained {
            let message = "the case ended without a word".to_owned();
            notes.push(Note::Panicked {
                message,
                place: String::new(),
            });
        }
        let _ = fs::remove_file(&file);
        Ok(notes)
    }
}

/// Waits until a child ends. Returns whether it succeeded.
fn wait(command: &mut Command) -> Result<bool, String> {
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let start = Instant::now();
    while start.elapsed() < MAX_CASE_TIME {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(status.success());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(format!("it took more than {} s", MAX_CASE_TIME.as_secs()))
}

/// What one run of a case says.
enum Verdict {
    Final(Outcome),
    /// It failed, and was held up before: what it asked for may have been over.
    Delayed(Failure),
    /// A reply was lost, so its failure says nothing.
    Again,
}

/// What the notes of one run of a case say.
fn verdict(notes: &[Note]) -> Verdict {
    let mut failure = Failure::default();
    let (mut has_asked, mut has_lost, mut has_failed) = (false, false, false);
    let mut was_held_up = false;
    let mut broken = None;
    for note in notes {
        match note {
            Note::Skipped(why) => return Verdict::Final(Outcome::Skipped(why.clone())),
            Note::Exchange {
                request,
                sent,
                status,
                reply,
            } => {
                has_asked = true;
                if !has_failed {
                    failure.last_exchange(request, sent, *status, reply);
                }
            }
            Note::Lost(_) => has_lost = true,
            Note::Delayed(_) => was_held_up = true,
            Note::Unreachable(_) => return Verdict::Again,
            Note::Panicked { message, place } if !has_failed => {
                has_failed = true;
                failure.explain(message, place);
            }
            Note::Broken {
                row,
                request,
                expected,
                came,
            } if broken.is_none() => {
                broken = Some(Failure::of_rule(row, request, expected, came));
            }
            _ => {}
        }
    }
    Verdict::Final(match (has_failed, broken) {
        (true, _) if has_lost => return Verdict::Again,
        (true, _) if was_held_up => return Verdict::Delayed(failure),
        (true, _) => Outcome::Differs(failure),
        (false, Some(broken)) => Outcome::Differs(broken),
        (false, None) if has_asked => Outcome::Held,
        (false, None) => Outcome::Skipped("needs an account that is set up otherwise".to_owned()),
    })
}

fn made_in(note: &Note) -> Option<String> {
    match note {
        Note::Made(path) => Some(path.clone()),
        _ => None,
    }
}

/// The paths of the cases, as `cargo test` prints them.
fn cases(only: &[String]) -> Result<Vec<String>, String> {
    let listed = Command::new(std::env::current_exe().unwrap())
        .args(["--list", "contract::"])
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    let all = text.lines().filter_map(|line| line.strip_suffix(": test"));
    let is_case = |name: &&str| name.starts_with("contract::");
    let is_asked =
        |name: &&str| only.is_empty() || only.iter().any(|part| name.contains(part.as_str()));
    let cases: Vec<String> = all
        .filter(is_case)
        .filter(is_asked)
        .map(str::to_owned)
        .collect();
    match cases.is_empty() {
        true => Err(format!("no case contains one of {only:?}")),
        false => Ok(cases),
    }
}

fn cases_of(folder: &Path) -> PathBuf {
    folder.join("cases")
}

/// The Unix time in seconds, and three digits that tell runs of the same second apart.
fn new_mark() -> String {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let more = u64::from(std::process::id()) * 7 + RUNS.fetch_add(1, Ordering::Relaxed);
    format!(
        "{}{:03}",
        now.as_secs(),
        (u64::from(now.subsec_millis()) + more) % 1_000
    )
}

#[test]
fn a_failure_after_a_lost_reply_says_nothing_and_any_other_is_a_difference() {
    let asked = || Note::Exchange {
        request: "GET /users".to_owned(),
        sent: String::new(),
        status: 200,
        reply: "{}".to_owned(),
    };
    let lost = || Note::Lost("POST /users".to_owned());
    let held_up = || Note::Delayed("GET /users".to_owned());
    let failed = || Note::Panicked {
        message: "x".to_owned(),
        place: "y".to_owned(),
    };
    let rows = [
        (vec![asked()], "held"),
        (vec![asked(), lost()], "held"),
        (vec![asked(), failed()], "differs"),
        (vec![lost(), asked(), failed()], "again"),
        (vec![held_up(), asked()], "held"),
        (vec![held_up(), asked(), failed()], "held up"),
        (vec![held_up(), lost(), failed()], "again"),
        (
            vec![asked(), Note::Unreachable("GET /users".to_owned())],
            "again",
        ),
        (vec![asked(), Note::Skipped("no".to_owned())], "skipped"),
        (vec![], "skipped"),
        (vec![failed()], "differs"),
    ];
    for (notes, expected) in rows {
        let found = match verdict(&notes) {
            Verdict::Again => "again",
            Verdict::Delayed(_) => "held up",
            Verdict::Final(Outcome::Held) => "held",
            Verdict::Final(Outcome::Skipped(_)) => "skipped",
            Verdict::Final(Outcome::Differs(_)) => "differs",
            Verdict::Final(_) => "other",
        };
        assert_eq!(found, expected, "{notes:?}");
    }
}
