//! `docs/evidence.md` against the tests: every row names tests that exist, and every test that
//! cites an id is named by the row of that id.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use mock_zendesk::{Operation, settings::OpenQuestion};

use crate::tidy::files_below;

const DOCUMENT: &str = "docs/evidence.md";

/// The heading of the table of open questions, which has other columns.
const QUESTIONS: &str = "## Open questions";

const COLUMNS: [&str; 6] = [
    "id",
    "operation",
    "what happens",
    "grade",
    "public source",
    "test",
];

/// How far a row can be trusted, and whether it must have a link.
pub(crate) const GRADES: [(&str, bool); 5] = [
    ("documented", true),
    ("recorded", false),
    ("reported", true),
    ("inferred", false),
    ("chosen", false),
];

/// A row of the document: its line, and its cells.
pub(crate) struct Row {
    line: usize,
    cells: Vec<String>,
}

impl Row {
    pub(crate) fn id(&self) -> &str {
        &self.cells[0]
    }

    pub(crate) fn operations(&self) -> Vec<&str> {
        quoted(&self.cells[1])
    }

    pub(crate) fn what_happens(&self) -> &str {
        &self.cells[2]
    }

    pub(crate) fn grade(&self) -> &str {
        &self.cells[3]
    }

    pub(crate) fn tests(&self) -> Vec<&str> {
        quoted(&self.cells[5])
    }

    /// The names of the links in its source, without those in quoted text.
    fn links(&self) -> Vec<&str> {
        let plain = self.cells[4].split('`').step_by(2);
        plain
            .flat_map(|text| text.split('[').skip(1))
            .filter_map(|rest| rest.split_once(']'))
            .map(|(name, _)| name)
            .collect()
    }

    fn place(&self) -> String {
        format!("{DOCUMENT}:{}: {}", self.line, self.id())
    }
}

pub(crate) fn document() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENT)).unwrap()
}

/// All rows of all tables. Every table of the document has the same columns, but that of the open
/// questions.
pub(crate) fn rows(document: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut heading = "";
    for (index, line) in document.lines().enumerate() {
        if line.starts_with("## ") {
            heading = line;
        }
        if heading == QUESTIONS {
            continue;
        }
        let Some(inner) = line
            .strip_prefix("| ")
            .and_then(|line| line.strip_suffix(" |"))
        else {
            assert!(
                !line.starts_with('|') || line.starts_with("|---"),
                "{DOCUMENT}:{}: no row: {line}",
                index + 1
            );
            continue;
        };
        let cells: Vec<String> = inner
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect();
        assert_eq!(
            cells.len(),
            COLUMNS.len(),
            "{DOCUMENT}:{}: a row has the cells {COLUMNS:?}: {cells:?}",
            index + 1
        );
        if cells != COLUMNS {
            rows.push(Row {
                line: index + 1,
                cells,
            });
        }
    }
    assert!(rows.len() > 100, "only {} rows were found", rows.len());
    rows
}

/// The texts between single backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The tests below a folder that run by themselves, by their paths as `cargo test` prints them.
fn tests_below(folder: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut tests = BTreeSet::new();
    for file in files_below(&root) {
        let name = file
            .strip_prefix(&root)
            .unwrap()
            .with_extension("")
            .to_str()
            .unwrap()
            .replace(['\\', '/'], "::");
        let module = name.strip_suffix("::mod").unwrap_or(&name).to_owned();
        let (mut inner, mut is_test) = (String::new(), false);
        for line in fs::read_to_string(&file).unwrap().lines() {
            let text = line.trim_start();
            if let Some(name) = line
                .strip_prefix("mod ")
                .and_then(|rest| rest.strip_suffix(" {"))
            {
                inner = format!("{name}::");
            } else if line == "}" {
                inner.clear();
            } else if text.starts_with("#[test]") || text.starts_with("#[tokio::test") {
                is_test = true;
            } else if text.starts_with("#[ignore") {
                is_test = false;
            } else if let Some(rest) = ["fn ", "async fn "]
                .iter()
                .find_map(|start| text.strip_prefix(start))
            {
                let name = rest.split('(').next().unwrap();
                if std::mem::take(&mut is_test) {
                    tests.insert(format!("{module}::{inner}{name}"));
                }
            }
        }
    }
    assert!(
        tests.len() > 30,
        "only {} tests were found below {folder}",
        tests.len()
    );
    tests
}

fn all_tests() -> BTreeSet<String> {
    tests_below("tests/it")
        .into_iter()
        .chain(tests_below("src"))
        .collect()
}

/// The ids with which the name of a test starts: `o9_b3_…` has O9 and B3, `q_no9_…` has Q-NO9,
/// `r_a_…` has R-a.
fn ids_of(path: &str) -> Vec<String> {
    let mut words = path.rsplit("::").next().unwrap().split('_').peekable();
    let mut ids = Vec::new();
    while let Some(word) = words.next() {
        let id = match (word, words.peek()) {
            ("q", Some(next)) => numbered(next).map(|id| format!("Q-{id}")),
            ("r", Some(next)) if next.len() == 1 => Some(format!("R-{next}")),
            (word, _) => numbered(word),
        };
        let Some(id) = id else { break };
        if id.contains('-') {
            words.next();
        }
        ids.push(id);
    }
    ids
}

/// An id of one or two letters, a number, and perhaps one letter more: `no150` is NO150, `e9b` is
/// E9b.
fn numbered(word: &str) -> Option<String> {
    let start = word
        .find(|c: char| c.is_ascii_digit())
        .filter(|start| (1..=2).contains(start))?;
    let (letters, rest) = word.split_at(start);
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let is_id = letters.bytes().all(|byte| byte.is_ascii_lowercase()) && rest.len() - end <= 1;
    is_id.then(|| letters.to_uppercase() + rest)
}

#[test]
fn the_ids_of_a_test_are_read_from_the_start_of_its_name() {
    for (name, expected) in [
        (
            "contract::pagination::o9_b3_offset_pagination_ends_at_ten_thousand_records",
            &["O9", "B3"][..],
        ),
        ("x::no150_q_no12_who", &["NO150", "Q-NO12"]),
        ("x::r_a_r_h_beyond_the_limit", &["R-a", "R-h"]),
        ("x::e9b_more", &["E9b"]),
        ("x::t4_users_api", &["T4"]),
        ("x::a_day_in_2024", &[]),
        ("x::two_v3_ids", &[]),
    ] {
        assert_eq!(ids_of(name), expected, "{name}");
    }
}

#[test]
fn every_row_has_an_id_of_its_own_a_grade_and_where_it_must_a_source() {
    let document = document();
    let defined: BTreeMap<&str, &str> = document
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.split_once("]: "))
        .filter(|(_, url)| url.starts_with("https://"))
        .collect();
    let mut lines = BTreeMap::new();
    let mut used = BTreeSet::new();
    for row in rows(&document) {
        let place = row.place();
        assert!(
            row.cells.iter().all(|cell| !cell.is_empty()),
            "{place} has an empty cell"
        );
        if let Some(earlier) = lines.insert(row.id().to_owned(), row.line) {
            panic!("{place} stands in line {earlier} already");
        }
        let grade = GRADES.iter().find(|(grade, _)| *grade == row.grade());
        let Some((grade, must_have_link)) = grade else {
            panic!(
                "{place} has the unknown grade {:?}; it is one of {:?}",
                row.grade(),
                GRADES.map(|(grade, _)| grade)
            );
        };
        let has_address = row.cells[4].contains("https://");
        for link in row.links() {
            let is_inline = row.cells[4].contains(&format!("[{link}](https://"));
            assert!(
                is_inline || defined.contains_key(link),
                "{place}: the document does not say where [{link}] is"
            );
            used.insert(link.to_owned());
        }
        assert!(
            !must_have_link || has_address || !row.links().is_empty(),
            "{place} is {grade} and has no link"
        );
    }
    let (_, prose) = document
        .split_once("\n## What the double does not do")
        .unwrap();
    for name in defined.keys() {
        let is_used = used.contains(*name) || prose.matches(&format!("[{name}]")).count() > 1;
        assert!(
            is_used,
            "{DOCUMENT} defines the link [{name}] and does not use it"
        );
    }
}

#[test]
fn every_row_names_tests_that_exist() {
    let tests = all_tests();
    for row in rows(&document()) {
        let place = row.place();
        assert!(!row.tests().is_empty(), "{place} names no test");
        for test in row.tests() {
            assert!(
                tests.contains(test),
                "{place} names {test}, which is no test that runs"
            );
        }
    }
}

#[test]
fn every_id_in_the_name_of_a_test_has_a_row_that_names_the_test() {
    let rows = rows(&document());
    let mut cited = 0;
    for test in all_tests() {
        for id in ids_of(&test) {
            let row = rows.iter().find(|row| row.id() == id);
            let Some(row) = row else {
                panic!("{test} cites {id}, which has no row in {DOCUMENT}")
            };
            assert!(
                row.tests().contains(&test.as_str()),
                "{} does not name {test}, which cites it",
                row.place()
            );
            cited += 1;
        }
    }
    assert!(cited > 200, "only {cited} ids were found in names");
}

#[test]
fn every_case_of_the_contract_is_named_by_a_row() {
    let rows = rows(&document());
    let named: BTreeSet<&str> = rows.iter().flat_map(Row::tests).collect();
    for test in tests_below("tests/it")
        .iter()
        .filter(|test| test.starts_with("contract::"))
    {
        assert!(
            named.contains(test.as_str()),
            "no row of {DOCUMENT} names {test}"
        );
    }
}

#[test]
fn every_operation_has_a_row() {
    let rows = rows(&document());
    let known: BTreeSet<&str> = Operation::all().map(|operation| operation.id()).collect();
    let mut found = BTreeSet::new();
    for row in &rows {
        for operation in row.operations() {
            assert!(
                known.contains(operation),
                "{}: {operation} is no operation of the double",
                row.place()
            );
            found.insert(operation);
        }
    }
    let missing: Vec<_> = known.difference(&found).collect();
    assert!(
        missing.is_empty(),
        "no row of {DOCUMENT} is about {missing:?}"
    );
}

/// The table of open questions as the code has it, without its head.
fn table_of_questions() -> String {
    let row = |question: OpenQuestion| {
        let cells = [
            question.question(),
            question.usual(),
            question.other(),
            question.evidence(),
        ];
        let cells = cells.join(" | ");
        format!(
            "| `{question}` | {cells} | {} |\n",
            question.rows().join(", ")
        )
    };
    OpenQuestion::all().map(row).collect()
}

#[test]
fn the_table_of_open_questions_is_that_of_the_code() {
    let document = document();
    let (before, rest) = document.split_once(&format!("{QUESTIONS}\n")).unwrap();
    let head = "|---|---|---|---|---|---|\n";
    let (prose, table) = rest.split_once(head).unwrap();
    let (table, after) = table.split_once("\n## ").unwrap();
    let expected = table_of_questions();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let whole = format!("{before}{QUESTIONS}\n{prose}{head}{expected}\n## {after}");
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENT), whole).unwrap();
        return;
    }
    assert_eq!(table, expected);
}

#[test]
fn every_open_question_names_rows_that_exist() {
    let rows = rows(&document());
    for question in OpenQuestion::all() {
        for id in question.rows() {
            assert!(
                rows.iter().any(|row| row.id() == *id),
                "{question} names {id}, which has no row in {DOCUMENT}"
            );
        }
    }
}
