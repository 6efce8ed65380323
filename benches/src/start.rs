//! Starting and dropping doubles.

use std::time::Duration;

use mock_zendesk::MockZendesk;
use tokio::runtime::Runtime;
use wiremock::MockServer;

use crate::measure::{Row, median_time, time_ratio_of};

/// The number of open files that is enough for 200 doubles with their clients.
const OPEN_FILES_NEEDED: u64 = 2_000;

pub fn rows() -> Vec<Row> {
    let runtime: Runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let ours = || {
        for _ in 0..100 {
            runtime.block_on(async { drop(MockZendesk::start().await) });
        }
    };
    let theirs = || {
        for _ in 0..100 {
            runtime.block_on(async { drop(MockServer::builder().start().await) });
        }
    };
    // The time to start a thread varies.
    let ratio = time_ratio_of(101, ours, theirs);
    let start = Row {
        what: "start and drop: time".to_owned(),
        against: "wiremock's server, not pooled",
        ratio: format!("{ratio:.2}"),
        bound: "at most 1.10",
    };
    let what = "200 doubles at once, each asked something, all dropped";
    // A double and a client that talks to it have about seven open files.
    let ratio = match rlimit::increase_nofile_limit(OPEN_FILES_NEEDED) {
        Ok(files) if files >= OPEN_FILES_NEEDED => format!("{} ms", at_once(&runtime).as_millis()),
        _ => format!("not measured: {OPEN_FILES_NEEDED} open files are needed"),
    };
    vec![
        start,
        Row {
            what: what.to_owned(),
            against: "",
            ratio,
            bound: "",
        },
    ]
}

fn at_once(runtime: &Runtime) -> Duration {
    median_time(5, || {
        runtime.block_on(async {
            let tasks: Vec<_> = (0..200)
                .map(|_| {
                    tokio::spawn(async {
                        let zendesk = MockZendesk::start().await;
                        let reply = reqwest::get(zendesk.url("/users/me"))
                            .await
                            .expect("a reply");
                        assert_eq!(reply.status(), 200);
                        zendesk
                    })
                })
                .collect();
            let mut doubles = Vec::new();
            for task in tasks {
                doubles.push(task.await.expect("no panic"));
            }
        });
    })
}
