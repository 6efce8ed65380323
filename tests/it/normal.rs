//! What differs from run to run in a failure text, replaced by names: ids, the address, and places
//! in the tests.

use std::fs;
use std::ops::RangeInclusive;
use std::panic::Location;

use mock_zendesk::{MockZendesk, calls::Failure};

pub(crate) type Place = &'static Location<'static>;

/// What an act returned, and the line of the test that it is in.
pub(crate) struct Here<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// Keeps the line of the test together with the `value` that is computed in it. A failure text has
/// to name that line.
#[track_caller]
pub(crate) fn here<T>(value: T) -> Here<T> {
    Here {
        value,
        place: Location::caller(),
    }
}

/// Does what returns nothing, and returns its line.
#[track_caller]
pub(crate) fn line_of(act: impl FnOnce()) -> Place {
    act();
    Location::caller()
}

/// Returns the text of a failure, with `HERE` for the line that it happened in.
#[track_caller]
pub(crate) fn normal_failure<T>(zendesk: &MockZendesk, failed: Here<Result<T, Failure>>) -> String {
    let failure = failed.value.err().expect("it has to fail");
    normal(zendesk, &failure.to_string(), &[(failed.place, "HERE")])
}

/// Returns the text with names for ids, the address and places. Panics unless the text names the
/// line of each of `places`. Every other place in the tests becomes its file and `LINE`.
#[track_caller]
pub(crate) fn normal(zendesk: &MockZendesk, text: &str, places: &[(Place, &str)]) -> String {
    with_places(&with_names(zendesk, &without_port(text)), places)
}

/// Returns the text with `URI` for the address of a double, since every double has another port.
pub(crate) fn without_port(text: &str) -> String {
    let mut parts = text.split("http://127.0.0.1:");
    let start = parts.next().unwrap_or_default().to_owned();
    parts.fold(start, |text, part| {
        text + "URI" + part.trim_start_matches(|letter: char| letter.is_ascii_digit())
    })
}

/// Users and organizations are called by their names, in capital letters.
fn with_names(zendesk: &MockZendesk, text: &str) -> String {
    let account = zendesk.account();
    let users = account
        .users()
        .into_iter()
        .map(|user| (user.id.to_string(), user.name.to_uppercase()));
    let organizations = account
        .organizations()
        .into_iter()
        .map(|row| (row.id.to_string(), row.name.to_uppercase()));
    let memberships = account
        .memberships()
        .into_iter()
        .map(|row| (row.id.to_string(), "MEMBERSHIP".to_owned()));
    let jobs = account
        .jobs()
        .into_iter()
        .map(|job| (job.id, "JOB".to_owned()));
    let mut normal = text.to_owned();
    for (id, name) in users.chain(organizations).chain(memberships).chain(jobs) {
        // As long as the id, so that columns stay columns.
        normal = normal.replace(&id, &format!("{name:.<width$}", width = id.len()));
    }
    normal
}

/// Returns the text with names for places only: of a double that is gone, the ids are not known any
/// more.
#[track_caller]
pub(crate) fn with_places(text: &str, places: &[(Place, &str)]) -> String {
    let mut normal = String::new();
    let mut named = vec![false; places.len()];
    let mut rest = text;
    while let Some(start) = rest.find("tests/it/") {
        normal += &rest[..start];
        rest = &rest[start..];
        let Some((file, line, column, after)) = parse(rest) else {
            let (word, after) = rest.split_at("tests/it/".len());
            normal += word;
            rest = after;
            continue;
        };
        let is_here = |place: Place| place.file() == file && lines_of(place).contains(&line);
        let candidates = (0..places.len()).filter(|index| is_here(places[*index].0));
        // Which one differs only while texts are rewritten.
        match candidates.max_by_key(|index| places[*index].0.line()) {
            Some(index) => {
                check_column(file, line, column);
                named[index] = true;
                normal += places[index].1;
            }
            None => normal += &format!("{file}:LINE"),
        }
        rest = after;
    }
    for ((place, name), named) in places.iter().zip(named) {
        assert!(
            named,
            "the text does not name {name}, {}:{}:\n{text}",
            place.file(),
            place.line()
        );
    }
    normal + rest
}

/// The lines of the call to [`here`] or [`line_of`] at this place, up to the parenthesis that closes
/// it: where rustfmt has broken it, the method that the text names is below its first line.
fn lines_of(place: Place) -> RangeInclusive<u32> {
    if is_rewriting() {
        return place.line()..=place.line() + 12;
    }
    let source = fs::read_to_string(place.file()).expect("the file of the test can be read");
    let first = place.line() as usize;
    let mut open = 0;
    for (index, line) in source.lines().enumerate().skip(first - 1) {
        for letter in line.chars() {
            match letter {
                '(' => open += 1,
                ')' => open -= 1,
                _ => {}
            }
        }
        if open <= 0 {
            return place.line()..=u32::try_from(index + 1).expect("files are short");
        }
    }
    panic!("{}:{first}: the call is never closed", place.file());
}

/// Splits `tests/it/wire.rs:7:13 and more` into the file, the line, the column and what follows.
fn parse(text: &str) -> Option<(&str, u32, u32, &str)> {
    let (file, rest) = text.split_at(text.find(".rs:")? + ".rs".len());
    let (line, rest) = number(rest)?;
    let (column, rest) = number(rest)?;
    (!file.contains(char::is_whitespace)).then_some((file, line, column, rest))
}

/// Splits `:7 and more` into the number and what follows.
fn number(text: &str) -> Option<(u32, &str)> {
    let text = text.strip_prefix(':')?;
    let (digits, rest) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    Some((digits.parse().ok()?, rest))
}

/// Checks that the column is that of a call, which the normal text does not show.
#[track_caller]
fn check_column(file: &str, line: u32, column: u32) {
    if is_rewriting() {
        return;
    }
    let source = fs::read_to_string(file).unwrap();
    let code = source.lines().nth(line as usize - 1).unwrap();
    let code: String = code.chars().skip(column as usize - 1).collect();
    assert!(
        starts_with_call(&code),
        "no call at {file}:{line}:{column}: {code}"
    );
}

/// Whether the expected texts are being rewritten, which moves the lines of the file.
fn is_rewriting() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some()
}

fn starts_with_call(code: &str) -> bool {
    let after =
        code.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
    after.len() < code.len() && after.starts_with('(')
}

#[test]
fn a_column_is_that_of_a_name_before_its_arguments() {
    let rows = [
        ("hold(users::ME);", true),
        (".hold(users::ME)", false),
        ("zendesk.hold()", false),
        ("(1)", false),
    ];
    for (code, expected) in rows {
        assert_eq!(starts_with_call(code), expected, "{code}");
    }
}

#[test]
#[should_panic(expected = "the text does not name HERE")]
fn a_text_that_names_another_line_is_not_normalized() {
    let place = here(()).place;
    let text = format!("asserted at {}:{}:9", place.file(), place.line() + 1);
    with_places(&text, &[(place, "HERE")]);
}

#[test]
fn places_are_replaced_by_names() {
    let place = here(()).place;
    let (file, line, column) = (place.file(), place.line(), place.column());
    let text = format!(
        "at {file}:{line}:{column}, not at {file}:{}:9, in tests/it/ and {file}.",
        line + 1
    );
    assert_eq!(
        with_places(&text, &[(place, "HERE")]),
        format!("at HERE, not at {file}:LINE, in tests/it/ and {file}.")
    );
}
