//! Reads the folder of reports, and joins what all processes of a test run wrote.

use std::error::Error;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::coverage::Coverage;
use super::folder::FOLDER_VARIABLE;

/// A folder of reports cannot be read, or there is nothing in it. Names the file, and says what is
/// wrong with it.
#[derive(Debug)]
pub struct FolderError {
    path: PathBuf,
    what: String,
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.what)
    }
}

impl Error for FolderError {}

impl FolderError {
    fn new(path: &Path, what: impl fmt::Display) -> Self {
        Self {
            path: path.to_owned(),
            what: what.to_string(),
        }
    }
}

impl Coverage {
    /// Returns the joined coverage of all files that a test run wrote into this folder.
    ///
    /// The files are those whose names start with `coverage-` and end with `.json`. A process adds
    /// a file and never deletes one, so delete the folder before each run.
    ///
    /// # Errors
    ///
    /// Returns an error if the folder or one of its files cannot be read, if a file is not a
    /// coverage that this version can read, or if there is no file.
    pub fn of_folder(folder: impl AsRef<Path>) -> Result<Self, FolderError> {
        let folder = folder.as_ref();
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.map_err(|error| FolderError::new(folder, error))?;
        let is_report = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("coverage-") && name.ends_with(".json"))
        };
        let mut files: Vec<PathBuf> = entries
            .into_iter()
            .map(|entry| entry.path())
            .filter(is_report)
            .collect();
        if files.is_empty() {
            let advice = format!(
                "there is no report here; run the tests with {FOLDER_VARIABLE} set to this folder, as \
                 an absolute path"
            );
            return Err(FolderError::new(folder, advice));
        }
        files.sort();
        let mut joined = Self::default();
        for file in files {
            let text = fs::read_to_string(&file).map_err(|error| FolderError::new(&file, error))?;
            let coverage = serde_json::from_str(&text);
            let coverage: Self = coverage.map_err(|error| FolderError::new(&file, error))?;
            joined.merge(coverage);
        }
        Ok(joined)
    }
}
