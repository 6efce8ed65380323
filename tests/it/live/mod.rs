//! The contract suite against an account that is really there, and the report of what differs.
//!
//! `runner.rs` starts this test binary again for each case of `tests/it/contract/`, so a case is the
//! same whether it runs against a double or against an account. In the child, `session.rs` sends the
//! requests of the case and notes (`notes.rs`) what it got and what it made. `account.rs` is the
//! runner's own connection: it asks what the account allows, and removes what the cases made.
//! `report.rs` compares the outcomes with the rows of `docs/evidence.md`. `planted.rs` proves that
//! the suite sees what is wrong, and nothing else.

mod account;
mod notes;
mod planted;
mod proxy;
mod report;
mod runner;
pub(crate) mod session;

use runner::Config;

/// Needs `ZENDESK_URL`, `ZENDESK_EMAIL` and `ZENDESK_TOKEN`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs an account: set ZENDESK_URL, ZENDESK_EMAIL and ZENDESK_TOKEN"]
async fn the_contract_holds_in_a_live_account() {
    let config = Config::from_environment().unwrap_or_else(|problem| panic!("{problem}"));
    let report = runner::run(&config)
        .await
        .unwrap_or_else(|problem| panic!("{problem}"));
    report.write(&config.folder);
    eprintln!("{}", report.summary());
    assert!(
        report.is_clean(),
        "the account differs, or something was left behind: see {}",
        config.folder.join("report.md").display()
    );
}

/// Needs the same variables, and `CONTRACT_RUN` with the mark of the run.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs an account, and CONTRACT_RUN with the mark of a run that was stopped"]
async fn what_a_stopped_run_left_is_removed() {
    let config = Config::from_environment().unwrap_or_else(|problem| panic!("{problem}"));
    let run = std::env::var("CONTRACT_RUN").expect("CONTRACT_RUN is the mark of the run");
    let left = runner::sweep(&config, &run)
        .await
        .unwrap_or_else(|problem| panic!("{problem}"));
    assert!(left.is_empty(), "left behind: {left:#?}");
}
