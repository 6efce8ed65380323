//! [`GivenFields`]: the values of custom fields as a request contains them; how values and options
//! are read.

use super::field_value::{FieldOption, FieldValue, FieldValues};
use super::schema::Schema;
use super::value::{AttributeValue, Expected, Given, Mismatch, Shown};

/// Reads the values of a fixture, whose types the account checks when it is loaded.
impl AttributeValue for FieldValues {
    fn schema() -> Schema {
        GivenFields::schema()
    }

    fn show(&self) -> Shown<'_> {
        Shown::FieldValues(self)
    }

    fn differing_parts(&self, other: &Self) -> Vec<String> {
        self.differing(other)
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        let Some(GivenFields(given)) = GivenFields::read(given)? else {
            return Ok(None);
        };
        let mut values = Self::default();
        for (key, value) in given {
            match value {
                GivenValue::Null => {}
                GivenValue::Value(value) => values.set(&key.into(), Some(value)),
                GivenValue::Other => {
                    return Err(Mismatch {
                        below: format!(".{key}"),
                        ..Expected::Text.into()
                    });
                }
            }
        }
        Ok(Some(values))
    }
}

/// The values of custom fields in a request, by the keys in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GivenFields(pub(crate) Vec<(String, GivenValue)>);

/// A value in a request. Its type is not checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GivenValue {
    /// No value.
    Null,
    Value(FieldValue),
    /// Something that is not a value of any field.
    Other,
}

impl AttributeValue for GivenFields {
    fn schema() -> Schema {
        Schema::Values(Box::new(Schema::of_field_value()))
    }

    fn show(&self) -> Shown<'_> {
        Shown::Null
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        let entries = match given {
            Given::Null => return Ok(None),
            Given::Hash(entries) => entries,
            _ => return Err(Expected::Hash.into()),
        };
        let entries = entries
            .iter()
            .map(|(key, given)| ((*key).to_owned(), GivenValue::from(given)));
        Ok(Some(Self(entries.collect())))
    }
}

impl From<&Given<'_>> for GivenValue {
    fn from(given: &Given<'_>) -> Self {
        let value = match given {
            Given::Null => return Self::Null,
            Given::Bool(is_checked) => Some(FieldValue::Checkbox(*is_checked)),
            Given::Integer(number) => i64::try_from(*number).ok().map(FieldValue::Integer),
            Given::Fraction(number) | Given::Huge(number) => Some(FieldValue::Decimal(*number)),
            Given::Text(text) => Some(FieldValue::from(*text)),
            given @ Given::List(_) => match Vec::<String>::read(given) {
                Ok(texts) => texts.map(FieldValue::Options),
                Err(_) => None,
            },
            Given::Hash(_) => None,
        };
        value.map_or(Self::Other, Self::Value)
    }
}

impl AttributeValue for Vec<FieldOption> {
    fn schema() -> Schema {
        let texts = ["name", "raw_name", "value"].map(|name| (name, Schema::Text));
        let id = std::iter::once(("id", Schema::Integer));
        Schema::given(id.chain(texts)).list()
    }

    fn show(&self) -> Shown<'_> {
        Shown::FieldOptions(self)
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        let items = match given {
            Given::Null => return Ok(None),
            Given::List(items) => items,
            _ => return Err(Expected::Array.into()),
        };
        let read = |item: &Given<'_>| match item {
            Given::Hash(_) => Ok(FieldOption {
                id: given_id(item)?,
                name: item.field("name")?.unwrap_or_default(),
                value: item.field("value")?.unwrap_or_default(),
            }),
            _ => Err(Expected::Hash.into()),
        };
        let options = items.iter().enumerate().map(|(index, item)| {
            read(item).map_err(|mismatch: Mismatch| Mismatch {
                index: Some(index),
                ..mismatch
            })
        });
        options.collect::<Result<_, _>>().map(Some)
    }
}

/// Returns the `id` of an option. 0, which no option has, stands for a missing one.
fn given_id(option: &Given<'_>) -> Result<u64, Mismatch> {
    Ok(option.field("id")?.unwrap_or_default())
}
