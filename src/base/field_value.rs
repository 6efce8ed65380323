//! The values of custom fields: [`FieldValues`] as a record keeps them, and [`ShownField`], which
//! decides how a value that is not set is shown; [`FieldOption`]: what may be chosen.
//!
//! What a value may be depends on its field. `src/resources/custom_fields/values.rs` checks that.

use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::schema::{Key, Schema};

/// The end of every date, which Zendesk shows as midnight of the day.
const MIDNIGHT: &str = "T00:00:00+00:00";

/// The value of a custom field of a user or an organization.
///
/// Texts, numbers, booleans and lists of texts convert into one.
///
/// ```
/// use mock_zendesk::custom_fields::FieldValue;
///
/// assert_eq!(FieldValue::from("gold").as_str(), Some("gold"));
/// assert_eq!(FieldValue::from(7).as_i64(), Some(7));
/// assert_eq!(FieldValue::from(["de", "en"]).as_options(), Some(&["de".to_owned(), "en".to_owned()][..]));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue {
    /// A text. For a dropdown, it is the `value` of the option; for a lookup, the id of the record.
    Text(String),
    /// An integer.
    Integer(i64),
    /// A number with decimals. It is finite.
    Decimal(f64),
    /// Whether a checkbox is checked.
    Checkbox(bool),
    /// A day, such as `2018-11-04`. On the wire, `T00:00:00+00:00` follows it.
    Date(String),
    /// The `value`s of the options of a multiselect field.
    Options(Vec<String>),
}

/// A decimal is finite, so every value equals itself.
impl Eq for FieldValue {}

impl FieldValue {
    /// Returns a text or a day.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Date(text) => Some(text),
            _ => None,
        }
    }

    /// Returns an integer.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns a number, with decimals or without.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Decimal(number) => Some(*number),
            Self::Integer(number) => Some(*number as f64),
            _ => None,
        }
    }

    /// Returns whether a checkbox is checked.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Checkbox(is_checked) => Some(*is_checked),
            _ => None,
        }
    }

    /// Returns the options of a multiselect field.
    #[must_use]
    pub fn as_options(&self) -> Option<&[String]> {
        match self {
            Self::Options(options) => Some(options),
            _ => None,
        }
    }

    /// Returns its texts: a text, or the options. Numbers, days and checkboxes have none.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::Options(options) => options,
            _ => &[],
        };
        texts.iter().map(String::as_str)
    }
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for FieldValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for FieldValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<i32> for FieldValue {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<f64> for FieldValue {
    fn from(number: f64) -> Self {
        Self::Decimal(number)
    }
}

impl From<bool> for FieldValue {
    fn from(is_checked: bool) -> Self {
        Self::Checkbox(is_checked)
    }
}

impl<T: Into<String>> From<Vec<T>> for FieldValue {
    fn from(options: Vec<T>) -> Self {
        Self::Options(options.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for FieldValue {
    fn from(options: [T; N]) -> Self {
        Self::Options(options.into_iter().map(Into::into).collect())
    }
}

/// Serializes like the API.
impl Serialize for FieldValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Decimal(number) => serializer.serialize_f64(*number),
            Self::Checkbox(is_checked) => serializer.serialize_bool(*is_checked),
            Self::Date(day) => serializer.collect_str(&format_args!("{day}{MIDNIGHT}")),
            Self::Options(options) => serializer.collect_seq(options),
        }
    }
}

/// The values of the custom fields of a user or an organization that are set, by the keys of the
/// fields.
///
/// A checkbox that is not checked counts as not set.
/// [`Account::field_values_of_user`](crate::Account::field_values_of_user) also has the fields that
/// are not set.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, user_fields::NewUserField, users::NewUser};
///
/// let zendesk = MockZendesk::start().await;
/// let seed = zendesk.seed();
/// seed.add(NewUserField::dropdown("tier", ["gold", "silver"]));
/// let ada = seed.user(NewUser::new("Ada").user_field("tier", "gold"));
/// assert_eq!(ada.user_fields.get("tier").unwrap().as_str(), Some("gold"));
/// # }
/// ```
// A record without values allocates nothing. Most records have none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FieldValues(Option<Arc<Vec<Entry>>>);

/// A key, which the records share, and the value.
type Entry = (Arc<str>, FieldValue);

impl FieldValues {
    /// Returns the value of the field with this key. `None` means that it is not set.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&FieldValue> {
        let entries = self.entries();
        let place = entries.binary_search_by(|(other, _)| (**other).cmp(key));
        place.ok().map(|place| &entries[place].1)
    }

    /// Returns the values that are set, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FieldValue)> {
        self.entries().iter().map(|(key, value)| (&**key, value))
    }

    /// Returns the number of values that are set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Returns whether no value is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the texts of all values that are set.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.iter().flat_map(|(_, value)| value.texts())
    }

    /// Sets a value, or removes it.
    pub(crate) fn set(&mut self, key: &Arc<str>, value: Option<FieldValue>) {
        let place = self.entries().binary_search_by(|(other, _)| other.cmp(key));
        match (place, value) {
            (Ok(place), Some(value)) => self.entries_mut()[place].1 = value,
            (Err(place), Some(value)) => self.entries_mut().insert(place, (Arc::clone(key), value)),
            (Ok(place), None) => {
                self.entries_mut().remove(place);
                if self.entries().is_empty() {
                    self.0 = None;
                }
            }
            (Err(_), None) => {}
        }
    }

    /// Returns the keys of the values that differ.
    pub(crate) fn differing(&self, other: &Self) -> Vec<String> {
        let only_here = self.iter().filter(|(key, _)| other.get(key).is_none());
        let keys = other.iter().chain(only_here).map(|(key, _)| key);
        let mut keys: Vec<&str> = keys.filter(|key| self.get(key) != other.get(key)).collect();
        keys.sort_unstable();
        keys.into_iter().map(str::to_owned).collect()
    }

    /// Changes a value, if it is set. `None` removes it.
    pub(crate) fn change(
        &mut self,
        key: &str,
        change: impl FnOnce(&FieldValue) -> Option<FieldValue>,
    ) {
        let mut entries = self.entries().iter();
        let entry = entries.find(|(other, _)| &**other == key);
        if let Some((key, value)) = entry {
            let (key, value) = (Arc::clone(key), change(value));
            self.set(&key, value);
        }
    }

    fn entries(&self) -> &[Entry] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    fn entries_mut(&mut self) -> &mut Vec<Entry> {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}

impl fmt::Debug for FieldValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Serializes like the API, without the fields that are not set.
impl Serialize for FieldValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// A custom field that every record of its kind shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownField {
    pub(crate) key: Arc<str>,
    pub(crate) unset: Unset,
}

/// How a value that is not set is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unset {
    Null,
    False,
}

/// Serializes a value for each field, whether it is set or not.
pub(crate) fn serialize_all<S: Serializer>(
    fields: &[ShownField],
    values: &FieldValues,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(fields.len()))?;
    for ShownField { key, unset } in fields {
        match (values.get(key), unset) {
            (Some(value), _) => map.serialize_entry(&**key, value)?,
            (None, Unset::Null) => map.serialize_entry(&**key, &())?,
            (None, Unset::False) => map.serialize_entry(&**key, &false)?,
        }
    }
    map.end()
}

/// An option of a dropdown or multiselect field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldOption {
    /// The id, which is assigned on creation.
    pub id: u64,
    /// The name that agents see.
    pub name: String,
    /// The value that records have.
    pub value: String,
}

impl FieldOption {
    /// Returns what an option is in replies.
    pub(crate) fn schema() -> Schema {
        Schema::Object(vec![
            Key::new("id", Schema::Integer),
            Key::new("name", Schema::Text),
            Key::new("raw_name", Schema::Text),
            Key::new("value", Schema::Text),
        ])
    }
}

/// Serializes like the API, where an option also has a `raw_name`.
impl Serialize for FieldOption {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("raw_name", &self.name)?;
        map.serialize_entry("value", &self.value)?;
        map.end()
    }
}
