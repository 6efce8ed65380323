//! The folder that the reports of a test run are written to: where it is, and how a file gets there
//! whole, whatever other tests and processes write at the same time.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The environment variable that names the folder.
pub(crate) const FOLDER_VARIABLE: &str = "MOCK_ZENDESK_REPORT_DIR";

/// Returns the folder that the environment named when it was first asked for. `None` means that
/// nothing is written.
pub(crate) fn folder() -> Option<&'static Path> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let read = || std::env::var_os(FOLDER_VARIABLE).filter(|name| !name.is_empty());
    FOLDER.get_or_init(|| read().map(PathBuf::from)).as_deref()
}

/// Writes a file whose name nobody else uses, and returns its path: the stem, the id of the process,
/// and the first number that is free, such as `coverage-4711-0.json`. Creates the folder.
pub(crate) fn write_new(
    folder: &Path,
    stem: &str,
    extension: &str,
    text: &str,
) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let process = std::process::id();
    let mut number = 0_u32;
    loop {
        let path = folder.join(format!("{stem}-{process}-{number}.{extension}"));
        number += 1;
        let part = part_of(&path);
        let file = OpenOptions::new().write(true).create_new(true).open(&part);
        let mut file = match file {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            file => file?,
        };
        // Whoever holds the part decides about the name. Process ids repeat, in containers and
        // after a while.
        if path.exists() {
            fs::remove_file(&part)?;
            continue;
        }
        file.write_all(text.as_bytes())?;
        fs::rename(&part, &path)?;
        return Ok(path);
    }
}

/// Replaces the text of a file of this process. A reader sees the old text or the new one.
pub(crate) fn rewrite(path: &Path, text: &str) -> io::Result<()> {
    let part = part_of(path);
    fs::write(&part, text)?;
    fs::rename(&part, path)
}

/// Prints once per process that nothing could be written. The test does not fail: it tested
/// something else.
pub(crate) fn tell_cannot_write(folder: &Path, error: &io::Error) {
    static TOLD: OnceLock<()> = OnceLock::new();
    TOLD.get_or_init(|| {
        // `eprintln!` is not used because its output would be captured.
        let _ = writeln!(
            io::stderr(),
            "\nmock-zendesk cannot write its report: {}: {error}\n  \
             {FOLDER_VARIABLE} names this folder; the report of this run is not complete",
            folder.display()
        );
    });
}

/// Returns the path of a file that is not written to its end yet.
fn part_of(path: &Path) -> PathBuf {
    path.with_extension("part")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::testing::Scratch;

    #[test]
    fn a_new_file_never_takes_the_name_of_another() {
        let scratch = Scratch::new("folder");
        let write = |text| write_new(scratch.path(), "coverage", "json", text).expect("writable");
        let (first, second) = (write("1"), write("2"));
        assert_ne!(first, second);
        rewrite(&first, "3").expect("writable");
        assert_eq!(fs::read_to_string(&first).expect("written"), "3");
        assert_eq!(fs::read_to_string(&second).expect("written"), "2");
        let files = fs::read_dir(scratch.path()).expect("a folder").count();
        assert_eq!(files, 2, "no part is left");
    }

    #[test]
    fn a_name_that_another_process_is_about_to_write_is_not_taken() {
        let scratch = Scratch::new("part");
        let process = std::process::id();
        let part = scratch.path().join(format!("coverage-{process}-0.part"));
        fs::write(part, "").expect("writable");
        let path = write_new(scratch.path(), "coverage", "json", "1").expect("writable");
        assert!(
            path.ends_with(format!("coverage-{process}-1.json")),
            "{}",
            path.display()
        );
    }
}
