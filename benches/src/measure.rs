//! Measures in pairs: one batch of ours and one of theirs, in turn, so that both run under the same
//! conditions. Usual harnesses measure one thing after the other and compare with an earlier run.
//! On a busy machine, that compares the load at different hours.

use std::fmt;
use std::time::{Duration, Instant};

/// The default number of pairs. The first one is discarded.
const PAIRS: usize = 15;

/// A row of the table.
pub struct Row {
    pub what: String,
    pub against: &'static str,
    pub ratio: String,
    pub bound: &'static str,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "| {} | {} | {} | {} |",
            self.what, self.against, self.ratio, self.bound
        )
    }
}

/// Returns the ratio of the time of `ours` to the time of `theirs`, as the median over all pairs.
pub fn time_ratio(ours: impl FnMut(), theirs: impl FnMut()) -> f64 {
    time_ratio_of(PAIRS, ours, theirs)
}

/// Returns the ratio like [`time_ratio`], over this many pairs.
pub fn time_ratio_of(pairs: usize, mut ours: impl FnMut(), mut theirs: impl FnMut()) -> f64 {
    let mut ratios = Vec::new();
    for _ in 0..pairs {
        // They take turns in going first, so that neither has the warmer machine.
        let (a, b) = if ratios.len() % 2 == 0 {
            let a = time(&mut ours);
            (a, time(&mut theirs))
        } else {
            let b = time(&mut theirs);
            (time(&mut ours), b)
        };
        ratios.push(a.as_secs_f64() / b.as_secs_f64());
    }
    median(ratios.split_off(1))
}

/// Returns the median of how long something takes.
pub fn median_time(times: usize, mut act: impl FnMut()) -> Duration {
    let all: Vec<f64> = (0..times).map(|_| time(&mut act).as_secs_f64()).collect();
    Duration::from_secs_f64(median(all))
}

pub fn time(act: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    act();
    start.elapsed()
}

pub fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
