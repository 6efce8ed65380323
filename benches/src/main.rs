//! Measures ratios, each in one run against a named baseline, because the speed of machines
//! differs, even from hour to hour.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml` measures everything and prints the
//! table of the README. Append names of groups to measure only these.

mod build;
mod cores;
mod exports;
mod lookups;
mod measure;
mod memory;
mod scale;
mod servers;
mod soak;
mod start;
mod suite;

use std::process::Command;

use cores::Cores;
use measure::Row;

#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

type Group = (&'static str, fn() -> Vec<Row>);

/// The groups of rows. Those that need two cores are skipped if there is only one.
const GROUPS: [Group; 12] = [
    ("start", || on_one(|_| start::rows())),
    ("suite", suite::rows),
    ("servers", || on_one(servers::rows)),
    ("servers-apart", || on_two(servers::rows)),
    ("direct", || on_one(servers::direct)),
    ("direct-apart", || on_two(servers::direct)),
    ("scale", || on_one(|_| scale::rows())),
    ("lookups", || on_one(|_| lookups::rows())),
    ("exports", || on_one(|_| exports::rows())),
    ("memory", || on_one(|_| memory::rows())),
    ("soak", soak::rows),
    // This is last because the machine must clean up after it.
    ("build", build::rows),
];

fn on_one(rows: impl Fn(Cores) -> Vec<Row>) -> Vec<Row> {
    let cores = Cores::one();
    cores.start(|| ());
    rows(cores)
}

fn on_two(rows: impl Fn(Cores) -> Vec<Row>) -> Vec<Row> {
    let Some(cores) = Cores::two() else {
        return Vec::new();
    };
    cores.start(|| ());
    rows(cores)
}

/// The argument for a process that measures one group.
const ALONE: &str = "--alone";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == ALONE) {
        let group = GROUPS
            .iter()
            .find(|(name, _)| arguments.last().is_some_and(|last| last == name));
        return (group.expect("a group").1)()
            .iter()
            .for_each(|row| println!("{row}"));
    }
    println!("| what | against | ratio | aim |");
    println!("|---|---|---|---|");
    // Each group runs in a separate process, so that threads and memory of one group do not affect
    // the next.
    for (name, _) in GROUPS
        .iter()
        .filter(|(name, _)| arguments.is_empty() || arguments.iter().any(|arg| arg == name))
    {
        let program = std::env::current_exe().expect("this program");
        let status = Command::new(program)
            .args([ALONE, name])
            .status()
            .expect("it runs");
        assert!(status.success(), "{name} failed");
    }
}
