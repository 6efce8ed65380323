//! Reads a [`Fault`] from text, for the command line, and from JSON, for the control page.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::api::error::{STATUSES, UNAVAILABLE};
use crate::api::operation::Operation;
use crate::base::place::Place;
use crate::base::printable::{clean, cut};
use crate::calls::edits;
use crate::trouble::Fault;

/// The largest number of seconds that is accepted.
const MAX_SECONDS: f64 = 1e9;

/// The number of letters in which a name may differ from the one that is suggested.
const MAX_SUGGESTED_EDITS: usize = 6;

/// The number of characters of what was sent that an error repeats.
const MAX_SHOWN_CHARS: usize = 80;

/// What a fault needs to be made.
enum Make {
    Plain(fn() -> Fault),
    OfStatus(fn(u16) -> Fault),
    OfSeconds(fn(Duration) -> Fault),
    /// A time that must not be zero.
    OfSomeSeconds(fn(Duration) -> Fault),
}

/// The kinds of faults by their names.
const KINDS: [(&str, Make); 12] = [
    ("status", Make::OfStatus(Fault::status)),
    ("html_error", Make::OfStatus(Fault::html_error)),
    ("rate_limited", Make::OfSeconds(Fault::rate_limited)),
    ("unavailable", Make::OfSeconds(Fault::unavailable)),
    ("delay", Make::OfSomeSeconds(Fault::delay)),
    ("slow_body", Make::OfSomeSeconds(Fault::slow_body)),
    ("disconnect", Make::Plain(Fault::disconnect)),
    ("lost_reply", Make::Plain(Fault::lost_reply)),
    ("malformed_json", Make::Plain(Fault::malformed_json)),
    ("empty_body", Make::Plain(Fault::empty_body)),
    ("wrong_content_type", Make::Plain(Fault::wrong_content_type)),
    ("truncated_body", Make::Plain(Fault::truncated_body)),
];

/// A kind of fault as a page offers it.
#[derive(Serialize)]
pub(super) struct ShownKind {
    name: &'static str,
    /// What its value is. Empty if it has none.
    takes: &'static str,
    /// A usual value.
    value: u16,
}

/// Returns the kinds of faults for a page.
pub(super) fn shown_kinds() -> Vec<ShownKind> {
    let kinds = KINDS.iter().map(|(name, make)| {
        let (takes, value) = match make {
            Make::Plain(_) => ("", 0),
            Make::OfStatus(_) => ("Status", UNAVAILABLE),
            Make::OfSeconds(_) | Make::OfSomeSeconds(_) => ("Seconds", 2),
        };
        ShownKind { name, takes, value }
    });
    kinds.collect()
}

/// The fields that choose the calls. Of the last four, a fault has one at most.
const CHOICES: [&str; 5] = ["on", "times", "nth", "every", "always"];

/// The error for a text that does not describe a fault. It names the field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoFault(String);

impl fmt::Display for NoFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoFault {}

/// Reads a fault such as `status=503,on=ListUsers,times=2`.
///
/// The kind is one of `status=N`, `html_error=N`, `rate_limited=SECONDS`, `unavailable=SECONDS`,
/// `delay=SECONDS`, `slow_body=SECONDS`, `disconnect`, `lost_reply`, `malformed_json`, `empty_body`,
/// `wrong_content_type` and `truncated_body`. `on=OPERATION` limits it to one operation. `times=N`,
/// `nth=N`, `every=N` and `always` choose which of the calls fail; without one, it is the first.
///
/// ```
/// use mock_zendesk::Fault;
///
/// let fault: Fault = "status=503,on=ListUsers,times=2".parse().unwrap();
/// assert_eq!(fault.to_string(), "status 503 on ListUsers, 2 times");
///
/// let error = "status=503,on=ListUser".parse::<Fault>().unwrap_err();
/// assert_eq!(error.to_string(), "on: there is no operation ListUser; did you mean ListUsers?");
/// ```
impl FromStr for Fault {
    type Err = NoFault;

    fn from_str(text: &str) -> Result<Self, NoFault> {
        let mut fields = Map::new();
        let parts = text.split(',').map(str::trim);
        for part in parts.filter(|part| !part.is_empty()) {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim(), word(value.trim())),
                None => (part, Value::Bool(true)),
            };
            if fields.insert(name.to_owned(), value).is_some() {
                return Err(NoFault(format!("{name}: it is given twice")));
            }
        }
        fault(&fields, "given as text")
    }
}

/// Returns a value of a text as JSON: a number, a boolean, or a string.
fn word(text: &str) -> Value {
    let value: Option<Value> = serde_json::from_str(text).ok();
    value
        .filter(|value| value.is_number() || value.is_boolean())
        .unwrap_or_else(|| Value::from(text))
}

/// Reads a fault from its fields. `origin` says in texts where the fault comes from.
pub(super) fn fault(fields: &Map<String, Value>, origin: &'static str) -> Result<Fault, NoFault> {
    let mut made = None;
    for (name, value) in fields {
        if let Some((kind, make)) = KINDS.iter().find(|(kind, _)| kind == name) {
            if let Some((other, _)) = made.replace((kind, make.of(kind, value)?)) {
                let text = format!("{kind}: a fault is of one kind, and this one has {other}, too");
                return Err(NoFault(text));
            }
        } else if !CHOICES.contains(&name.as_str()) {
            return Err(unknown_field(name));
        }
    }
    let Some((_, mut fault)) = made else {
        return Err(NoFault(format!("a fault needs one of {}", kinds())));
    };
    if let Some(name) = fields.get("on") {
        fault = fault.on(operation(name)?);
    }
    fault.origin = Some(Place::Named(origin));
    scheduled(fault, fields)
}

fn scheduled(fault: Fault, fields: &Map<String, Value>) -> Result<Fault, NoFault> {
    let mut given = CHOICES[1..]
        .iter()
        .filter_map(|name| Some((*name, fields.get(*name)?)));
    let Some((name, value)) = given.next() else {
        return Ok(fault);
    };
    if let Some((other, _)) = given.next() {
        return Err(NoFault(format!(
            "{other}: {name} says already which calls fail"
        )));
    }
    let number = || match value.as_u64() {
        Some(number) if number > 0 => Ok(number),
        _ => Err(NoFault(format!(
            "{name}: it takes a whole number from 1 on, and not {}",
            short(value)
        ))),
    };
    match name {
        "times" => Ok(fault.times(number()?)),
        "nth" => Ok(fault.nth(number()?)),
        "every" => Ok(fault.every(number()?)),
        _ if *value == Value::Bool(true) => Ok(fault.always()),
        _ => Err(NoFault(format!(
            "{name}: it takes true, and not {}",
            short(value)
        ))),
    }
}

impl Make {
    fn of(&self, name: &str, value: &Value) -> Result<Fault, NoFault> {
        let takes = |what: &str| {
            Err(NoFault(format!(
                "{name}: it takes {what}, and not {}",
                short(value)
            )))
        };
        let seconds = value
            .as_f64()
            .filter(|seconds| (0.0..=MAX_SECONDS).contains(seconds));
        match (self, seconds.map(Duration::from_secs_f64)) {
            (Self::Plain(make), _) if *value == Value::Bool(true) => Ok(make()),
            (Self::Plain(_), _) => takes("true"),
            (Self::OfStatus(make), _) => {
                let status = value.as_u64().and_then(|status| u16::try_from(status).ok());
                match status.filter(|status| STATUSES.contains(status)) {
                    Some(status) => Ok(make(status)),
                    None => takes(&format!(
                        "a status from {} to {}",
                        STATUSES.start(),
                        STATUSES.end()
                    )),
                }
            }
            (Self::OfSeconds(make), Some(time)) => Ok(make(time)),
            (Self::OfSomeSeconds(make), Some(time)) if !time.is_zero() => Ok(make(time)),
            (Self::OfSeconds(_), None) => takes("a number of seconds up to 1000000000"),
            (Self::OfSomeSeconds(_), _) => takes("a number of seconds above 0, up to 1000000000"),
        }
    }
}

fn operation(name: &Value) -> Result<Operation, NoFault> {
    let Value::String(name) = name else {
        let text = format!(
            "on: it takes the id of an operation such as ListUsers, and not {}",
            short(name)
        );
        return Err(NoFault(text));
    };
    if let Some(operation) = Operation::all().find(|operation| operation.id() == *name) {
        return Ok(operation);
    }
    let ids = Operation::all().map(|operation| operation.id());
    let shown = short(name);
    let meant = nearest(name, ids).map(|meant| format!("; did you mean {meant}?"));
    let meant = meant.unwrap_or_else(|| "; it takes an id such as ListUsers".to_owned());
    Err(NoFault(format!("on: there is no operation {shown}{meant}")))
}

fn unknown_field(name: &str) -> NoFault {
    let shown = short(name);
    let names = KINDS.iter().map(|(kind, _)| *kind).chain(CHOICES);
    let meant = nearest(name, names).map(|meant| format!("; did you mean {meant}?"));
    let meant =
        meant.unwrap_or_else(|| format!("; it has one of {}, and {}", kinds(), CHOICES.join(", ")));
    NoFault(format!("{shown}: a fault has no such field{meant}"))
}

/// Returns what was sent as an error repeats it.
fn short(sent: &(impl ToString + ?Sized)) -> String {
    cut(&clean(&sent.to_string()), MAX_SHOWN_CHARS)
}

/// Returns the name that was probably meant.
fn nearest(name: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let sent: String = name
        .chars()
        .take(MAX_SHOWN_CHARS)
        .collect::<String>()
        .to_lowercase();
    let near = names.map(|known| (edits(&sent, &known.to_lowercase()), known));
    let (edits, known) = near.min()?;
    (edits <= MAX_SUGGESTED_EDITS && 2 * edits <= known.len()).then_some(known)
}

fn kinds() -> String {
    KINDS.map(|(kind, _)| kind).join(", ")
}
