//! Runs under seeds and sweeps: which runs there are, what the environment chooses, and that a run
//! of nothing fails.

use std::cell::Cell;
use std::process::Command;

use mock_zendesk::{
    Fault, MockZendesk,
    calls::KeepCalls,
    chaos::{for_each_seed, sweep, try_for_each_seed, try_sweep},
    users,
};

/// A program that calls once and takes whatever comes.
async fn call(zendesk: &MockZendesk) {
    let _ = reqwest::get(zendesk.url("/users/me")).await;
}

fn two_faults() -> [Fault; 2] {
    [Fault::status(500), Fault::disconnect()]
}

#[tokio::test]
async fn runs_that_try_nothing_fail_and_say_what_to_do() {
    let failure = try_for_each_seed([], MockZendesk::builder, call)
        .await
        .unwrap_err();
    assert_eq!(
        (failure.to_string().as_str(), failure.name()),
        (
            "there are no seeds, so nothing ran; give some, such as 0..20",
            ""
        )
    );
    let client = "let the program under test call `zendesk.uri()`, and await it";
    let idle = async |_: &MockZendesk| ();
    let failure = try_for_each_seed(0..3, MockZendesk::builder, idle)
        .await
        .unwrap_err();
    assert_eq!(
        failure.to_string(),
        format!("no run made a call, so chaos had nothing to disturb; {client}")
    );

    let failure = try_sweep([], MockZendesk::builder, call).await.unwrap_err();
    assert_eq!(
        (failure.to_string().as_str(), failure.name()),
        (
            "there are no faults, so there is nothing to sweep; give some, such as [Fault::disconnect()]",
            ""
        )
    );
    let failure = try_sweep(two_faults(), MockZendesk::builder, idle)
        .await
        .unwrap_err();
    assert_eq!(
        failure.to_string(),
        format!("the run without faults made no call, so there is nothing to sweep; {client}")
    );
}

#[tokio::test]
async fn one_run_that_makes_a_call_is_enough() {
    let runs = Cell::new(0);
    let last = async |zendesk: &MockZendesk| {
        runs.set(runs.get() + 1);
        if runs.get() == 3 {
            call(zendesk).await;
        }
    };
    try_for_each_seed(0..3, MockZendesk::builder, last)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_sweep_counts_calls_that_the_journal_does_not_keep() {
    for (journal, line) in [
        (KeepCalls::Off, "not in the journal"),
        (KeepCalls::Last(1), "#2  GET  /api/v2/users/me?n=2  -> 200"),
    ] {
        let runs = Cell::new(0);
        let test = async |zendesk: &MockZendesk| {
            runs.set(runs.get() + 1);
            call(zendesk).await;
            let last = reqwest::get(zendesk.url("/users/me?n=2")).await.unwrap();
            assert_eq!(last.status(), 200);
        };
        let builder = || {
            MockZendesk::builder()
                .keep_calls(journal)
                .allow_unknown_parameter("?n")
        };
        let failure = try_sweep([Fault::status(500)], builder, test)
            .await
            .unwrap_err();
        assert_eq!((failure.name(), runs.get()), ("2/0", 3));
        assert!(
            failure
                .to_string()
                .contains(&format!("\n  without the fault that call is: {line}")),
            "{failure}"
        );
    }
}

#[tokio::test]
async fn a_fault_that_does_not_come_to_happen_in_its_run_is_no_problem() {
    // The second call is made only in the first run.
    let runs = Cell::new(0);
    let test = async |zendesk: &MockZendesk| {
        runs.set(runs.get() + 1);
        call(zendesk).await;
        if runs.get() == 1 {
            call(zendesk).await;
        }
    };
    try_sweep([Fault::status(500)], MockZendesk::builder, test)
        .await
        .unwrap();
    assert_eq!(runs.get(), 3);
    // Anything else that the double has to say still is one.
    let test = async |zendesk: &MockZendesk| {
        call(zendesk).await;
        zendesk.expect(users::LIST, 1);
    };
    assert!(
        try_sweep([Fault::status(500)], MockZendesk::builder, test)
            .await
            .is_err()
    );
}

#[tokio::test]
#[ignore = "a further test runs it in a process of its own"]
async fn runs_ten_seeds() {
    let runs = Cell::new(0);
    for_each_seed(0..10, MockZendesk::builder, async |zendesk| {
        runs.set(runs.get() + 1);
        call(zendesk).await;
    })
    .await;
    eprintln!("{} runs", runs.get());
}

#[tokio::test]
#[ignore = "a further test runs it in a process of its own"]
async fn runs_seeds_without_an_end() {
    for_each_seed(0.., MockZendesk::builder, call).await;
    eprintln!("done");
}

#[tokio::test]
#[ignore = "a further test runs it in a process of its own"]
async fn sweeps_two_faults_over_three_calls() {
    let runs = Cell::new(0);
    sweep(two_faults(), MockZendesk::builder, async |zendesk| {
        runs.set(runs.get() + 1);
        for _ in 0..3 {
            call(zendesk).await;
        }
    })
    .await;
    eprintln!("{} runs", runs.get());
}

/// Runs one of the tests above with a variable in its environment. Gives what it prints, as an
/// error if it fails.
fn run(test: &str, variable: &str, value: Option<&str>) -> Result<String, String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        &format!("runs::{test}"),
        "--ignored",
        "--nocapture",
    ]);
    command
        .env_remove("MOCK_ZENDESK_CHAOS")
        .env_remove("MOCK_ZENDESK_SWEEP");
    let output = command
        .envs(value.map(|value| (variable, value)))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    if output.status.success() {
        Ok(text)
    } else {
        Err(text)
    }
}

#[test]
fn the_environment_chooses_one_run_and_fails_the_test_if_there_is_no_such_run() {
    let chaos = |value| run("runs_ten_seeds", "MOCK_ZENDESK_CHAOS", value);
    let sweep = |value| {
        run(
            "sweeps_two_faults_over_three_calls",
            "MOCK_ZENDESK_SWEEP",
            value,
        )
    };
    assert!(chaos(None).unwrap().contains("10 runs\n"));
    assert!(chaos(Some("9")).unwrap().contains("1 runs\n"));
    assert!(
        run("runs_seeds_without_an_end", "MOCK_ZENDESK_CHAOS", Some("3"))
            .unwrap()
            .contains("done\n")
    );
    // One without faults, and then two for each call.
    assert!(sweep(None).unwrap().contains("7 runs\n"));
    assert!(sweep(Some("3/1")).unwrap().contains("2 runs\n"));

    let other = "unset it, or run only the test that it is meant for";
    for value in ["", "x", "-1", "1.5", "18446744073709551616"] {
        let advice = "set it to a number, such as MOCK_ZENDESK_CHAOS=17, or unset it";
        let text = chaos(Some(value)).unwrap_err();
        assert!(
            text.contains(&format!(
                "\nMOCK_ZENDESK_CHAOS={value} is not a seed; {advice}\n"
            )),
            "{text}"
        );
        assert!(text.contains("panicked at tests/it/runs.rs:"), "{text}");
    }
    let text = chaos(Some("10")).unwrap_err();
    let expected = "\nMOCK_ZENDESK_CHAOS=10 is not a seed of this test, so nothing ran; ";
    assert!(text.contains(&format!("{expected}{other}\n")), "{text}");
    for value in ["", "x", "3", "0/0", "4/0", "3/2", "3/-1", "1/0/0"] {
        let text = sweep(Some(value)).unwrap_err();
        let expected = "is not a run of this sweep, so nothing ran; the runs are 1/0 to 3/1; ";
        assert!(
            text.contains(&format!("\nMOCK_ZENDESK_SWEEP={value} {expected}{other}\n")),
            "{text}"
        );
        assert!(text.contains("panicked at tests/it/runs.rs:"), "{text}");
    }
}
