//! [`Sought`]: a term with a keyword; [`Test`]: the test of records that it becomes. Also which terms say
//! nothing about a record.

use crate::api::search_date::Span;
use crate::api::search_query::{Matter, Operator, Term, Value};
use crate::base::ids::{Kind, UserId};
use crate::base::open_question::Answers;
use crate::base::time::Timestamp;
use crate::base::words::words;
use crate::resources::account::Account;

use super::fields::{SearchedField, searched_fields};

/// The keywords that are about no property of a record.
pub(super) const CONTROLS: [&str; 3] = ["type", "order_by", "sort"];

/// Why a query is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Zendesk supports this part of the query, and the double does not.
    NotModeled(String),
    /// Zendesk does not understand it.
    Invalid(String),
}

/// A test of the records of one kind.
pub(super) struct Test<R> {
    holds: Box<Holds<R>>,
    /// Returns the ids of records from an index, among them all that pass the test.
    indexed: Option<Box<Indexed>>,
}

type Holds<R> = dyn Fn(&Account, &R) -> bool;

type Indexed = dyn Fn(&Account) -> Vec<u64>;

impl<R> Test<R> {
    pub(super) fn new(holds: impl Fn(&Account, &R) -> bool + 'static) -> Self {
        Self {
            holds: Box::new(holds),
            indexed: None,
        }
    }

    /// Sets the index that finds all records that pass the test. It may find others, too.
    pub(super) fn indexed_by(self, ids: impl Fn(&Account) -> Vec<u64> + 'static) -> Self {
        Self {
            indexed: Some(Box::new(ids)),
            ..self
        }
    }

    pub(super) fn holds(&self, account: &Account, record: &R) -> bool {
        (self.holds)(account, record)
    }

    /// Returns records from the index, among them all that pass the test. `None` means that there
    /// is no index.
    pub(super) fn indexed(&self, account: &Account) -> Option<Vec<u64>> {
        let indexed = self.indexed.as_ref()?;
        Some(indexed(account))
    }

    /// Passes every record.
    pub(super) fn any() -> Self {
        Self::new(|_, _| true)
    }

    /// Passes no record.
    pub(super) fn nothing() -> Self {
        Self::new(|_, _| false).indexed_by(|_| Vec::new())
    }
}

/// Reads a term with a keyword.
pub(super) type Read<R> = fn(&Sought<'_>, &Asker) -> Result<Test<R>, Refused>;

/// What the meaning of a query depends on besides its text.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    pub(crate) now: Timestamp,
    /// The caller, for `requester:me`.
    pub(crate) caller: Option<UserId>,
    pub(crate) answers: Answers,
    fields: Vec<SearchedField>,
}

impl Asker {
    /// Returns what the meaning of a query depends on when this caller asks.
    pub(crate) fn new(account: &Account, caller: Option<UserId>) -> Self {
        Self {
            now: account.now(),
            caller,
            answers: account.rules.answers,
            fields: searched_fields(account),
        }
    }

    /// Returns the custom field of this kind of record with a key, which is in lower case.
    pub(super) fn field(&self, owner: Kind, key: &str) -> Option<&SearchedField> {
        self.fields.iter().find(|field| field.is(owner, key))
    }
}

/// A term with a keyword.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sought<'a> {
    pub(super) keyword: &'a str,
    pub(super) operator: Operator,
    pub(super) value: &'a Value,
}

impl<'a> Sought<'a> {
    /// Returns the refusal of this term, with what follows the keyword.
    pub(super) fn not_modeled(&self, rest: &str) -> Refused {
        Refused::NotModeled(format!("{}{rest}", self.keyword))
    }

    /// Returns the refusal of this term because of its value.
    pub(super) fn not_modeled_value(&self) -> Refused {
        self.not_modeled(&format!("{}{}", self.operator.sign(), self.value.text()))
    }

    /// Returns the value, unless it is compared in another way than by `:`.
    pub(super) fn exact(&self) -> Result<&'a str, Refused> {
        match self.operator {
            Operator::Is => Ok(self.value.text()),
            other => Err(self.not_modeled(other.sign())),
        }
    }

    /// As [`Sought::exact`], if `*` has no meaning in the value.
    pub(super) fn exact_plain(&self) -> Result<&'a str, Refused> {
        let text = self.exact()?;
        if text.contains('*') {
            return Err(self.not_modeled(":*"));
        }
        Ok(text)
    }

    /// Returns the value of a property that is `true` or `false`.
    pub(super) fn truth(&self) -> Result<bool, Refused> {
        let text = self.exact_plain()?;
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        match (is("true"), is("false")) {
            (false, false) => Err(self.not_modeled_value()),
            (is_true, _) => Ok(is_true),
        }
    }

    pub(super) fn is_quoted(&self) -> bool {
        matches!(self.value, Value::Phrase(_))
    }
}

/// Tests a time.
pub(super) fn at_time<R: 'static>(
    sought: &Sought<'_>,
    asker: &Asker,
    time: fn(&R) -> Timestamp,
) -> Result<Test<R>, Refused> {
    let (span, operator) = (span(sought, asker)?, sought.operator);
    Ok(Test::new(move |_, record| {
        span.compares(time(record), operator)
    }))
}

/// Reads a time.
pub(super) fn span(sought: &Sought<'_>, asker: &Asker) -> Result<Span, Refused> {
    let (value, operator) = (sought.value.text(), sought.operator);
    let Some(span) = Span::parse(value, asker.now) else {
        let keyword = sought.keyword;
        return Err(Refused::Invalid(format!(
            "{value} is not a date for {keyword}"
        )));
    };
    // Documented are only `<` and `>`: before then, and since then.
    if operator == Operator::Is && Span::is_relative(value) {
        return Err(sought.not_modeled_value());
    }
    Ok(span)
}

/// Returns whether a term says nothing about a record: the order of the results, or signs without a
/// letter or a digit.
pub(super) fn is_without_meaning(term: &Term) -> bool {
    match &term.matter {
        Matter::Text(value) => value.text() != "*" && words(value.text()).next().is_none(),
        Matter::Property { keyword, .. } => CONTROLS.contains(&&**keyword),
    }
}
