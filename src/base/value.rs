//! The values of attributes: [`Given`] as a request or a fixture contains them, [`Shown`] as a
//! reply or a fixture shows them. Neither knows JSON.
//!
//! The coercions are those of Zendesk's own `stronger_parameters`. An integer may come as a string
//! of digits, and a boolean in several forms. Null means "not given" unless the attribute can be
//! emptied.

use std::borrow::Cow;

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::field_value::{FieldOption, FieldValues, ShownField, serialize_all};
use super::ids::{RecordId, scatter};
use super::schema::{Key, Schema};
use super::time::Timestamp;

/// The type that a parameter must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Integer,
    Boolean,
    Text,
    /// One of the listed words.
    Word(&'static [&'static str]),
    Time,
    Array,
    Hash,
}

impl Expected {
    /// Returns the end of the sentence that begins with the name of the parameter, in Zendesk's
    /// words.
    pub(crate) fn text(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Integer => "must be an integer",
            Self::Boolean => "must be either true or false",
            Self::Text => "must be a string",
            Self::Word(words) => {
                return Cow::Owned(format!("must be one of these: {}", sentence(words)));
            }
            // Only fixtures contain times, and their errors have other texts.
            Self::Time => "must be a time",
            Self::Array => "must be an array",
            Self::Hash => "must be a hash",
        })
    }
}

/// Returns words as Rails writes them in a sentence: `a`, `a and b`, or `a, b, and c`.
fn sentence(words: &[&str]) -> String {
    match words {
        [] | [_] => words.concat(),
        [first, second] => format!("{first} and {second}"),
        [others @ .., last] => format!("{}, and {last}", others.join(", ")),
    }
}

/// The error for a value of the wrong type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// The path below the attribute, with a dot in front of each part. Empty for the attribute
    /// itself.
    pub(crate) below: String,
    /// The index of the value in a list. Zendesk does not report it.
    pub(crate) index: Option<usize>,
    pub(crate) expected: Expected,
}

impl From<Expected> for Mismatch {
    fn from(expected: Expected) -> Self {
        Self {
            below: String::new(),
            index: None,
            expected,
        }
    }
}

/// The value of an attribute as a reply or a fixture shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shown<'a> {
    Null,
    Bool(bool),
    Integer(u64),
    Text(&'a str),
    Texts(&'a [String]),
    Time(Timestamp),
    /// Six capitals and digits, a hyphen, and five more, which depend on this number.
    Code(u64),
    /// An object that is the same for every record.
    Hash(&'a [(&'a str, Self)]),
    /// An object without keys.
    EmptyHash,
    /// The values of custom fields that are set.
    FieldValues(&'a FieldValues),
    /// A value for each of these custom fields.
    AllFieldValues {
        fields: &'a [ShownField],
        values: &'a FieldValues,
    },
    FieldOptions(&'a [FieldOption]),
    /// The URL of the record itself, which depends on how the client reached the double.
    Url,
    /// The same for a record whose path begins with another record: the path before that record's
    /// id, and the id.
    UrlBelow(&'static str, u64),
}

impl Shown<'static> {
    /// Returns the schema of an attribute that has this value in every record.
    pub(crate) fn schema(self) -> Schema {
        match self {
            Self::Null => Schema::Null,
            Self::Bool(_) => Schema::Boolean,
            Self::Integer(_) => Schema::Integer,
            Self::Text(_) | Self::Code(_) => Schema::Text,
            Self::Texts([]) => Schema::EmptyList,
            Self::Texts(_) => Schema::Text.list(),
            Self::Time(_) => Schema::Time,
            Self::Hash(entries) => Schema::Object(
                entries
                    .iter()
                    .map(|(name, value)| Key::new(name, value.schema()))
                    .collect(),
            ),
            Self::EmptyHash => Schema::Object(Vec::new()),
            Self::FieldValues(_) | Self::AllFieldValues { .. } => {
                Schema::Values(Box::new(Schema::of_field_value()))
            }
            Self::FieldOptions(_) => FieldOption::schema().list(),
            Self::Url | Self::UrlBelow(..) => Schema::Url,
        }
    }
}

/// The value of an attribute as a request or a fixture contains it.
#[derive(Clone, Debug)]
pub(crate) enum Given<'a> {
    Null,
    Bool(bool),
    Integer(i128),
    /// An integer beyond 64 bits, of which the JSON parser keeps only about this much.
    Huge(f64),
    /// A number that is not an integer.
    Fraction(f64),
    Text(&'a str),
    List(Vec<Self>),
    Hash(Vec<(&'a str, Self)>),
}

impl Given<'_> {
    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the value of a key of a hash.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Hash(entries) => entries
                .iter()
                .find(|(other, _)| *other == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// Returns the value of a key of a hash, read as the type that it must have. `None` means that
    /// the key is missing or null.
    pub(crate) fn field<T: AttributeValue>(&self, key: &str) -> Result<Option<T>, Mismatch> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        T::read(value).map_err(|mismatch| Mismatch {
            below: format!(".{key}{}", mismatch.below),
            ..mismatch
        })
    }

    /// Returns the value as an integer, which may also be a string of digits. A huge one becomes
    /// the largest or the smallest `i128`, which no record has as its id.
    pub(crate) fn integer(&self) -> Option<i128> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Huge(number) if *number < 0.0 => Some(i128::MIN),
            Self::Huge(_) => Some(i128::MAX),
            Self::Text(digits) => parse_integer(digits),
            _ => None,
        }
    }
}

/// Parses digits with an optional minus sign. A number beyond `i128` becomes the largest or the
/// smallest `i128`, which no record has as its id.
pub(crate) fn parse_integer(text: &str) -> Option<i128> {
    let (digits, limit) = match text.strip_prefix('-') {
        Some(digits) => (digits, i128::MIN),
        None => (text, i128::MAX),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(limit))
}

/// A type that an attribute can have.
pub(crate) trait AttributeValue: Sized {
    /// Returns what its values are on the wire.
    fn schema() -> Schema;

    fn show(&self) -> Shown<'_>;

    /// Reads a value. `Ok(None)` means that it counts as not given.
    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch>;

    /// Returns the names of the parts that differ, if the type has parts with names.
    fn differing_parts(&self, _: &Self) -> Vec<String> {
        Vec::new()
    }
}

impl AttributeValue for String {
    fn schema() -> Schema {
        Schema::Text
    }

    fn show(&self) -> Shown<'_> {
        Shown::Text(self)
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        match given {
            Given::Null => Ok(None),
            Given::Text(text) => Ok(Some((*text).to_owned())),
            _ => Err(Expected::Text.into()),
        }
    }
}

impl AttributeValue for bool {
    fn schema() -> Schema {
        Schema::Boolean
    }

    fn show(&self) -> Shown<'_> {
        Shown::Bool(*self)
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        match given {
            Given::Null => Ok(None),
            Given::Bool(value) => Ok(Some(*value)),
            Given::Integer(1) | Given::Text("true" | "1" | "on") => Ok(Some(true)),
            Given::Integer(0) | Given::Text("false" | "0") => Ok(Some(false)),
            _ => Err(Expected::Boolean.into()),
        }
    }
}

impl AttributeValue for u64 {
    fn schema() -> Schema {
        Schema::Integer
    }

    fn show(&self) -> Shown<'_> {
        Shown::Integer(*self)
    }

    /// Reads a number. One that is negative or too large becomes 0 or the largest.
    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        if given.is_null() {
            return Ok(None);
        }
        let number = given.integer().ok_or(Expected::Integer)?;
        let limited = number.clamp(0, Self::MAX.into());
        Ok(Some(Self::try_from(limited).unwrap_or_default()))
    }
}

impl AttributeValue for Vec<String> {
    fn schema() -> Schema {
        Schema::Text.list()
    }

    fn show(&self) -> Shown<'_> {
        Shown::Texts(self)
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        let texts = match given {
            Given::Null => return Ok(None),
            Given::List(texts) => texts,
            _ => return Err(Expected::Array.into()),
        };
        let texts = texts.iter().enumerate().map(|(index, text)| match text {
            Given::Text(text) => Ok((*text).to_owned()),
            _ => Err(Mismatch {
                index: Some(index),
                ..Expected::Text.into()
            }),
        });
        texts.collect::<Result<_, _>>().map(Some)
    }
}

impl AttributeValue for Timestamp {
    fn schema() -> Schema {
        Schema::Time
    }

    fn show(&self) -> Shown<'_> {
        Shown::Time(*self)
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        match given {
            Given::Null => Ok(None),
            Given::Text(text) => text.parse().map(Some).map_err(|_| Expected::Time.into()),
            _ => Err(Expected::Time.into()),
        }
    }
}

/// The id of another record. A number that cannot be an id becomes 0, which no record has.
impl<T: RecordId> AttributeValue for T {
    fn schema() -> Schema {
        Schema::Integer
    }

    fn show(&self) -> Shown<'_> {
        Shown::Integer(self.number())
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        if given.is_null() {
            return Ok(None);
        }
        let number = given.integer().ok_or(Expected::Integer)?;
        Ok(Some(T::from_number(u64::try_from(number).unwrap_or(0))))
    }
}

/// An attribute that null empties.
impl<T: AttributeValue> AttributeValue for Option<T> {
    fn schema() -> Schema {
        T::schema().or_null()
    }

    fn show(&self) -> Shown<'_> {
        self.as_ref().map_or(Shown::Null, T::show)
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        if given.is_null() {
            Ok(Some(None))
        } else {
            Ok(T::read(given)?.map(Some))
        }
    }
}

/// Implements [`AttributeValue`] for a type that is one of a few words.
macro_rules! words {
    ($type:ident: $($word:literal = $variant:ident),+ $(,)?) => {
        impl $type {
            /// Returns the word on the wire.
            pub(crate) const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl $crate::base::value::AttributeValue for $type {
            fn schema() -> $crate::base::schema::Schema {
                $crate::base::schema::Schema::Words(vec![$($word),+])
            }

            fn show(&self) -> $crate::base::value::Shown<'_> {
                $crate::base::value::Shown::Text(self.word())
            }

            fn read(
                given: &$crate::base::value::Given<'_>,
            ) -> Result<Option<Self>, $crate::base::value::Mismatch> {
                match given {
                    $crate::base::value::Given::Null => Ok(None),
                    $($crate::base::value::Given::Text($word) => Ok(Some(Self::$variant)),)+
                    _ => Err($crate::base::value::Expected::Word(&[$($word),+]).into()),
                }
            }
        }
    };
}

pub(crate) use words;

/// Reads a name. Null becomes an empty name.
pub(crate) fn name(given: &Given<'_>) -> Result<Option<String>, Mismatch> {
    Ok(Some(String::read(given)?.unwrap_or_default()))
}

/// Reads an external id. An integer becomes its digits. A huge one is refused, because its digits
/// are not known, and two of them would be the same external id.
pub(crate) fn external_id(given: &Given<'_>) -> Result<Option<Option<String>>, Mismatch> {
    match given {
        Given::Integer(number) => Ok(Some(Some(number.to_string()))),
        given => Option::read(given),
    }
}

/// Returns a code such as `LW3ZND-1926N`.
fn code(number: u64) -> String {
    const SIGNS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut rest = scatter(number);
    let mut code = String::with_capacity(12);
    for place in 0..12 {
        if place == 6 {
            code.push('-');
            continue;
        }
        code.push(char::from(SIGNS[(rest % 36) as usize]));
        rest /= 36;
    }
    code
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null | Self::Url | Self::UrlBelow(..) => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_u64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Texts(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                values
                    .iter()
                    .try_for_each(|value| list.serialize_element(value))?;
                list.end()
            }
            Self::Time(value) => value.serialize(serializer),
            Self::Code(number) => serializer.collect_str(&code(*number)),
            Self::Hash(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries
                    .iter()
                    .try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
            Self::EmptyHash => serializer.serialize_map(Some(0))?.end(),
            Self::FieldValues(values) => values.serialize(serializer),
            Self::AllFieldValues { fields, values } => serialize_all(fields, values, serializer),
            Self::FieldOptions(options) => options.serialize(serializer),
        }
    }
}
