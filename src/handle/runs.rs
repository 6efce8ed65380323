//! Runs a test under many seeds; and the sweep, which runs a test once for every call and every
//! fault.

use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use crate::base::place::Place;
use crate::calls::{fail_at, hints, with_page};
use crate::handle::builder::MockZendeskBuilder;
use crate::handle::zendesk::MockZendesk;
use crate::trouble::{Chaos, Fault, panic_text};

/// The environment variable that names the only seed to run.
const SEED_VARIABLE: &str = "MOCK_ZENDESK_CHAOS";

/// The environment variable that names the only run of a sweep: the call and the number of the
/// fault.
const SWEEP_VARIABLE: &str = "MOCK_ZENDESK_SWEEP";

/// The advice for a test without calls.
const CLIENT_ADVICE: &str = "let the program under test call `zendesk.uri()`, and await it";

/// The advice for a variable that names a run of another test.
const UNSET_ADVICE: &str = "unset it, or run only the test that it is meant for";

/// A run that failed, and how to repeat only that run. Its text is that of the runner's panic.
#[derive(Clone, PartialEq, Eq)]
pub struct RunFailure {
    name: String,
    text: String,
}

impl RunFailure {
    /// Returns which run failed: the seed, or the call and the number of the fault, such as `3/0`.
    /// Empty if no run took place.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Creates the failure of a runner without any run, because its success would mean nothing.
    fn of_no_run(text: String) -> Self {
        Self {
            name: String::new(),
            text,
        }
    }
}

impl fmt::Display for RunFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for RunFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for RunFailure {}

/// Runs a test once for each seed, each time with a new double that has [`Chaos`] from that seed.
///
/// It stops at the first run that fails: one that panics, or whose double has a problem when it is
/// verified.
///
/// Set `MOCK_ZENDESK_CHAOS=17` in the environment to run only seed 17, which must be among the
/// seeds.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, chaos::for_each_seed};
///
/// for_each_seed(0..20, MockZendesk::builder, async |zendesk| {
///     // The program under test tries again.
///     for _ in 0..3 {
///         if reqwest::get(zendesk.url("/users/me")).await.is_ok_and(|reply| reply.status().is_success()) {
///             return;
///         }
///     }
///     panic!("no success");
/// })
/// .await;
/// # }
/// ```
///
/// # Panics
///
/// Panics if a run fails, with its seed, its panic and its transcript. If there was nothing to run:
/// no seeds, if no run made a call, or if `MOCK_ZENDESK_CHAOS` does not name one of the seeds.
#[doc(alias("chaos", "retry", "fuzz"))]
#[must_use = "the runs start when this is awaited"]
#[track_caller]
pub fn for_each_seed(
    seeds: impl IntoIterator<Item = u64>,
    set_up: impl Fn() -> MockZendeskBuilder,
    test: impl AsyncFn(&MockZendesk),
) -> impl Future<Output = ()> {
    let place = Place::here();
    let runs = seeds_at(place, seeds, set_up, test);
    async move {
        if let Err(failure) = runs.await {
            fail_at(place, failure.text);
        }
    }
}

/// Like [`for_each_seed`], but returns the failure instead of panicking.
///
/// # Errors
///
/// Returns an error if a run fails, or if there was nothing to run.
#[must_use = "the runs start when this is awaited, and the result says whether one failed"]
#[track_caller]
pub fn try_for_each_seed(
    seeds: impl IntoIterator<Item = u64>,
    set_up: impl Fn() -> MockZendeskBuilder,
    test: impl AsyncFn(&MockZendesk),
) -> impl Future<Output = Result<(), RunFailure>> {
    seeds_at(Place::here(), seeds, set_up, test)
}

async fn seeds_at(
    place: Place,
    seeds: impl IntoIterator<Item = u64>,
    set_up: impl Fn() -> MockZendeskBuilder,
    test: impl AsyncFn(&MockZendesk),
) -> Result<(), RunFailure> {
    let only = named_seed()?;
    // A repeated seed runs once, and the range of seeds may be unlimited.
    let chosen = seeds
        .into_iter()
        .filter(|seed| only.is_none_or(|only| only == *seed));
    let chosen = chosen.take(if only.is_some() { 1 } else { usize::MAX });
    let (mut runs, mut calls) = (0_u64, 0);
    for seed in chosen {
        let zendesk = set_up()
            .chaos(Chaos::seeded(seed))
            .without_verify_on_drop()
            .start_at(place);
        if let Err(problem) = run(&zendesk, &test).await {
            let head = format!(
                "the test fails under chaos with seed {seed}; {SEED_VARIABLE}={seed} repeats only this run"
            );
            let text = format!(
                "{head}{}\n\n{problem}\n\n{}",
                undisturbed(&zendesk),
                what_came(&zendesk)
            );
            return Err(RunFailure {
                name: seed.to_string(),
                text: with_page(zendesk.backend.double(), text),
            });
        }
        runs += 1;
        calls += zendesk.mark().ordinal();
    }
    match only {
        _ if calls > 0 => Ok(()),
        _ if runs > 0 => Err(RunFailure::of_no_run(format!(
            "no run made a call, so chaos had nothing to disturb; {CLIENT_ADVICE}"
        ))),
        None => Err(RunFailure::of_no_run(
            "there are no seeds, so nothing ran; give some, such as 0..20".to_owned(),
        )),
        Some(seed) => Err(RunFailure::of_no_run(format!(
            "{SEED_VARIABLE}={seed} is not a seed of this test, so nothing ran; {UNSET_ADVICE}"
        ))),
    }
}

/// Returns a line for a run in which chaos has not disturbed a call.
fn undisturbed(zendesk: &MockZendesk) -> &'static str {
    let calls = zendesk.calls();
    if calls.iter().any(|call| call.fault().is_some()) {
        ""
    } else {
        "\nno fault happened to a call of this run, so the test may fail without chaos, too"
    }
}

/// Returns the calls of a run, and the hints at what is wrong with them.
fn what_came(zendesk: &MockZendesk) -> String {
    let hints = hints(&zendesk.backend.journal());
    let transcript = zendesk.transcript();
    match hints.is_empty() {
        true => format!("transcript:\n{transcript}"),
        false => format!("transcript:\n{transcript}\n\n{}", hints.join("\n")),
    }
}

/// Returns the seed that the environment names.
fn named_seed() -> Result<Option<u64>, RunFailure> {
    let Some(named) = named(SEED_VARIABLE) else {
        return Ok(None);
    };
    named.parse().map(Some).map_err(|_| {
        RunFailure::of_no_run(format!(
            "{SEED_VARIABLE}={named} is not a seed; set it to a number, such as {SEED_VARIABLE}=17, or unset it"
        ))
    })
}

/// Returns the run that an environment variable names.
fn named(variable: &str) -> Option<String> {
    std::env::var_os(variable).map(|value| value.to_string_lossy().into_owned())
}

/// Runs a test once without faults, and then once for every call that it made and every fault.
///
/// Each run has a new double, in which that fault happens to that call. The test asserts what must
/// hold in every run. The sweep stops at the first run that fails.
///
/// Set `MOCK_ZENDESK_SWEEP=3/0` in the environment to run only the third call with the first fault,
/// after the run without faults.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{Fault, MockZendesk, chaos::sweep};
///
/// sweep([Fault::status(500), Fault::lost_reply()], MockZendesk::builder, async |zendesk| {
///     // The program under test, which tries again once.
///     let first = reqwest::get(zendesk.url("/users/me")).await.is_ok_and(|reply| reply.status().is_success());
///     let success = first || reqwest::get(zendesk.url("/users/me")).await.is_ok_and(|reply| reply.status().is_success());
///     assert!(success);
/// })
/// .await;
/// # }
/// ```
///
/// # Panics
///
/// Panics if a run fails, with the call, the fault, the panic and the transcript. If there was
/// nothing to run: no faults, if the first run made no call, or if `MOCK_ZENDESK_SWEEP` does not
/// name a call and a fault of this sweep.
#[doc(alias("retry", "duplicate"))]
#[must_use = "the runs start when this is awaited"]
#[track_caller]
pub fn sweep(
    faults: impl IntoIterator<Item = Fault>,
    set_up: impl Fn() -> MockZendeskBuilder,
    test: impl AsyncFn(&MockZendesk),
) -> impl Future<Output = ()> {
    let place = Place::here();
    let runs = sweep_at(place, faults, set_up, test);
    async move {
        if let Err(failure) = runs.await {
            fail_at(place, failure.text);
        }
    }
}

/// Like [`sweep`], but returns the failure instead of panicking.
///
/// # Errors
///
/// Returns an error if a run fails, or if there was nothing to run.
#[must_use = "the runs start when this is awaited, and the result says whether one failed"]
#[track_caller]
pub fn try_sweep(
    faults: impl IntoIterator<Item = Fault>,
    set_up: impl Fn() -> MockZendeskBuilder,
    test: impl AsyncFn(&MockZendesk),
) -> impl Future<Output = Result<(), RunFailure>> {
    sweep_at(Place::here(), faults, set_up, test)
}

async fn sweep_at(
    place: Place,
    faults: impl IntoIterator<Item = Fault>,
    set_up: impl Fn() -> MockZendeskBuilder,
    test: impl AsyncFn(&MockZendesk),
) -> Result<(), RunFailure> {
    let faults: Vec<Fault> = faults.into_iter().collect();
    if faults.is_empty() {
        let text = "there are no faults, so there is nothing to sweep; give some, such as [Fault::disconnect()]";
        return Err(RunFailure::of_no_run(text.to_owned()));
    }
    if let Some(fault) = faults.iter().find(|fault| fault.is_scheduled()) {
        return Err(RunFailure::of_no_run(format!(
            "the sweep chooses the call for each fault, so a fault cannot choose it: {fault}; remove that"
        )));
    }
    let start = || set_up().swept().start_at(place);
    let zendesk = start();
    if let Err(problem) = run(&zendesk, &test).await {
        let text = format!(
            "the test fails without a fault of the sweep\n\n{problem}\n\n{}",
            what_came(&zendesk)
        );
        return Err(RunFailure {
            name: "0".to_owned(),
            text: with_page(zendesk.backend.double(), text),
        });
    }
    let calls = zendesk.mark().ordinal();
    if calls == 0 {
        let text = format!(
            "the run without faults made no call, so there is nothing to sweep; {CLIENT_ADVICE}"
        );
        return Err(RunFailure::of_no_run(text));
    }
    let lines: BTreeMap<u64, String> = zendesk
        .calls()
        .iter()
        .map(|call| (call.ordinal(), call.to_string()))
        .collect();
    let cases = (1..=calls).flat_map(|call| {
        faults
            .iter()
            .enumerate()
            .map(move |(number, fault)| (call, number, fault))
    });
    let only = named(SWEEP_VARIABLE);
    let mut runs = 0_u64;
    let mut fired = vec![0; faults.len()];
    for (call, number, fault) in cases {
        let name = format!("{call}/{number}");
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        runs += 1;
        let zendesk = start();
        let planned = zendesk.inject_at(fault.clone().at_call(call), place);
        let acted = act(&zendesk, &test).await;
        // The fault may apply to other calls only, and this run may make fewer calls than the first
        // one.
        planned.forgive();
        fired[number] += planned.fired();
        if let Err(problem) = acted.and_then(|()| verify(&zendesk)) {
            let line = lines
                .get(&call)
                .map_or("not in the journal", String::as_str);
            let head = format!(
                "the test fails when call {call} meets this fault: {}; {SWEEP_VARIABLE}={name} repeats only this run\n  \
                 without the fault that call is: {line}",
                fault.kind
            );
            let text = format!("{head}\n\n{problem}\n\n{}", what_came(&zendesk));
            let text = with_page(zendesk.backend.double(), text);
            return Err(RunFailure { name, text });
        }
    }
    let unfired = fired
        .iter()
        .position(|fired| *fired == 0)
        .filter(|_| only.is_none());
    if let Some(fault) = unfired.and_then(|number| faults.get(number)) {
        return Err(RunFailure::of_no_run(format!(
            "this fault happened in no run of the sweep: {fault}; it matches no call, or no reply had a body to spoil"
        )));
    }
    match only.filter(|_| runs == 0) {
        None => Ok(()),
        Some(only) => Err(RunFailure::of_no_run(format!(
            "{SWEEP_VARIABLE}={only} is not a run of this sweep, so nothing ran; the runs are 1/0 to {calls}/{}; {UNSET_ADVICE}",
            faults.len() - 1
        ))),
    }
}

/// Runs a test, and verifies its double.
async fn run(zendesk: &MockZendesk, test: &impl AsyncFn(&MockZendesk)) -> Result<(), String> {
    act(zendesk, test).await?;
    verify(zendesk)
}

fn verify(zendesk: &MockZendesk) -> Result<(), String> {
    zendesk.try_verify().map_err(|report| report.to_string())
}

/// Runs a test, and returns the text of its panic as an error.
async fn act(zendesk: &MockZendesk, test: &impl AsyncFn(&MockZendesk)) -> Result<(), String> {
    let mut test = Box::pin(test(zendesk));
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| test.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(())) => Poll::Ready(Ok(())),
            // A panic of the program may contain a secret, such as the URL that it called.
            Err(panic) => Poll::Ready(Err(zendesk.backend.journal().scrub(&panic_text(&*panic)))),
        },
    )
    .await
}
