use proptest::prelude::*;

use super::*;

fn word(text: &str) -> Value {
    Value::Word(text.to_owned())
}

fn phrase(text: &str) -> Value {
    Value::Phrase(text.to_owned())
}

fn text(value: Value) -> Term {
    Term {
        is_negated: false,
        matter: Matter::Text(value),
    }
}

fn property(keyword: &str, operator: Operator, value: Value) -> Term {
    let keyword = keyword.to_owned();
    Term {
        is_negated: false,
        matter: Matter::Property {
            keyword,
            operator,
            value,
        },
    }
}

fn not(term: Term) -> Term {
    Term {
        is_negated: true,
        ..term
    }
}

#[test]
fn queries_are_taken_apart() {
    use Operator::{AtLeast, AtMost, Greater, Is, Less};
    let rows = [
        ("", vec![]),
        ("  ada ", vec![text(word("ada"))]),
        ("ada@example.com", vec![text(word("ada@example.com"))]),
        (
            "Email:a@b role:end-user",
            vec![
                property("email", Is, word("a@b")),
                property("role", Is, word("end-user")),
            ],
        ),
        (
            "2FA:true 10:30 --a:b",
            vec![
                property("2fa", Is, word("true")),
                text(word("10:30")),
                not(text(word("-a:b"))),
            ],
        ),
        (
            r#"name:"Ada L" "x y"-tags:vip -z"#,
            vec![
                property("name", Is, phrase("Ada L")),
                text(phrase("x y")),
                not(property("tags", Is, word("vip"))),
                not(text(word("z"))),
            ],
        ),
        (
            "created>=2024-01-02 a<b c>d e<=f",
            vec![
                property("created", AtLeast, word("2024-01-02")),
                property("a", Less, word("b")),
                property("c", Greater, word("d")),
                property("e", AtMost, word("f")),
            ],
        ),
        ("phone:*123", vec![property("phone", Is, word("*123"))]),
        ("phone:+1555", vec![property("phone", Is, word("+1555"))]),
        ("https://x.y", vec![text(word("https://x.y"))]),
        ("12:30", vec![text(word("12:30"))]),
        // With spaces around the operator, these are three words.
        (
            "updated < 2015",
            vec![text(word("updated")), text(word("<")), text(word("2015"))],
        ),
        ("email: x", vec![text(word("email:")), text(word("x"))]),
        (r#"ab"c d""#, vec![text(word("ab\"c")), text(word("d\""))]),
        (r#""""#, vec![text(phrase(""))]),
        // A quote that is never closed, and a `-` without a word, have no meaning.
        (r#""open x"#, vec![text(word("open")), text(word("x"))]),
        (r#"name:"open x"#, {
            vec![property("name", Is, word("open")), text(word("x"))]
        }),
        (r#"-"-x"#, vec![not(text(word("-x")))]),
        (r#"a -" b""#, vec![text(word("a")), not(text(phrase(" b")))]),
        ("- a :b -", vec![text(word("a")), text(word(":b"))]),
        ("\"", vec![]),
        ("--x", vec![not(text(word("-x")))]),
    ];
    for (query, expected) in rows {
        assert_eq!(SearchQuery::parse(query).terms, expected, "{query}");
    }
}

#[test]
fn the_words_in_quotes_count_each() {
    let count = |query| SearchQuery::parse(query).word_count();
    assert_eq!(count(""), 0);
    assert_eq!(
        count(r#"a@b.c -tags:"x y" """#),
        4,
        "an empty phrase counts as one word"
    );
}

/// Letters of all the kinds that the grammar treats differently.
fn letters() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(LETTERS), 0..40)
        .prop_map(|letters| letters.into_iter().collect())
}

const LETTERS: &[char] = &[
    'a', 'B', 'é', 'ẞ', '界', '7', '-', '_', '.', ':', '<', '>', '=', '"', ' ', '\u{a0}', '\n',
    '*', '+', '@', '/', '\u{301}', '\0',
];

fn term() -> impl Strategy<Value = Term> {
    let word = "[a-zé0-9_.@*+/]{1,6}".prop_map(Value::Word);
    let phrase = "[a-z :<>*@-]{0,9}".prop_map(Value::Phrase);
    let value = || prop_oneof![word.clone(), phrase.clone()];
    let operator = prop::sample::select(&OPERATORS[..]).prop_map(|(_, operator)| operator);
    // A value that begins with a sign of an operator would be read with the operator.
    let property = ("[a-z_][a-z0-9_.-]{0,6}", operator, value())
        .prop_filter("a URL is no property", |(_, _, value): &(_, _, Value)| {
            !value.text().starts_with("//")
        });
    let property = property.prop_map(|(keyword, operator, value)| Matter::Property {
        keyword,
        operator,
        value,
    });
    let matter = prop_oneof![value().prop_map(Matter::Text), property];
    (any::<bool>(), matter).prop_map(|(is_negated, matter)| Term { is_negated, matter })
}

proptest! {
    #![proptest_config(crate::base::testing::seeded(2_000))]

    /// What was printed is parsed into the same tree.
    #[test]
    fn a_tree_that_is_printed_is_parsed_again(terms in prop::collection::vec(term(), 0..6)) {
        let query = SearchQuery { terms };
        prop_assert_eq!(SearchQuery::parse(&query.to_string()), query);
    }

    /// Whatever a client sends is parsed, and printing it loses nothing.
    #[test]
    fn any_text_is_a_query_that_can_be_printed(text in letters()) {
        let query = SearchQuery::parse(&text);
        prop_assert_eq!(SearchQuery::parse(&query.to_string()), query, "{}", text);
    }
}
