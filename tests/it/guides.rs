//! The README and the guides: their examples run, and are short enough to be read.

use std::fs;
use std::path::Path;

const MAX_CODE_COLUMNS: usize = 90;
const MAX_PROSE_COLUMNS: usize = 100;

/// The README and the guides, each with its name.
fn documents() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(root.join("docs/guide")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md"))
        .map(|name| format!("docs/guide/{name}"))
        .collect();
    names.sort();
    names.insert(0, "README.md".to_owned());
    let read = |name: &String| fs::read_to_string(root.join(name)).unwrap();
    names
        .iter()
        .map(|name| (name.clone(), read(name)))
        .collect()
}

/// The blocks of Rust: the first line of each, and its code.
fn blocks(document: &str) -> Vec<(usize, &str, Vec<&str>)> {
    let mut found = Vec::new();
    let mut lines = document.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(attributes) = line.strip_prefix("```") else {
            continue;
        };
        let code: Vec<&str> = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| !line.starts_with("```"))
            .collect();
        if attributes.starts_with("rust") {
            found.push((number + 1, attributes, code));
        }
    }
    found
}

#[test]
fn every_example_of_the_readme_and_of_the_guides_runs() {
    let mut tests = 0;
    for (name, text) in documents() {
        for (line, attributes, code) in blocks(&text) {
            assert!(
                !attributes.contains("ignore"),
                "{name}:{line}: an example that is ignored may be wrong"
            );
            // Without it rustdoc compiles the functions away.
            let is_test = |line: &&str| line.ends_with("test]") || line.contains("test(");
            let has_tests = code
                .iter()
                .any(|line| line.starts_with("#[") && is_test(line));
            tests += usize::from(has_tests);
            assert_eq!(
                has_tests,
                attributes.contains("test_harness"),
                "{name}:{line}: `test_harness` runs the functions that are marked as tests"
            );
        }
    }
    assert!(tests > 15, "only {tests} examples with tests were found");
}

#[test]
fn the_readme_and_the_guides_fit_the_page() {
    for (name, text) in documents() {
        let is_guide = name != "README.md";
        for (line, _, code) in blocks(&text) {
            let is_long = |line: &&&str| line.chars().count() > MAX_CODE_COLUMNS;
            let long = code.iter().find(is_long);
            assert_eq!(long, None, "{name}:{line}: over {MAX_CODE_COLUMNS} columns");
        }
        let mut is_code = false;
        for (number, line) in text.lines().enumerate() {
            is_code ^= line.starts_with("```");
            let is_prose = !is_code && !line.starts_with('|');
            let is_long = line.chars().count() > MAX_PROSE_COLUMNS;
            assert!(!is_prose || !is_long, "{name}:{}: {line}", number + 1);
        }
        let lines = text.lines().count();
        assert!(
            !is_guide || (60..=150).contains(&lines),
            "{name} has {lines} lines; a guide has 60 to 150"
        );
    }
}

#[test]
fn every_guide_is_a_module_and_the_readme_links_to_it() {
    let documents = documents();
    let (_, readme) = &documents[0];
    let guides = &documents[1..];
    assert!(guides.len() >= 9, "only {} guides were found", guides.len());
    let source = include_str!("../../src/guide.rs");
    for (name, _) in guides {
        let include = format!("include_str!(\"../{name}\")");
        assert!(source.contains(&include), "src/guide.rs leaves out {name}");
        assert!(
            readme.contains(&format!("({name})")),
            "README.md leaves out {name}"
        );
    }
}
