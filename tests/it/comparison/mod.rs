//! Six tests of one program, with this crate and with wiremock's mocks written by hand: how long they
//! are, and which mistakes of the program each of them notices. `docs/guide/comparison.md` shows the
//! result.

mod by_hand;
mod program;
mod with_double;

use std::future::Future;
use std::pin::Pin;

use program::Mistake;

const PAGE: &str = include_str!("../../../docs/guide/comparison.md");

const BY_HAND: &str = include_str!("by_hand.rs");

const WITH_DOUBLE: &str = include_str!("with_double.rs");

/// The comment above each test in both files.
const TITLES: [&str; 6] = [
    "a user joins an organization",
    "a user who is a member already",
    "a list of several pages",
    "a background job of which one item fails",
    "an upsert of a user who is in another organization",
    "a rate limit",
];

type Test = fn(Mistake) -> Pin<Box<dyn Future<Output = ()> + Send>>;

const TESTS_BY_HAND: [Test; 6] = [
    |mistake| Box::pin(by_hand::joins(mistake)),
    |mistake| Box::pin(by_hand::joins_again(mistake)),
    |mistake| Box::pin(by_hand::reads_all_pages(mistake)),
    |mistake| Box::pin(by_hand::links_many(mistake)),
    |mistake| Box::pin(by_hand::upserts(mistake)),
    |mistake| Box::pin(by_hand::waits_when_limited(mistake)),
];

const TESTS_WITH_DOUBLE: [Test; 6] = [
    |mistake| Box::pin(with_double::joins(mistake)),
    |mistake| Box::pin(with_double::joins_again(mistake)),
    |mistake| Box::pin(with_double::reads_all_pages(mistake)),
    |mistake| Box::pin(with_double::links_many(mistake)),
    |mistake| Box::pin(with_double::upserts(mistake)),
    |mistake| Box::pin(with_double::waits_when_limited(mistake)),
];

/// The code below the comment with this title.
fn code_of<'a>(title: &str, source: &'a str) -> &'a str {
    let (_, rest) = source
        .split_once(&format!("// {title}\n"))
        .unwrap_or_else(|| panic!("no test has the comment {title:?}"));
    rest.split_once("// end\n").unwrap().0
}

/// The number of lines that say something.
fn lines(code: &str) -> usize {
    code.lines().filter(|line| !line.trim().is_empty()).count()
}

/// The lines before the first test that are no comments: what the tests share.
fn shared_lines(source: &str) -> usize {
    let (head, _) = source.split_once(&format!("// {}\n", TITLES[0])).unwrap();
    let is_code = |line: &&str| !line.trim().is_empty() && !line.starts_with("//");
    head.lines().filter(is_code).count()
}

/// Returns how many of the tests fail.
async fn failing(tests: [Test; 6], mistake: Mistake) -> usize {
    let running = tests.map(|test| tokio::spawn(test(mistake)));
    let mut failed = 0;
    for test in running {
        failed += usize::from(test.await.is_err());
    }
    failed
}

#[test]
fn the_page_counts_the_lines_of_both_kinds_of_tests() {
    let mut table =
        String::from("| test | lines by hand | lines with this crate |\n|---|---|---|\n");
    let mut sums = [shared_lines(BY_HAND), shared_lines(WITH_DOUBLE)];
    let shared = format!("| what all of them share | {} | {} |\n", sums[0], sums[1]);
    for title in TITLES {
        let counts = [BY_HAND, WITH_DOUBLE].map(|source| lines(code_of(title, source)));
        table += &format!("| {title} | {} | {} |\n", counts[0], counts[1]);
        sums = [sums[0] + counts[0], sums[1] + counts[1]];
    }
    table += &shared;
    table += &format!("| all | {} | {} |\n", sums[0], sums[1]);
    assert!(
        PAGE.contains(&table),
        "docs/guide/comparison.md has to have this table:\n{table}"
    );
}

#[test]
fn the_page_shows_the_tests_as_they_are() {
    let title = "a list of several pages";
    for source in [BY_HAND, WITH_DOUBLE] {
        let code = code_of(title, source).replace("pub(crate) ", "");
        assert!(
            PAGE.contains(&code),
            "docs/guide/comparison.md has to show this:\n{code}"
        );
    }
}

#[tokio::test]
async fn the_page_says_which_mistakes_each_kind_of_tests_notices() {
    for tests in [TESTS_BY_HAND, TESTS_WITH_DOUBLE] {
        assert_eq!(failing(tests, Mistake::Nothing).await, 0, "a right program");
    }
    let answer = |failed: usize| match failed {
        0 => "no",
        _ => "yes",
    };
    let running = Mistake::ALL.map(|(mistake, _)| {
        tokio::spawn(async move {
            let by_hand = failing(TESTS_BY_HAND, mistake).await;
            (by_hand, failing(TESTS_WITH_DOUBLE, mistake).await)
        })
    });
    let mut table = String::from("| mistake | by hand | with this crate |\n|---|---|---|\n");
    let mut sums = (0, 0);
    for ((_, what), run) in Mistake::ALL.into_iter().zip(running) {
        let (by_hand, with_double) = run.await.unwrap();
        table += &format!(
            "| {what} | {} | {} |\n",
            answer(by_hand),
            answer(with_double)
        );
        sums.0 += usize::from(by_hand > 0);
        sums.1 += usize::from(with_double > 0);
    }
    let all = Mistake::ALL.len();
    table += &format!("| noticed, of {all} | {} | {} |\n", sums.0, sums.1);
    assert!(
        PAGE.contains(&table),
        "docs/guide/comparison.md has to have this table:\n{table}"
    );
}
