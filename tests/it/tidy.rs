//! The directions of dependency that a search for words can check: `ARCHITECTURE.md` says why they
//! are so. Imports are resolved in `imports.rs`.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every source file: its path below `src` with forward slashes, and its lines of code: no
/// comments, and nothing from the first `#[cfg(test)]` of the file's end on.
pub(crate) fn source() -> Vec<(String, Vec<(usize, String)>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let name = path
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        // Neither comments nor the words by which rustdoc finds an item.
        let is_code = |line: &str| !line.starts_with("//") && !line.starts_with("#[doc(alias");
        let lines = code
            .lines()
            .enumerate()
            .filter(|(_, line)| is_code(line.trim_start()));
        (
            name,
            lines
                .map(|(number, line)| (number + 1, line.to_owned()))
                .collect(),
        )
    };
    files_below(&root).iter().map(read).collect()
}

/// Panics naming every line of the files that `applies` picks in which one of the words stands.
#[track_caller]
fn assert_absent(rule: &str, words: &[&str], applies: impl Fn(&str) -> bool) {
    let mut read = 0;
    let mut broken = Vec::new();
    for (file, lines) in source().iter().filter(|(file, _)| applies(file)) {
        read += 1;
        for (number, line) in lines {
            if let Some(word) = words.iter().find(|word| contains_word(line, word)) {
                broken.push(format!("  src/{file}:{number}: {word}: {}", line.trim()));
            }
        }
    }
    assert!(read > 0, "{rule}: no file to read");
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

fn contains_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start]
            .chars()
            .next_back()
            .is_some_and(|c| is_part(c) && word.starts_with(is_part));
        let after = line[start + word.len()..]
            .chars()
            .next()
            .is_some_and(|c| is_part(c) && word.ends_with(is_part));
        !before && !after
    })
}

/// The files that hold the account and its rules.
fn is_core(file: &str) -> bool {
    let of_resource = [
        "model.rs",
        "store.rs",
        "read.rs",
        "rules.rs",
        "addresses.rs",
        "checks.rs",
        "find.rs",
        "moves.rs",
        "violations.rs",
        "tasks.rs",
        "saved.rs",
        "result.rs",
    ];
    let shared = [
        "resources/account.rs",
        "resources/difference.rs",
        "resources/saved.rs",
    ];
    let is_of_resource = file.starts_with("resources/")
        && !file.contains("/api/")
        && of_resource.iter().any(|name| file.ends_with(name));
    let is_of_base = file.starts_with("base/") && !file.ends_with("tests.rs");
    shared.contains(&file) || is_of_base || is_of_resource
}

#[test]
fn the_account_and_its_rules_know_no_http() {
    assert_absent(
        "models, stores and rules are synchronous and know no HTTP",
        &[
            "wiremock",
            "http::",
            "serde_json",
            "Value::",
            "&Value",
            "crate::api",
            "status_code",
            "async",
            "Mutex",
        ],
        is_core,
    );
}

#[test]
fn only_one_file_speaks_wiremock() {
    let may = [
        "server/wiremock_adapter.rs",
        "handle/mocks.rs",
        "handle/front.rs",
        "lib.rs",
    ];
    assert_absent(
        "only wiremock_adapter.rs speaks wiremock",
        &["wiremock::"],
        |file| !may.contains(&file),
    );
    assert_absent(
        "outside the adapter only the server itself is named",
        &[
            "Respond",
            "ResponseTemplate",
            "wiremock::Request",
            "wiremock::Mock",
            "Match",
        ],
        |file| file != "server/wiremock_adapter.rs",
    );
}

#[test]
fn errors_are_written_in_one_file() {
    let statuses = [
        "400", "401", "403", "404", "409", "413", "422", "429", "500", "503",
    ];
    // The open questions say in words which statuses there might be.
    let questions = "base/open_question/questions.rs";
    let may = ["api/error.rs", "api/error_reply.rs", questions];
    assert_absent(
        "only api/error.rs and api/error_reply.rs name the status of an error",
        &statuses,
        |file| !may.contains(&file),
    );
    let may = ["api/operation.rs", questions];
    assert_absent(
        "only api/operation.rs names a status of success",
        &["201", "204"],
        |file| !may.contains(&file),
    );
    let codes = [
        "RecordInvalid",
        "RecordNotFound",
        "ParameterMissing",
        "DuplicateValue",
        "BlankValue",
    ];
    let quoted: Vec<String> = codes.iter().map(|code| format!("\"{code}\"")).collect();
    let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
    // The codes of violations, and of what refuses an item of a job, are data.
    let may = ["api/error.rs", "base/refusal.rs"];
    assert_absent("only api/error.rs writes an error body", &quoted, |file| {
        !may.contains(&file)
    });
}

#[test]
fn the_ending_of_a_path_is_taken_off_in_one_place() {
    let words = ["strip_suffix(\".json\")", "trim_end_matches(\".json\")"];
    assert_absent("only api/path.rs takes `.json` off", &words, |file| {
        file != "api/path.rs"
    });
}

#[test]
fn the_lock_is_taken_in_the_backend_alone() {
    // The list of secrets has a lock for itself, so that a call that was handed out knows those of
    // later calls. The report of the process belongs to no double, and neither do the lists of what
    // writes pages and of what was written, nor the threads that wait for a server.
    let others = [
        "calls/secrets.rs",
        "calls/html_page.rs",
        "reports/page_file.rs",
        "reports/process.rs",
        "server/http_server/worker.rs",
    ];
    assert_absent(
        "the lock is taken in server/backend/ alone",
        &["parking_lot", ".lock()", "RwLock"],
        |file| !file.starts_with("server/backend/") && !others.contains(&file),
    );
}

#[test]
fn nothing_but_start_and_waiting_is_async() {
    let may = [
        "calls/wait.rs",
        "handle/calls.rs",
        "handle/follow.rs",
        "handle/runs.rs",
        "handle/start.rs",
        "handle/webhooks.rs",
        "server/pacer.rs",
        "server/wiremock_adapter.rs",
        "trouble/gates.rs",
    ];
    let may_be = |file: &str| {
        may.contains(&file)
            || file.starts_with("server/http_server/")
            || file.starts_with("standalone/")
    };
    assert_absent(
        "nothing but `start`, waiting and the wire is async",
        &["async fn"],
        |file| !may_be(file),
    );
}

#[test]
fn calls_know_operations_and_effects_and_no_store() {
    let words = [
        "resources::account",
        "Account",
        "store",
        "base::sequence",
        "rules",
    ];
    assert_absent("what asks about calls knows no store", &words, |file| {
        file.starts_with("calls/")
    });
}

#[test]
fn background_jobs_name_no_resource_whose_items_they_work_on() {
    let resources =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/resources")).unwrap();
    let folders = resources
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir());
    let names = folders.map(|folder| folder.file_name().unwrap().to_str().unwrap().to_owned());
    let words: Vec<String> = names
        .filter(|name| name != "job_statuses")
        .map(|name| format!("resources::{name}"))
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_meant =
        |file: &str| file.starts_with("resources/job_statuses/") && !file.ends_with("tests.rs");
    assert_absent(
        "a task makes the results of its items itself",
        &words,
        is_meant,
    );
}

#[test]
fn replies_are_the_same_in_every_run() {
    assert_absent(
        "no order of a HashMap and no unseeded randomness decides a reply",
        &["HashMap", "HashSet", "RandomState"],
        |file| file != "base/testing.rs",
    );
    assert_absent(
        "no wall clock but the double's own",
        &["SystemTime::now", "Instant"],
        |file| file != "server/clock.rs",
    );
}

#[test]
fn a_responder_cannot_panic() {
    let of_tests = [
        "assertions.rs",
        "failure.rs",
        "order.rs",
        "pick.rs",
        "select.rs",
        "shown.rs",
        "times.rs",
    ];
    let of_tests = of_tests.map(|file| format!("calls/{file}"));
    let may_panic = [
        "trouble/dice.rs",
        "trouble/fault.rs",
        "reports/coverage.rs",
        "reports/html.rs",
        "webhooks/deliveries.rs",
        "webhooks/delivery.rs",
        "webhooks/fault.rs",
        "webhooks/webhook.rs",
        "base/testing.rs",
    ];
    let words = [
        "panic!",
        ".unwrap()",
        ".expect(",
        "unreachable!",
        "assert!",
        "assert_eq!",
        "todo!",
    ];
    assert_absent("what answers a request does not panic", &words, |file| {
        !may_panic.contains(&file)
            && !file.starts_with("handle/")
            && !of_tests.iter().any(|of_tests| of_tests == file)
            && !file.ends_with("tests.rs")
    });
}

#[test]
fn every_resource_has_the_same_files_and_is_named_where_it_must_be() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = fs::read_dir(root.join("resources"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    for folder in folders.filter(|path| path.is_dir()) {
        // The search has no records.
        let has_records = !folder.ends_with("search");
        let of_records = ["model.rs", "store.rs", "read.rs", "rules.rs"];
        let of_records = of_records.into_iter().filter(|_| has_records);
        for name in ["mod.rs", "api.rs"].into_iter().chain(of_records) {
            assert!(
                folder.join(name).is_file(),
                "{} has no {name}",
                folder.display()
            );
        }
        let resource = folder.file_name().unwrap().to_str().unwrap();
        let places = [
            ("resources/mod.rs", format!("mod {resource};")),
            (
                "resources/registry.rs",
                format!("{resource}::api::HANDLERS,"),
            ),
            (
                "lib.rs",
                format!("pub use crate::resources::{resource}::api::*;"),
            ),
        ];
        for (file, line) in places {
            let text = fs::read_to_string(root.join(file)).unwrap();
            assert!(
                text.contains(&line),
                "src/{file} does not name the resource {resource}: `{line}` is missing"
            );
        }
    }
}

#[test]
fn every_resource_has_cases_of_its_contract() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join("src/resources"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        let name = entry.file_name().unwrap().to_str().unwrap();
        let cases = root.join(format!("tests/it/contract/{name}.rs"));
        assert!(
            !entry.is_dir() || cases.is_file(),
            "{} is missing: the cases of {name} over HTTP",
            cases.display()
        );
    }
}

#[test]
fn the_root_of_the_crate_names_every_id_and_every_record() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(root.join("lib.rs")).unwrap();
    let mut names = Vec::new();
    for (file, lines) in source() {
        let is_model = file.starts_with("resources/") && file.ends_with("/model.rs");
        for (_, line) in lines {
            let line = line.trim_start();
            let behind = ["pub struct ", "pub enum "]
                .iter()
                .find_map(|start| line.strip_prefix(start));
            let of_row = (file == "base/ids.rs" && line.ends_with("Id;"))
                .then(|| line.rsplit(' ').next())
                .flatten();
            names.extend(behind.filter(|_| is_model).or(of_row).map(|name| {
                let end = name
                    .find(|c: char| !c.is_alphanumeric())
                    .unwrap_or(name.len());
                (name[..end].to_owned(), file.clone())
            }));
        }
    }
    assert!(names.len() > 15, "only {} names were found", names.len());
    for (name, file) in names {
        assert!(
            contains_word(&lib, &name),
            "src/lib.rs does not export {name} of src/{file}"
        );
    }
}

#[test]
fn a_file_has_one_job() {
    for (file, lines) in source()
        .iter()
        .filter(|(file, _)| !file.ends_with("tests.rs"))
    {
        let last = lines.last().map_or(0, |(number, _)| *number);
        assert!(
            last <= 500,
            "src/{file} has {last} lines; a file that passes 500 has two jobs"
        );
    }
}
