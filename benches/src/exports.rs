//! Incremental exports: what a page deep in a million users costs against the first one.

use std::hint::black_box;
use std::time::Duration;

use mock_zendesk::{MockZendesk, fixtures::Plan};

use crate::measure::{Row, time_ratio};
use crate::scale::{double, get};

/// How many pages one measurement requests.
const PAGES: usize = 200;

/// The seconds in which the users change, as many in each of them.
const SECONDS: u64 = 10;

/// A million users, and the second in which the first of them changed.
fn account() -> (MockZendesk, u64) {
    let zendesk = double();
    let start = zendesk.now().unix_seconds() + 1;
    for second in 0..SECONDS {
        zendesk.advance(Duration::from_secs(1));
        let plan = Plan::new()
            .random_seed(second)
            .users(1_000_000 / SECONDS as usize);
        zendesk.seed().plan(plan);
    }
    zendesk.advance(Duration::from_secs(61));
    (zendesk, start)
}

pub fn rows() -> Vec<Row> {
    let (zendesk, start) = account();
    let pages = |second: u64| {
        for _ in 0..PAGES {
            let start_time = start + second;
            let path =
                format!("/api/v2/incremental/users/cursor?per_page=100&start_time={start_time}");
            let page = black_box(get(&zendesk, &path));
            assert!(page.ends_with(b"\"end_of_stream\":false}"), "{path}");
        }
    };
    let ratio = time_ratio(|| pages(SECONDS - 1), || pages(0));
    vec![Row {
        what: "a page of an export, deep in a million users: time".to_owned(),
        against: "the first page of it",
        ratio: format!("{ratio:.2}"),
        bound: "at most 1.20",
    }]
}
