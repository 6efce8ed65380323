//! [`Schema`]: what a value on the wire may be; [`Shape`]: the keys of a record. The types of the
//! attributes state theirs, and the OpenAPI document is made from them.

/// What a value on the wire may be.
#[derive(Clone, Debug)]
pub(crate) enum Schema {
    Null,
    Boolean,
    Integer,
    Number,
    Text,
    /// A time such as `2018-11-04T10:00:00Z`.
    Time,
    Url,
    /// One of these words.
    Words(Vec<&'static str>),
    /// A list of these values.
    List(Box<Self>),
    /// A list without values.
    EmptyList,
    /// An object with exactly these keys.
    Object(Vec<Key>),
    /// An object with any keys and these values.
    Values(Box<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// A record.
    Record(fn() -> Shape),
}

/// A key of an object.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) schema: Schema,
    /// Whether every object has it.
    pub(crate) is_required: bool,
    /// Whether no request may write it.
    pub(crate) is_read_only: bool,
}

/// The keys of a record in replies.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// The name of the record, such as `organization_membership`.
    pub(crate) name: String,
    /// The key of one record in a reply, and the key of several.
    pub(crate) one: &'static str,
    pub(crate) many: &'static str,
    pub(crate) keys: Vec<Key>,
    /// The keys that end users see, if they do not see all.
    pub(crate) for_end_users: Option<&'static [&'static str]>,
    /// The records that can be sideloaded.
    pub(crate) sideloads: Vec<fn() -> Self>,
}

impl Key {
    /// Returns a key that every object has.
    pub(crate) const fn new(name: &'static str, schema: Schema) -> Self {
        Self {
            name,
            schema,
            is_required: true,
            is_read_only: false,
        }
    }

    /// Returns a key that some objects do not have.
    pub(crate) const fn optional(name: &'static str, schema: Schema) -> Self {
        Self {
            name,
            schema,
            is_required: false,
            is_read_only: false,
        }
    }
}

impl Schema {
    /// Returns the same values and null.
    pub(crate) fn or_null(self) -> Self {
        match self {
            Self::Any(choices) if choices.iter().any(|choice| matches!(choice, Self::Null)) => {
                Self::Any(choices)
            }
            other => Self::Any(vec![other, Self::Null]),
        }
    }

    /// Returns the same values without null.
    #[cfg(feature = "openapi")]
    pub(crate) fn without_null(self) -> Self {
        match self {
            Self::Any(choices) => {
                let choices = choices.into_iter();
                let mut choices: Vec<Self> = choices
                    .filter(|choice| !matches!(choice, Self::Null))
                    .collect();
                match choices.len() {
                    1 => choices.remove(0),
                    _ => Self::Any(choices),
                }
            }
            other => other,
        }
    }

    /// Returns lists of these values.
    pub(crate) fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    /// Returns objects with these keys, none of which is required.
    pub(crate) fn of_optional(keys: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        let keys = keys.into_iter();
        Self::Object(
            keys.map(|(name, schema)| Key::optional(name, schema))
                .collect(),
        )
    }

    /// Returns the objects that a request may give with these keys. Each may be missing, or null.
    pub(crate) fn given(keys: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        let keys = keys.into_iter();
        Self::of_optional(keys.map(|(name, schema)| (name, schema.or_null())))
    }

    /// Returns the keys of an object. Other values have no keys.
    pub(crate) fn keys(&self) -> &[Key] {
        match self {
            Self::Object(keys) => keys,
            _ => &[],
        }
    }

    /// Returns what the value of a key of an object is.
    pub(crate) fn of_key(self, name: &str) -> Self {
        let mut named = self.keys().iter().filter(|key| key.name == name);
        named.next().map_or(Self::Null, |key| key.schema.clone())
    }

    /// Returns the value of a custom field.
    pub(crate) fn of_field_value() -> Self {
        Self::Any(vec![
            Self::Text,
            Self::Number,
            Self::Boolean,
            Self::Text.list(),
            Self::Null,
        ])
    }
}

impl Shape {
    /// Returns the shape of a record that all callers see alike and that has no sideloads.
    pub(crate) fn new(name: &str, one: &'static str, many: &'static str, keys: Vec<Key>) -> Self {
        Self {
            name: name.to_owned(),
            one,
            many,
            keys,
            for_end_users: None,
            sideloads: Vec::new(),
        }
    }

    /// Returns the shape under another name, with one more key at its end.
    pub(crate) fn with(mut self, name: &str, key: Key) -> Self {
        name.clone_into(&mut self.name);
        self.keys.push(key);
        self
    }
}
