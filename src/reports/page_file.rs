//! [`PageFile`]: the file of the page of one double. It has one name, and each page replaces the one
//! before.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use super::folder::{folder, rewrite, tell_cannot_write, write_new};

/// The maximum length of the part of a file's name that comes from the test.
const MAX_STEM_CHARS: usize = 120;

/// The number of pages that one test keeps. A property test fails once for each case that it tries
/// while it looks for a smaller one.
const MAX_PAGES: usize = 8;

/// The pages that this process has written, by the stems of their names, the oldest first.
static WRITTEN: Mutex<BTreeMap<String, VecDeque<PathBuf>>> = Mutex::new(BTreeMap::new());

/// The file of the page of one double.
#[derive(Debug)]
pub(crate) struct PageFile {
    folder: &'static Path,
    stem: String,
    /// Where the page is, once it was written.
    path: Option<PathBuf>,
}

impl PageFile {
    /// Returns the file for a double of this test. `None` means that the environment names no folder.
    pub(crate) fn for_test(test: &str) -> Option<Self> {
        Some(Self {
            folder: folder()?,
            stem: stem(test),
            path: None,
        })
    }

    /// Writes the page, and returns its path. `None` means that it cannot be written, which was
    /// printed.
    pub(crate) fn write(&mut self, html: &str) -> Option<PathBuf> {
        let written = match &self.path {
            Some(path) => rewrite(path, html).map(|()| path.clone()),
            None => self.write_first(html),
        };
        match written {
            Ok(path) => {
                self.path = Some(path.clone());
                Some(path)
            }
            Err(error) => {
                tell_cannot_write(self.folder, &error);
                None
            }
        }
    }
}

impl PageFile {
    /// Writes the first page of the double: into a new file, or instead of the oldest page of the
    /// test.
    fn write_first(&self, html: &str) -> io::Result<PathBuf> {
        let mut written = WRITTEN.lock();
        let pages = written.entry(self.stem.clone()).or_default();
        let path = match pages.front() {
            Some(oldest) if pages.len() >= MAX_PAGES => {
                let oldest = oldest.clone();
                rewrite(&oldest, html)?;
                pages.pop_front();
                oldest
            }
            _ => write_new(self.folder, &self.stem, "html", html)?,
        };
        pages.push_back(path.clone());
        Ok(path)
    }
}

/// Returns the name of a test as a part of a file's name, on any system.
fn stem(test: &str) -> String {
    let test = test.replace("::", ".");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let plain = test.chars().map(|c| if is_plain(c) { c } else { '-' });
    plain.take(MAX_STEM_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_test_becomes_the_name_of_a_file() {
        let cases = [
            ("sync::ada_joins_acme", "sync.ada_joins_acme"),
            ("tests/it/sync.rs:12:5", "tests-it-sync.rs-12-5"),
            ("größe \\ ../x", "gr--e---..-x"),
        ];
        for (test, expected) in cases {
            assert_eq!(stem(test), expected);
        }
        assert_eq!(stem(&"x".repeat(500)).len(), MAX_STEM_CHARS);
    }
}
