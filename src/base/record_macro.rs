//! [`record!`]: describes a kind of record once, as a list of its attributes.

/// Describes a kind of record: its name, its path, and then one line for each attribute, in the
/// order in which Zendesk shows them:
///
/// - `id` and `url` are the record's id and URL;
/// - `kept name: Type = default` is a field of the record. Append `, given` if requests may write
///   it, `, given on creation` if only creations may, or `, given by function` if a function reads
///   the value. Write `kept name as "key": …` if the key is not a name in Rust;
/// - `hidden name: Type = default` is a field that replies do not show by themselves. Fixtures save
///   it;
/// - `constant "key" = Shown::…` is the same for every record, because the double does not model
///   it;
/// - `kept name: Type = default, shown by Name` is a field whose shown form is computed: append it to
///   any of the above, after `given`;
/// - `derived Name = "key"` is computed when the record is shown;
/// - `given name: Type`, or `given on creation name: Type`, is read and not kept. The rules decide
///   what it means. Write `given name as "key": Type` if the record keeps a field with this name;
/// - `checked "key": Type`, or `checked on creation "key": Type`, is only checked for its type,
///   because nothing that the double shows depends on it;
/// - `unmodeled always "key", …` is what Zendesk accepts and the double drops. Use `on creation` or
///   `on update` instead of `always` for what only those requests may write.
///
/// A default may use the id and the time that `fresh` names.
///
/// A record may have an owner as a generic parameter, which then names its kind and its path:
/// `struct Record<O: PublicTrait, CrateTrait> is of O`. `CrateTrait` has the constants `KIND` and
/// `PATH`.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $vis:vis struct $record:ident<$owner:ident: $bound:path, $known:path> is of $_:ident, id $id:ty,
            changes $changes:ident, derived $derived:ident, row $row:ty;
        fresh($fresh_id:ident, $now:ident);
        name($named:ident) = $name:expr $(, deleted = $deleted:expr)?;
        $($lines:tt)*
    ) => {
        $crate::base::record_macro::record_lines! {
            {
                $(#[$doc])*
                $vis struct $record [$owner: $bound] [$owner: $known] [$owner]
                    is (<$owner as $known>::KIND), id $id, changes $changes, derived $derived, row $row;
                path (<$owner as $known>::PATH);
                fresh($fresh_id, $now);
                name($named) = $name $(, deleted = $deleted)?;
            }
            [] [] [] [] $($lines)*
        }
    };
    (
        $(#[$doc:meta])*
        $vis:vis struct $record:ident is $kind:ident, id $id:ty, changes $changes:ident, derived $derived:ident, row $row:ty;
        path $path:literal;
        fresh($fresh_id:ident, $now:ident);
        name($named:ident) = $name:expr $(, deleted = $deleted:expr)?;
        $($lines:tt)*
    ) => {
        $crate::base::record_macro::record_lines! {
            {
                $(#[$doc])*
                $vis struct $record [] [] []
                    is ($crate::base::ids::Kind::$kind), id $id, changes $changes, derived $derived, row $row;
                path ($path);
                fresh($fresh_id, $now);
                name($named) = $name $(, deleted = $deleted)?;
            }
            [] [] [] [] $($lines)*
        }

        impl From<&$record> for $id {
            fn from(record: &$record) -> Self {
                record.id
            }
        }
    };
}

/// Processes the lines of [`record!`] one after the other. Collects the fields of the record, the
/// additional fields of its changes, the derived attributes, and the list of attributes.
macro_rules! record_lines {
    ($head:tt [$($fields:tt)*] $given:tt $derived:tt [$($list:tt)*]
        $(#[$doc:meta])* kept $field:ident: $type:ty = $default:expr; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head
            [$($fields)* { $(#[$doc])* $field: $type = $default }] $given $derived
            [$($list)* { stringify!($field), kept $field, ByZendesk, $crate::base::value::AttributeValue::read }]
            $($rest)* }
    };
    ($head:tt [$($fields:tt)*] $given:tt $derived:tt [$($list:tt)*]
        $(#[$doc:meta])* kept $field:ident: $type:ty = $default:expr, given; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head
            [$($fields)* { $(#[$doc])* $field: $type = $default }] $given $derived
            [$($list)* { stringify!($field), kept $field, ByRequests, $crate::base::value::AttributeValue::read }]
            $($rest)* }
    };
    ($head:tt [$($fields:tt)*] $given:tt $derived:tt [$($list:tt)*]
        $(#[$doc:meta])* kept $field:ident: $type:ty = $default:expr, given by $read:path; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head
            [$($fields)* { $(#[$doc])* $field: $type = $default }] $given $derived
            [$($list)* { stringify!($field), kept $field, ByRequests, $read }]
            $($rest)* }
    };
    ($head:tt [$($fields:tt)*] $given:tt $derived:tt [$($list:tt)*]
        $(#[$doc:meta])* kept $field:ident: $type:ty = $default:expr, given on creation; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head
            [$($fields)* { $(#[$doc])* $field: $type = $default }] $given $derived
            [$($list)* { stringify!($field), kept $field, OnCreation, $crate::base::value::AttributeValue::read }]
            $($rest)* }
    };
    ($head:tt [$($fields:tt)*] $given:tt $derived:tt [$($list:tt)*]
        $(#[$doc:meta])* kept $field:ident as $key:literal: $type:ty = $default:expr, given; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head
            [$($fields)* { $(#[$doc])* $field: $type = $default }] $given $derived
            [$($list)* { $key, kept $field, ByRequests, $crate::base::value::AttributeValue::read }]
            $($rest)* }
    };
    ($head:tt [$($fields:tt)*] $given:tt $derived:tt [$($list:tt)*]
        $(#[$doc:meta])* kept $field:ident as $key:literal: $type:ty = $default:expr, given on creation; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head
            [$($fields)* { $(#[$doc])* $field: $type = $default }] $given $derived
            [$($list)* { $key, kept $field, OnCreation, $crate::base::value::AttributeValue::read }]
            $($rest)* }
    };
    ($head:tt [$($fields:tt)*] $given:tt $derived:tt [$($list:tt)*]
        $(#[$doc:meta])* hidden $field:ident: $type:ty = $default:expr; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head
            [$($fields)* { $(#[$doc])* $field: $type = $default }] $given $derived
            [$($list)* { stringify!($field), hidden $field }]
            $($rest)* }
    };
    ($head:tt [$($fields:tt)*] $given:tt [$($derived:tt)*] [$($list:tt)*]
        $(#[$doc:meta])* kept $field:ident: $type:ty = $default:expr, shown by $variant:ident; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head
            [$($fields)* { $(#[$doc])* $field: $type = $default }] $given [$($derived)* $variant]
            [$($list)* { stringify!($field), kept $field by $variant, ByZendesk, $crate::base::value::AttributeValue::read }]
            $($rest)* }
    };
    ($head:tt [$($fields:tt)*] $given:tt [$($derived:tt)*] [$($list:tt)*]
        $(#[$doc:meta])* kept $field:ident: $type:ty = $default:expr, given, shown by $variant:ident; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head
            [$($fields)* { $(#[$doc])* $field: $type = $default }] $given [$($derived)* $variant]
            [$($list)* { stringify!($field), kept $field by $variant, ByRequests, $crate::base::value::AttributeValue::read }]
            $($rest)* }
    };
    ($head:tt [$($fields:tt)*] $given:tt [$($derived:tt)*] [$($list:tt)*]
        $(#[$doc:meta])* kept $field:ident as $key:literal: $type:ty = $default:expr, given, shown by $variant:ident; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head
            [$($fields)* { $(#[$doc])* $field: $type = $default }] $given [$($derived)* $variant]
            [$($list)* { $key, kept $field by $variant, ByRequests, $crate::base::value::AttributeValue::read }]
            $($rest)* }
    };
    ($head:tt $fields:tt $given:tt $derived:tt [$($list:tt)*] id; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields $given $derived [$($list)* { id }] $($rest)* }
    };
    ($head:tt $fields:tt $given:tt $derived:tt [$($list:tt)*] url; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields $given $derived
            [$($list)* { "url", constant $crate::base::value::Shown::Url }] $($rest)* }
    };
    ($head:tt $fields:tt $given:tt $derived:tt [$($list:tt)*] constant $key:literal = $shown:expr; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields $given $derived
            [$($list)* { $key, constant $shown }] $($rest)* }
    };
    ($head:tt $fields:tt $given:tt [$($derived:tt)*] [$($list:tt)*] derived $variant:ident = $key:literal; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields $given [$($derived)* $variant]
            [$($list)* { $key, derived $variant }] $($rest)* }
    };
    ($head:tt $fields:tt [$($given:tt)*] $derived:tt [$($list:tt)*]
        $(#[$doc:meta])* given on creation $field:ident: $type:ty; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields [$($given)* { $(#[$doc])* $field: $type }] $derived
            [$($list)* { stringify!($field), given OnCreation $field: $type }] $($rest)* }
    };
    ($head:tt $fields:tt [$($given:tt)*] $derived:tt [$($list:tt)*]
        $(#[$doc:meta])* given $field:ident as $key:literal: $type:ty; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields [$($given)* { $(#[$doc])* $field: $type }] $derived
            [$($list)* { $key, given ByRequests $field: $type }] $($rest)* }
    };
    ($head:tt $fields:tt [$($given:tt)*] $derived:tt [$($list:tt)*]
        $(#[$doc:meta])* given $field:ident: $type:ty; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields [$($given)* { $(#[$doc])* $field: $type }] $derived
            [$($list)* { stringify!($field), given ByRequests $field: $type }] $($rest)* }
    };
    ($head:tt $fields:tt $given:tt $derived:tt [$($list:tt)*] checked on creation $key:literal: $type:ty; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields $given $derived
            [$($list)* { $key, checked OnCreation $type }] $($rest)* }
    };
    ($head:tt $fields:tt $given:tt $derived:tt [$($list:tt)*] checked $key:literal: $type:ty; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields $given $derived
            [$($list)* { $key, checked ByRequests $type }] $($rest)* }
    };
    ($head:tt $fields:tt $given:tt $derived:tt [$($list:tt)*] unmodeled always $($key:literal),+; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields $given $derived
            [$($list)* $({ $key, unmodeled Always })+] $($rest)* }
    };
    ($head:tt $fields:tt $given:tt $derived:tt [$($list:tt)*] unmodeled on creation $($key:literal),+; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields $given $derived
            [$($list)* $({ $key, unmodeled OnCreation })+] $($rest)* }
    };
    ($head:tt $fields:tt $given:tt $derived:tt [$($list:tt)*] unmodeled on update $($key:literal),+; $($rest:tt)*) => {
        $crate::base::record_macro::record_lines! { $head $fields $given $derived
            [$($list)* $({ $key, unmodeled OnUpdate })+] $($rest)* }
    };
    (
        {
            $(#[$doc:meta])*
            $vis:vis struct $record:ident [$($bound:tt)*] [$($known:tt)*] [$($owner:ident)?]
                is ($kind:expr), id $id:ty, changes $changes:ident, derived $derived:ident, row $row:ty;
            path ($path:expr);
            fresh($fresh_id:ident, $now:ident);
            name($named:ident) = $name:expr $(, deleted = $deleted:expr)?;
        }
        [$({ $(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr })*]
        [$({ $(#[$given_doc:meta])* $given:ident: $given_type:ty })*]
        [$($variant:ident)*]
        [$($line:tt)*]
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        $vis struct $record<$($bound)*> {
            /// The id, which is assigned on creation.
            pub id: $id,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        /// The attributes that a request or a fixture contains. The others are `None`.
        #[derive(Clone, Debug, Default)]
        pub(crate) struct $changes {
            $(pub(crate) $field: Option<$type>,)*
            $($(#[$given_doc])* pub(crate) $given: Option<$given_type>,)*
        }

        /// The attributes that are computed when the record is shown.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $derived {
            $($variant,)*
        }

        impl<$($known)*> $crate::base::record::Record for $record<$($owner)?> {
            type Id = $id;
            type Changes = $changes;
            type Derived = $derived;
            type Row = $row;

            const KIND: $crate::base::ids::Kind = $kind;

            const PATH: &'static str = $path;

            const ATTRIBUTES: &'static [$crate::base::record::Attribute<Self>] =
                &[$($crate::base::record_macro::attribute!(Self, $derived, $line),)*];

            fn fresh($fresh_id: $id, $now: $crate::base::time::Timestamp) -> Self {
                Self { id: $fresh_id, $($field: $default,)* }
            }

            fn id(&self) -> $id {
                self.id
            }

            fn name(&self) -> &str {
                let $named = self;
                $name
            }

            $(fn is_deleted(&self) -> bool {
                let $named = self;
                $deleted
            })?

            fn apply(&mut self, changes: $changes) {
                $(if let Some(value) = changes.$field {
                    self.$field = value;
                })*
            }
        }

    };
}

/// Makes one entry of the attribute list of [`record!`].
macro_rules! attribute {
    ($record:ident, $derived:ident, { $key:expr, kept $field:ident, $written:ident, $read:path }) => {
        $crate::base::record_macro::attribute!(@kept $record, $key, $field, $written, $read,
            $crate::base::record::InReplies::Value)
    };
    ($record:ident, $derived:ident, { $key:expr, kept $field:ident by $variant:ident, $written:ident, $read:path }) => {
        $crate::base::record_macro::attribute!(@kept $record, $key, $field, $written, $read,
            $crate::base::record::InReplies::Computed($derived::$variant))
    };
    ($record:ident, $derived:ident, { $key:expr, hidden $field:ident }) => {
        $crate::base::record_macro::attribute!(@kept $record, $key, $field, ByZendesk,
            $crate::base::value::AttributeValue::read, $crate::base::record::InReplies::Nothing)
    };
    (@kept $record:ident, $key:expr, $field:ident, $written:ident, $read:path, $in_replies:expr) => {
        $crate::base::record::Attribute {
            key: $key,
            source: $crate::base::record::Source::Kept {
                show: |record: &$record| $crate::base::value::AttributeValue::show(&record.$field),
                in_replies: $in_replies,
                differs: |record: &$record, other: &$record| record.$field != other.$field,
                parts: |record: &$record, other: &$record| {
                    $crate::base::value::AttributeValue::differing_parts(&record.$field, &other.$field)
                },
            },
            written: $crate::base::record_macro::attribute!(@written $written),
            schema: Some($crate::base::record::schema_of(|record: &$record| &record.$field)),
            read: Some(|changes, given| {
                if let Some(value) = $read(given)? {
                    changes.$field = Some(value);
                }
                Ok(())
            }),
        }
    };
    ($record:ident, $derived:ident, { id }) => {
        $crate::base::record::Attribute {
            key: "id",
            source: $crate::base::record::Source::Kept {
                show: |record: &$record| $crate::base::value::AttributeValue::show(&record.id),
                in_replies: $crate::base::record::InReplies::Value,
                differs: |_, _| false,
                parts: |_, _| Vec::new(),
            },
            written: $crate::base::record::Written::ByZendesk,
            schema: Some($crate::base::record::schema_of(|record: &$record| &record.id)),
            read: None,
        }
    };
    ($record:ident, $derived:ident, { $key:expr, constant $shown:expr }) => {
        $crate::base::record_macro::attribute!(@shown $key, $crate::base::record::Source::Constant($shown))
    };
    ($record:ident, $derived:ident, { $key:expr, derived $variant:ident }) => {
        $crate::base::record_macro::attribute!(@shown $key, $crate::base::record::Source::Derived($derived::$variant))
    };
    (@shown $key:expr, $source:expr) => {
        $crate::base::record::Attribute {
            key: $key,
            source: $source,
            written: $crate::base::record::Written::ByZendesk,
            schema: None,
            read: None,
        }
    };
    ($record:ident, $derived:ident, { $key:expr, given $written:ident $field:ident: $type:ty }) => {
        $crate::base::record::Attribute {
            key: $key,
            source: $crate::base::record::Source::Hidden,
            written: $crate::base::record_macro::attribute!(@written $written),
            schema: Some(<$type as $crate::base::value::AttributeValue>::schema),
            read: Some(|changes, given| {
                if let Some(value) = <$type as $crate::base::value::AttributeValue>::read(given)? {
                    changes.$field = Some(value);
                }
                Ok(())
            }),
        }
    };
    ($record:ident, $derived:ident, { $key:expr, checked $written:ident $type:ty }) => {
        $crate::base::record::Attribute {
            key: $key,
            source: $crate::base::record::Source::Hidden,
            written: $crate::base::record_macro::attribute!(@written $written),
            schema: Some(<$type as $crate::base::value::AttributeValue>::schema),
            read: Some(|_, given| <$type as $crate::base::value::AttributeValue>::read(given).map(drop)),
        }
    };
    ($record:ident, $derived:ident, { $key:expr, unmodeled $when:ident }) => {
        $crate::base::record::Attribute {
            key: $key,
            source: $crate::base::record::Source::Hidden,
            written: $crate::base::record::Written::Unmodeled($crate::base::record::When::$when),
            schema: None,
            read: None,
        }
    };
    (@written ByZendesk) => {
        $crate::base::record::Written::ByZendesk
    };
    (@written OnCreation) => {
        $crate::base::record::Written::ByRequests($crate::base::record::When::OnCreation)
    };
    (@written ByRequests) => {
        $crate::base::record::Written::ByRequests($crate::base::record::When::Always)
    };
}

pub(crate) use {attribute, record, record_lines};
