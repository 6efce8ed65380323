//! The coverage of this process, in one file of the folder of reports, which is written again
//! whenever a double ends. So a process that crashes loses only the doubles that it had then.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use super::coverage::Coverage;
use super::folder::{folder, rewrite, tell_cannot_write, write_new};

/// What the doubles of this process have met.
struct Process {
    /// The doubles that were dropped.
    ended: Coverage,
    /// The doubles that were verified and not dropped yet, by their numbers.
    verified: BTreeMap<u64, Coverage>,
    file: Option<PathBuf>,
}

static PROCESS: Mutex<Option<Process>> = Mutex::new(None);

/// Writes what a double has met so far, if there is a folder. A double that is static is never
/// dropped.
pub(crate) fn keep(double: u64, coverage: impl FnOnce() -> Coverage) {
    change(|process| {
        process.verified.insert(double, coverage());
    });
}

/// Writes what a double that is being dropped has met, if there is a folder.
pub(crate) fn forget(double: u64, coverage: impl FnOnce() -> Coverage) {
    change(|process| {
        process.verified.remove(&double);
        process.ended.merge(coverage());
    });
}

fn change(act: impl FnOnce(&mut Process)) {
    let Some(folder) = folder() else { return };
    let mut process = PROCESS.lock();
    let process = process.get_or_insert_with(|| Process {
        ended: Coverage::default(),
        verified: BTreeMap::new(),
        file: None,
    });
    act(process);
    if let Err(error) = process.write(folder) {
        tell_cannot_write(folder, &error);
    }
}

impl Process {
    fn write(&mut self, folder: &Path) -> io::Result<()> {
        let mut all = self.ended.clone();
        for coverage in self.verified.values() {
            all.merge(coverage.clone());
        }
        let text = serde_json::to_string_pretty(&all)?;
        match &self.file {
            Some(file) => rewrite(file, &text),
            None => {
                self.file = Some(write_new(folder, "coverage", "json", &text)?);
                Ok(())
            }
        }
    }
}
