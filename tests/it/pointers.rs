//! Every pointer of the documents to a file, or to something in a file, resolves.

use std::fs;
use std::path::{Path, PathBuf};

/// The documents that point into the source.
const DOCUMENTS: [&str; 5] = [
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "README.md",
    "docs/evidence.md",
    "docs/guide/limits.md",
];

/// What a pointer starts with.
const ROOTS: [&str; 6] = ["src/", "tests/", "benches/", "examples/", "docs/", ".ci/"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The texts between single backticks, each with its line. Blocks of code are left out.
fn quoted(document: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut is_code = false;
    for (number, line) in document.lines().enumerate() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            found.extend(
                line.split('`')
                    .skip(1)
                    .step_by(2)
                    .map(|text| (number + 1, text.to_owned())),
            );
        }
    }
    found
}

/// The files that a path means: `<resource>` stands for the folder of any.
fn files(path: &str) -> Vec<PathBuf> {
    let Some((before, after)) = path.split_once("<resource>/") else {
        return vec![root().join(path)];
    };
    let folders = fs::read_dir(root().join(before))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    folders
        .map(|folder| folder.join(after))
        .filter(|file| file.is_file())
        .collect()
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|part| part == word)
}

#[test]
fn every_pointer_of_the_documents_resolves() {
    let mut checked = 0;
    for document in DOCUMENTS {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for (line, pointer) in quoted(&text) {
            let is_document = !pointer.contains(['/', ' ']) && pointer.ends_with(".md");
            if !is_document && !ROOTS.iter().any(|start| pointer.starts_with(start)) {
                continue;
            }
            checked += 1;
            let (path, item) = match pointer.split_once(": ") {
                Some((path, item)) => (path, Some(item)),
                None => (pointer.as_str(), None),
            };
            let files = files(path);
            assert!(
                !files.is_empty() && files.iter().all(|file| file.exists()),
                "{document}:{line}: no {path}"
            );
            if let Some(item) = item {
                let text = fs::read_to_string(&files[0]).unwrap();
                assert!(
                    has_word(&text, item),
                    "{document}:{line}: {path} has no {item}"
                );
            }
        }
    }
    assert!(checked > 100, "only {checked} pointers were found");
}

#[test]
fn the_documents_say_in_which_folder_a_file_is() {
    let of_each_resource = [
        "api.rs",
        "model.rs",
        "rules.rs",
        "store.rs",
        "violations.rs",
        "tasks.rs",
    ];
    for document in DOCUMENTS {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for (line, quoted) in quoted(&text) {
            let is_bare = quoted.ends_with(".rs") && !quoted.contains('/');
            assert!(
                !is_bare || of_each_resource.contains(&quoted.as_str()),
                "{document}:{line}: where is {quoted}?"
            );
        }
    }
}
