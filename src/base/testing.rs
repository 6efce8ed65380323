//! Code that tests share.

use proptest::test_runner::{Config, RngSeed};

/// Returns a configuration with this many cases from a random seed. A failing test prints the seed,
/// and `MOCK_ZENDESK_SEED` repeats it.
pub(crate) fn seeded(cases: u32) -> Config {
    let given = std::env::var("MOCK_ZENDESK_SEED")
        .ok()
        .map(|seed| seed.parse().expect("MOCK_ZENDESK_SEED is a number"));
    let seed = given.unwrap_or_else(rand_seed);
    eprintln!("to repeat this run: MOCK_ZENDESK_SEED={seed}");
    Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    }
}

fn rand_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(())
}

/// A folder of a test below the system's folder for temporary files. It is deleted at the end.
pub(crate) struct Scratch(std::path::PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("mock-zendesk-{name}-{:016x}", rand_seed());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder for temporary files");
        Self(path)
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
