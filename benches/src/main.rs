//! Ratios, each measured in one run against a named baseline: machines differ, and so does one machine from hour to hour.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml` measures and prints the table of the README. Names of rows
//! behind it measure only these.

mod build;
mod measure;
mod memory;
mod scale;
mod servers;
mod start;

use measure::Row;

#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let print = |name: &str, rows: fn() -> Vec<Row>| {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            rows().iter().for_each(|row| println!("{row}"));
        }
    };
    println!("| what | against | ratio | aim |");
    println!("|---|---|---|---|");
    print("build", build::rows);
    // Whether two threads that take turns share a core decides more than everything else, and the scheduler decides that
    // anew in each run. On one core it is always the same.
    if let Some(core) = core_affinity::get_core_ids().and_then(|cores| cores.first().copied()) {
        core_affinity::set_for_current(core);
    }
    // First, since a start takes longer in a process that has had millions of records.
    print("start", start::rows);
    print("servers", servers::rows);
    print("direct", servers::direct);
    print("scale", scale::rows);
    print("memory", memory::rows);
}
