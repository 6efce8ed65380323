//! Incremental exports: what a page deep in a million users costs against the first one.

use std::hint::black_box;
use std::time::Duration;

use mock_zendesk::{MockZendesk, fixtures::Plan};

use crate::measure::{Row, time_ratio};
use crate::scale::{double, get};

/// How many pages one measurement requests.
const PAGES: usize = 200;

/// A million users, of whom a thousand changed in each of a thousand seconds, and the first second.
fn account() -> (MockZendesk, u64) {
    let zendesk = double();
    let start = zendesk.now().unix_seconds() + 1;
    for second in 0..1_000 {
        zendesk.advance(Duration::from_secs(1));
        let plan = Plan::new().random_seed(second).users(1_000);
        zendesk.seed().plan(plan);
    }
    zendesk.advance(Duration::from_secs(61));
    (zendesk, start)
}

pub fn rows() -> Vec<Row> {
    let (zendesk, start) = account();
    let row = |what: &str, path: &str| {
        let pages = |second: u64| {
            for _ in 0..PAGES {
                let start_time = start + second;
                let path = format!("{path}?per_page=100&start_time={start_time}");
                let page = black_box(get(&zendesk, &path));
                assert!(page.ends_with(b"}"), "{path}");
            }
        };
        let ratio = time_ratio(|| pages(990), || pages(0));
        Row {
            what: format!("a page of an export by {what}, deep in a million users: time"),
            against: "the first page of it",
            ratio: format!("{ratio:.2}"),
            bound: "at most 1.20",
        }
    };
    vec![
        row("cursor", "/api/v2/incremental/users/cursor"),
        row("time, with all users of a second", "/api/v2/incremental/users"),
    ]
}
