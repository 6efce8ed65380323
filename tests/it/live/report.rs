//! [`Report`]: what came of a run, with the rows of `docs/evidence.md` that the cases check.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use mock_zendesk::Operation;
use regex::Regex;
use serde::Serialize;

use super::notes::cut;
use crate::evidence::{GRADES, Row, document, rows};

/// An operation, the status that was expected, and the one that came.
type Status = (&'static str, String, String);

/// What came of a case.
#[derive(Debug)]
pub(crate) enum Outcome {
    Held,
    /// Another answer than the double's, twice.
    Differs(Failure),
    /// Another answer than the double's, and not when it was asked again.
    Unsteady(Failure),
    Skipped(String),
    Inconclusive(String),
}

/// Where a case failed.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Failure {
    expected: String,
    came: String,
    /// What the case says of the assertion.
    about: String,
    /// The file and the line of the assertion.
    pub(crate) place: String,
    /// The request before the assertion, and its reply.
    request: String,
    sent: String,
    status: u16,
    reply: String,
    /// The row of a rule that holds for every reply.
    rule: Option<String>,
}

impl Failure {
    /// A failure of a rule that holds for every reply.
    pub(crate) fn of_rule(row: &str, request: &str, expected: &str, came: &str) -> Self {
        Self {
            expected: expected.to_owned(),
            came: came.to_owned(),
            request: request.to_owned(),
            rule: Some(row.to_owned()),
            ..Self::default()
        }
    }

    /// Whether it is about a rule that holds for every reply.
    pub(crate) fn is_of_rule(&self) -> bool {
        self.rule.is_some()
    }

    /// Whether nothing differs but times and the custom fields of records: other cases may have
    /// added one. With many fields a text may have been cut among them.
    pub(crate) fn is_about_times_or_fields(&self) -> bool {
        let changing =
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}|(user|organization)_fields[^{]*\{[^}]*(\}|$)";
        let changing = Regex::new(changing).unwrap();
        let [expected, came] =
            [&self.expected, &self.came].map(|text| changing.replace_all(text, "?"));
        expected == came
    }

    /// Whether the request before the assertion writes.
    fn is_of_write(&self) -> bool {
        !self.request.is_empty() && !self.request.starts_with("GET ")
    }

    /// Whether a request that writes did not have the status of a success that the case expects.
    fn is_of_unexpected_status(&self) -> bool {
        let is_of_status = self.about.starts_with(&self.request);
        let is_success = matches!(self.expected.parse(), Ok(200..300_u16));
        self.is_of_write() && is_of_status && is_success
    }

    /// The operation, the status of a success that was expected, and that of another that came.
    fn wrong_status(&self) -> Option<Status> {
        let is_success = matches!(self.came.parse(), Ok(200..300_u16));
        let operation = operation_of(&self.request)?;
        let status = (operation, self.expected.clone(), self.came.clone());
        (is_success && self.is_of_unexpected_status()).then_some(status)
    }

    pub(crate) fn last_exchange(&mut self, request: &str, sent: &str, status: u16, reply: &str) {
        (self.request, self.sent) = (request.to_owned(), sent.to_owned());
        (self.status, self.reply) = (status, reply.to_owned());
    }

    /// Reads the message of a panic. Assertions of equality have what came on their left.
    pub(crate) fn explain(&mut self, message: &str, place: &str) {
        place.clone_into(&mut self.place);
        let equality = message
            .strip_prefix("assertion `left == right` failed")
            .and_then(|rest| rest.rsplit_once("\n right: "))
            .and_then(|(rest, right)| Some((rest.rsplit_once("\n  left: ")?, right)));
        match equality {
            Some(((about, left), right)) => {
                self.about = cut(about.trim_start_matches(':').trim());
                self.came = cut(left);
                self.expected = cut(right);
            }
            None => {
                "what the case asserts there".clone_into(&mut self.expected);
                self.came = cut(message);
                // Such as `W8: GET /users/7: no ETag`, or the same behind what failed.
                let own = message.rsplit("failed: ").next().unwrap_or(message);
                let (about, _) = own.split_once(':').unwrap_or_default();
                about.clone_into(&mut self.about);
            }
        }
    }
}

#[derive(Debug, Serialize)]
struct Difference {
    case: String,
    rows: Vec<Cited>,
    #[serde(flatten)]
    failure: Failure,
}

/// A row of the evidence.
#[derive(Clone, Debug, Serialize)]
struct Cited {
    id: String,
    grade: String,
    what_happens: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Report {
    account: String,
    run: String,
    pub(crate) seconds: u64,
    /// What the account does not allow, and the like.
    remarks: Vec<String>,
    held: BTreeSet<String>,
    /// The best-known rows first.
    differences: Vec<Difference>,
    unsteady: Vec<Difference>,
    /// The cases that did not run, by the reason.
    skipped: BTreeMap<String, BTreeSet<String>>,
    inconclusive: BTreeMap<String, String>,
    /// What the run made and could not remove.
    pub(crate) left: Vec<String>,
}

impl Report {
    pub(crate) fn new(account: &str, run: &str, remarks: Vec<String>) -> Self {
        Self {
            account: account.to_owned(),
            run: run.to_owned(),
            seconds: 0,
            remarks,
            held: BTreeSet::new(),
            differences: Vec::new(),
            unsteady: Vec::new(),
            skipped: BTreeMap::new(),
            inconclusive: BTreeMap::new(),
            left: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, case: String, outcome: Outcome) {
        let difference = |case: String, failure: Failure| Difference {
            rows: rows_of(&case, &failure),
            case,
            failure,
        };
        match outcome {
            Outcome::Held => _ = self.held.insert(case),
            Outcome::Skipped(why) => _ = self.skipped.entry(why).or_default().insert(case),
            Outcome::Inconclusive(why) => _ = self.inconclusive.insert(case, why),
            Outcome::Unsteady(failure) => self.unsteady.push(difference(case, failure)),
            // Every case may meet the same broken rule.
            Outcome::Differs(failure) if self.has_rule(&failure) => _ = self.held.insert(case),
            Outcome::Differs(failure) => {
                self.differences.push(difference(case, failure));
                self.name_alike();
                self.differences
                    .sort_by_key(|found| (found.rank(), found.case.clone()));
            }
        }
    }

    /// Gives the same rows to the cases that met the same wrong status and check no row about it: those
    /// of the cases that do, if there are any.
    fn name_alike(&mut self) {
        let all = rows(&document());
        let mut known: BTreeMap<Status, BTreeMap<String, Cited>> = BTreeMap::new();
        for found in self
            .differences
            .iter()
            .filter(|found| found.checks_its_rows(&all))
        {
            if let Some(status) = found.failure.wrong_status() {
                let rows = found.rows.iter().map(|row| (row.id.clone(), row.clone()));
                known.entry(status).or_default().extend(rows);
            }
        }
        for found in &mut self.differences {
            let status = found.failure.wrong_status();
            if let Some(rows) = status.and_then(|status| known.get(&status)) {
                if !found.checks_its_rows(&all) {
                    found.rows = rows.values().cloned().collect();
                }
            }
        }
    }

    fn has_rule(&self, failure: &Failure) -> bool {
        let is_same = |found: &Difference| found.failure.rule == failure.rule;
        failure.is_of_rule() && self.differences.iter().any(is_same)
    }

    /// Whether nothing differs, and nothing was left behind.
    pub(crate) fn is_clean(&self) -> bool {
        self.differences.is_empty() && self.unsteady.is_empty() && self.left.is_empty()
    }

    /// The cases that differ.
    pub(crate) fn differing_cases(&self) -> BTreeSet<String> {
        self.differences
            .iter()
            .map(|found| found.case.clone())
            .collect()
    }

    /// The ids of the rows that differ.
    pub(crate) fn differing_rows(&self) -> BTreeSet<String> {
        let rows = self.differences.iter().flat_map(|found| &found.rows);
        rows.map(|row| row.id.clone()).collect()
    }

    /// How many cases held.
    pub(crate) fn held(&self) -> usize {
        self.held.len()
    }

    /// What a run against a sound account must not have, one line each.
    pub(crate) fn blemishes(&self) -> Vec<String> {
        let unsteady = self.unsteady.iter();
        let unsteady =
            unsteady.map(|found| format!("unsteady: {}: {:?}", found.case, found.failure));
        let unknown = self.inconclusive.iter();
        let unknown = unknown.map(|(case, why)| format!("inconclusive: {case}: {why}"));
        let left = self.left.iter().map(|left| format!("left behind: {left}"));
        unsteady.chain(unknown).chain(left).collect()
    }

    /// The rows that no case of this run has checked, by the reason.
    fn unchecked(&self) -> BTreeMap<String, Vec<String>> {
        let found = self.differences.iter().chain(&self.unsteady);
        let checked: BTreeSet<&str> = self
            .held
            .iter()
            .map(String::as_str)
            .chain(found.map(|found| &*found.case))
            .collect();
        let mut unchecked: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in rows(&document()) {
            if row.tests().iter().any(|test| checked.contains(test)) {
                continue;
            }
            unchecked
                .entry(self.why_unchecked(&row))
                .or_default()
                .push(row.id().to_owned());
        }
        unchecked
    }

    fn why_unchecked(&self, row: &Row) -> String {
        let tests = row.tests();
        let is_named = |case: &String| tests.contains(&case.as_str());
        if let Some((why, _)) = self
            .skipped
            .iter()
            .find(|(_, cases)| cases.iter().any(is_named))
        {
            return why.clone();
        }
        let is_unknown = self.inconclusive.keys().any(is_named);
        match (
            is_unknown,
            tests.iter().any(|test| test.starts_with("contract::")),
        ) {
            (true, _) => "its case was inconclusive",
            (false, true) => "its case did not run",
            (false, false) => "no case asks for it over HTTP",
        }
        .to_owned()
    }

    /// The counts, and a line for each difference.
    pub(crate) fn summary(&self) -> String {
        let skipped: usize = self.skipped.values().map(BTreeSet::len).sum();
        let mut text = format!(
            "{} cases held, {} differ, {} are unsteady, {skipped} were skipped, {} are inconclusive; \
             {} records left behind; {} s\n",
            self.held.len(),
            self.differences.len(),
            self.unsteady.len(),
            self.inconclusive.len(),
            self.left.len(),
            self.seconds,
        );
        for (why, cases) in &self.skipped {
            writeln!(text, "skipped: {}: {why}", cases.len()).unwrap();
        }
        for (word, list) in [("differs", &self.differences), ("unsteady", &self.unsteady)] {
            for found in list {
                let rows: Vec<String> = found
                    .rows
                    .iter()
                    .map(|row| format!("{} ({})", row.id, row.grade))
                    .collect();
                let rows = match rows.is_empty() {
                    true => "a request that prepares the case".to_owned(),
                    false => rows.join(", "),
                };
                writeln!(text, "{word}: {rows}: {}", found.case).unwrap();
            }
        }
        for (case, why) in &self.inconclusive {
            writeln!(text, "inconclusive: {case}: {why}").unwrap();
        }
        for left in &self.left {
            writeln!(text, "left behind: {left}").unwrap();
        }
        text
    }

    /// Writes `report.json` and `report.md` into a folder.
    pub(crate) fn write(&self, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        let mut json = serde_json::to_value(self).unwrap();
        json["rows_not_checked"] = serde_json::to_value(self.unchecked()).unwrap();
        let json = serde_json::to_string_pretty(&json).unwrap();
        fs::write(folder.join("report.json"), json).unwrap();
        fs::write(folder.join("report.md"), self.markdown()).unwrap();
    }

    fn markdown(&self) -> String {
        let mut text = format!(
            "# The contract in {}\n\nRun {}.\n\n```text\n{}```\n",
            self.account,
            self.run,
            self.summary()
        );
        for remark in &self.remarks {
            write!(text, "\n- {remark}").unwrap();
        }
        for (title, list) in [
            ("Differences", &self.differences),
            ("Unsteady", &self.unsteady),
        ] {
            write!(text, "\n\n## {title}\n").unwrap();
            if list.is_empty() {
                text.push_str("\nNone.\n");
            }
            for found in list {
                text.push_str(&found.markdown());
            }
        }
        text.push_str("\n## Rows that this run did not check\n");
        for (why, ids) in self.unchecked() {
            write!(text, "\n{} rows: {why}\n\n{}\n", ids.len(), ids.join(", ")).unwrap();
        }
        text
    }
}

impl Difference {
    /// Whether the case checks all rows that it names.
    fn checks_its_rows(&self, all: &[Row]) -> bool {
        let is_checked = |cited: &Cited| {
            let mut own = all.iter().filter(|row| row.id() == cited.id);
            own.any(|row| row.tests().contains(&&*self.case))
        };
        self.rows.iter().all(is_checked)
    }

    /// The place of its best-known row in the order of the grades.
    fn rank(&self) -> usize {
        let rank = |row: &Cited| GRADES.iter().position(|(grade, _)| *grade == row.grade);
        self.rows
            .iter()
            .filter_map(rank)
            .min()
            .unwrap_or(GRADES.len())
    }

    fn markdown(&self) -> String {
        let ids: Vec<&str> = self.rows.iter().map(|row| &*row.id).collect();
        let title = match ids.is_empty() {
            true => "A request that prepares a case".to_owned(),
            false => ids.join(", "),
        };
        let mut text = format!("\n### {title}\n\n");
        for row in &self.rows {
            let guess = match &*row.grade {
                "inferred" | "chosen" => ", so the double guessed",
                _ => "",
            };
            writeln!(
                text,
                "- {} ({}{guess}): {}",
                row.id, row.grade, row.what_happens
            )
            .unwrap();
        }
        let Failure {
            expected,
            came,
            about,
            place,
            request,
            sent,
            status,
            reply,
            ..
        } = &self.failure;
        writeln!(text, "\nCase `{}`, at {place}.\n\n```text", self.case).unwrap();
        let reply = format!("{status} {reply}");
        for (key, value) in [
            ("request ", request),
            ("sent    ", sent),
            ("reply   ", &reply),
            ("about   ", about),
            ("expected", expected),
            ("came    ", came),
        ] {
            if !value.is_empty() {
                writeln!(text, "{key}  {value}").unwrap();
            }
        }
        text + "```\n"
    }
}

/// A case that checks more rows than this goes through many operations, one after the other.
const MAX_ROWS_OF_ONE_SUBJECT: usize = 12;

/// The operation of a request such as `GET /users/7.json?include=groups`.
fn operation_of(request: &str) -> Option<&'static str> {
    let (method, path) = request.split_once(' ')?;
    let path = path.split('?').next()?;
    let path = path.strip_suffix(".json").unwrap_or(path);
    let fits = |template: &str| {
        let template: Vec<&str> = template.trim_start_matches("/api/v2").split('/').collect();
        let own: Vec<&str> = path.split('/').collect();
        let is_same = |(part, own): (&&str, &&str)| part == own || part.starts_with('{');
        template.len() == own.len() && template.iter().zip(&own).all(is_same)
    };
    let of_method = Operation::all().filter(|operation| operation.method() == method);
    let fitting = of_method.filter(|operation| fits(operation.path()));
    let operation = fitting.min_by_key(|operation| operation.path().matches('{').count());
    operation.map(|operation| operation.id())
}

/// The rows that a failure of a case is about: those that its assertion names, or else those of the
/// operation that failed, or else all that the case checks. None if a request failed that only
/// prepares the case: the cases of that operation say what is wrong with it.
fn rows_of(case: &str, failure: &Failure) -> Vec<Cited> {
    let is_named = |row: &Row| match &failure.rule {
        Some(rule) => row.id() == rule,
        None => row.tests().contains(&case),
    };
    let mut of_case: Vec<Row> = rows(&document()).into_iter().filter(is_named).collect();
    let operation = operation_of(&failure.request).filter(|_| failure.rule.is_none());
    if let Some((operation, status, _)) = failure.wrong_status() {
        if let Some(rows) = rows_of_status(operation, &status, &of_case) {
            return rows;
        }
    }
    if let Some(id) = operation {
        let is_about = |row: &Row| row.operations().contains(&id);
        // A read may show what another operation did.
        let is_certain = failure.is_of_write() || of_case.len() > MAX_ROWS_OF_ONE_SUBJECT;
        if is_certain && of_case.iter().any(is_about) {
            of_case.retain(is_about);
        } else if failure.is_of_unexpected_status() {
            // The operations of some rows are a description, such as "all that create".
            of_case.retain(|row| row.operations().is_empty());
        }
    }
    let words: BTreeSet<&str> = failure
        .about
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .collect();
    let is_about = |row: &&Row| words.contains(row.id());
    let named: Vec<&Row> = of_case.iter().filter(is_about).collect();
    let rows = if named.is_empty() {
        of_case.iter().collect()
    } else {
        named
    };
    rows.into_iter().map(cite).collect()
}

/// The rows about the status of a success of an operation, if that came with another one: those that
/// the case checks, or else all that there are. Any case may use the operation on its way.
fn rows_of_status(operation: &str, status: &str, of_case: &[Row]) -> Option<Vec<Cited>> {
    let is_about = |row: &&Row| {
        let mut words = row.what_happens().split(|c: char| !c.is_alphanumeric());
        row.operations().contains(&operation) && words.any(|word| word == status)
    };
    let all = rows(&document());
    let cited = |rows: &[Row]| rows.iter().filter(is_about).map(cite).collect::<Vec<_>>();
    let found = [cited(of_case), cited(&all)];
    found.into_iter().find(|rows| !rows.is_empty())
}

fn cite(row: &Row) -> Cited {
    Cited {
        id: row.id().to_owned(),
        grade: row.grade().to_owned(),
        what_happens: row.what_happens().to_owned(),
    }
}

#[test]
fn a_failed_assertion_says_what_was_expected_and_what_came() {
    let mut failure = Failure::default();
    let message = "assertion `left == right` failed: C7: null\n  left: 404\n right: 422";
    failure.explain(message, "case.rs:1:2");
    assert_eq!(
        (&*failure.about, &*failure.came, &*failure.expected),
        ("C7: null", "404", "422")
    );
    let case = "contract::organization_memberships::create::c6_c7_c8_without_an_organization_there_is_no_membership";
    let ids = |failure: &Failure| {
        rows_of(case, failure)
            .into_iter()
            .map(|row| row.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&failure), ["C7"]);
    failure.about.clear();
    assert_eq!(ids(&failure), ["E5", "C6", "C7", "C8"]);
    for message in [
        "C8: no such error",
        "assertion `left != right` failed: C8: x\n  left: 1",
    ] {
        failure.explain(message, "case.rs:1:2");
        assert_eq!(
            (&*failure.came, ids(&failure)),
            (message, vec!["C8".to_owned()])
        );
    }
}

#[test]
fn a_field_that_another_case_has_added_is_no_difference_that_counts_at_once() {
    let shown = |fields: &str, rest: &str| {
        cut(&format!(
            r#"Object {{"user_fields": Object {{{fields}}}, "verified": {rest}}}"#
        ))
    };
    let many = "\"a\": Null, ".repeat(1_000);
    for (expected, came, is_counted) in [
        (shown("", "true"), shown("\"a\": Null", "true"), false),
        (shown("", "true"), shown("\"a\": Null", "false"), true),
        (shown(&many, "true"), shown(&many[12..], "true"), false),
    ] {
        let failure = Failure {
            expected,
            came,
            ..Failure::default()
        };
        assert_eq!(
            failure.is_about_times_or_fields(),
            !is_counted,
            "{failure:.200?}"
        );
    }
}

#[test]
fn a_failed_write_is_about_the_rows_of_its_operation() {
    let failure = |request: &str, about: &str, expected: &str| Failure {
        request: request.to_owned(),
        about: about.to_owned(),
        expected: expected.to_owned(),
        ..Failure::default()
    };
    let came = |came: &str, failure: Failure| Failure {
        came: came.to_owned(),
        ..failure
    };
    let new_user =
        "contract::users::u1_a_new_user_is_an_unverified_end_user_with_the_recorded_values";
    let deleted = "contract::organization_memberships::create::c22_a_deleted_user_joins_nothing";
    let (post, get, delete) = ("POST /users", "GET /users/7", "DELETE /users/7");
    for (case, failure, expected) in [
        (new_user, failure(post, "", "Some(\"…\")"), &["U1"][..]),
        // What was written is read.
        (new_user, failure(get, "", "true"), &["U1", "NU6", "NU7"]),
        // The case deletes a user only to see what it can do afterwards.
        (deleted, failure(delete, "DELETE /users/7: {}", "200"), &[]),
        // Another success is what the rows about the status of a deletion are about.
        (
            deleted,
            came("204", failure(delete, "DELETE /users/7: {}", "200")),
            &["U2", "B31"],
        ),
        (deleted, failure(get, "GET /users/7: {}", "200"), &["C22"]),
        (deleted, failure(delete, "active", "false"), &["C22"]),
    ] {
        let found = rows_of(case, &failure).into_iter().map(|row| row.id);
        assert_eq!(found.collect::<Vec<_>>(), expected, "{failure:?}");
    }
}

#[test]
fn cases_that_meet_the_same_wrong_status_name_the_same_rows() {
    let mut report = Report::new("x", "y", Vec::new());
    let upsert = |about: &str| Failure {
        request: "POST /organizations/create_or_update".to_owned(),
        about: about.to_owned(),
        expected: "200".to_owned(),
        came: "201".to_owned(),
        ..Failure::default()
    };
    let about = "POST /organizations/create_or_update: {}";
    for case in [
        "custom_fields::values::no110_nu177_upserts_and_jobs_write_values",
        "organizations::upsert::no3_no59_no68_the_status_says_whether_one_was_created",
    ] {
        let outcome = Outcome::Differs(upsert(about));
        report.add(format!("contract::{case}"), outcome);
    }
    for found in &report.differences {
        let ids: Vec<&str> = found.rows.iter().map(|row| &*row.id).collect();
        assert_eq!(ids, ["NO3"], "{}", found.case);
    }
}

#[test]
fn a_request_is_of_the_operation_with_the_most_words_of_its_path() {
    for (request, expected) in [
        ("GET /users/7.json?include=groups", Some("ShowUser")),
        ("GET /users/me", Some("ShowCurrentUser")),
        ("POST /organizations", Some("CreateOrganization")),
        ("GET /nowhere", None),
    ] {
        assert_eq!(operation_of(request), expected, "{request}");
    }
}
