//! Writes records and lists into replies, with sideloaded records and links to other pages. No
//! other file does. Records that a test serializes are also written here.

use serde::Serializer;
use serde::ser::SerializeMap as _;

use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::page::Page;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::api::url::ResourceUrl;
use crate::base::ids::RecordId;
use crate::base::open_question::OpenQuestion;
use crate::base::record::{Attribute, InReplies, Record, Source, Written};
use crate::base::schema::{Key, Schema, Shape};
use crate::base::sequence::SortedIds;
use crate::base::value::Shown;

use super::account::Account;

/// The key of the attribute that no documentation has.
const UNDOCUMENTED: &str = "undocumented_attribute";

/// How records of a kind are shown.
pub(crate) trait Show: Record {
    /// The key of one record, and the key of several.
    const ONE: &'static str;
    const MANY: &'static str;

    /// The records that can be sideloaded, in the order of a reply.
    const SIDELOADS: &'static [Sideload<Self>] = &[];

    /// How end users see them, where that is not as agents do.
    const FOR_END_USERS: Option<ShortForm> = None;

    fn find(account: &Account, id: Self::Id) -> Option<&Self>;

    /// Returns an attribute that the record does not keep, computed from the record alone. `None`
    /// means that it needs the account, or is not shown.
    fn derived_alone(&self, attribute: Self::Derived) -> Option<Shown<'_>>;

    /// Returns the key of an attribute that the record does not keep, with what its values are.
    /// `None` means that it is never shown.
    fn derived_key(name: &'static str, attribute: Self::Derived) -> Option<Key>;

    /// Returns the function that computes the attributes that the record does not keep. An
    /// attribute without a value is left out.
    fn derived<'a>(&'a self, _: &'a Account) -> impl Fn(Self::Derived) -> Option<Shown<'a>> {
        |attribute| self.derived_alone(attribute)
    }
}

/// A form of a record that has fewer attributes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShortForm {
    pub(crate) keys: &'static [&'static str],
    /// What stands in its url.
    pub(crate) path: &'static str,
}

/// Related records that a reply contains in addition to the requested ones.
pub(crate) struct Sideload<R: Record> {
    /// The name in `include`, and the key in the reply.
    name: &'static str,
    /// Returns the ids that belong to a record.
    of: fn(&Account, &R) -> Vec<u64>,
    write: WriteSideload,
    shape: fn() -> Shape,
}

/// Writes the records with these ids under their key.
pub(crate) type WriteSideload = fn(JsonObject, &Account, &ApiRequest<'_>, &SortedIds) -> JsonObject;

impl<R: Record> Sideload<R> {
    /// Returns the name in `include`, which is the key in the reply, too.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the ids of the records that belong to a record.
    pub(crate) fn ids(&self, account: &Account, record: &R) -> Vec<u64> {
        (self.of)(account, record)
    }

    /// Returns the function that writes these records.
    pub(crate) const fn writer(&self) -> WriteSideload {
        self.write
    }

    /// Returns the sideload of records of the kind `S`, by the ids that belong to a record.
    pub(crate) const fn of<S: Show>(of: fn(&Account, &R) -> Vec<u64>) -> Self {
        Self {
            name: S::MANY,
            of,
            write: write_sideload::<S>,
            shape: shape::<S>,
        }
    }
}

fn write_sideload<S: Show>(
    body: JsonObject,
    account: &Account,
    request: &ApiRequest<'_>,
    ids: &SortedIds,
) -> JsonObject {
    let records: Vec<&S> = ids
        .iter()
        .filter_map(|id| S::find(account, S::Id::from_number(id)))
        .collect();
    body.objects(S::MANY, records, |object, record| {
        write(object, account, request, record)
    })
}

/// Returns the keys that [`write()`] writes.
pub(crate) fn shape<R: Show>() -> Shape {
    let key = |attribute: &Attribute<R>| {
        let (name, schema) = (attribute.key, attribute.schema);
        let of_type = || schema.map(|schema| Key::new(name, schema()));
        match attribute.source {
            Source::Kept { in_replies, .. } => match in_replies {
                InReplies::Value => of_type(),
                InReplies::Computed(derived) => R::derived_key(name, derived),
                InReplies::Nothing => None,
            },
            Source::Constant(shown) => Some(Key::new(name, shown.schema())),
            Source::Derived(derived) => R::derived_key(name, derived),
            Source::Hidden => None,
        }
    };
    let is_written = |name: &str| {
        let mut lines = R::ATTRIBUTES
            .iter()
            .filter(|attribute| attribute.key == name);
        lines.any(|attribute| attribute.written != Written::ByZendesk)
    };
    let keys = R::ATTRIBUTES.iter().filter_map(key).map(|key| Key {
        is_read_only: !is_written(key.name),
        ..key
    });
    Shape {
        name: R::ONE.to_owned(),
        one: R::ONE,
        many: R::MANY,
        keys: keys.collect(),
        for_end_users: R::FOR_END_USERS.map(|form| form.keys),
        sideloads: R::SIDELOADS.iter().map(|sideload| sideload.shape).collect(),
    }
}

/// Returns the keys that [`count`] writes.
pub(crate) fn count_keys() -> Vec<Key> {
    let count = vec![
        Key::new("value", Schema::Integer),
        Key::new("refreshed_at", Schema::Time),
    ];
    vec![Key::new("count", Schema::Object(count))]
}

/// Returns the body `{"user":{…}}`, with the records that the request sideloads.
pub(crate) fn single<R: Show>(
    account: &Account,
    request: &ApiRequest<'_>,
    id: R::Id,
) -> Result<JsonObject, ApiError> {
    let record = R::find(account, id).ok_or(ApiError::RecordNotFound)?;
    let body = JsonObject::new().object(R::ONE, |object| write(object, account, request, record));
    Ok(sideload(body, account, request, &[record]))
}

/// Returns the reply to a request that read or changed a record.
pub(crate) fn shown<R: Show>(account: &Account, request: &ApiRequest<'_>, id: R::Id) -> ApiResult {
    single::<R>(account, request, id).map(Reply::json)
}

/// Returns the reply to the request that created a record, with its `Location`.
pub(crate) fn created<R: Show>(
    account: &Account,
    request: &ApiRequest<'_>,
    id: R::Id,
) -> ApiResult {
    Ok(shown::<R>(account, request, id)?.location(url::<R>(request, id)))
}

/// Returns the reply `{"users":[…]}`, with the records that the request sideloads and the links to
/// other pages.
pub(crate) fn collection<R: Show>(
    account: &Account,
    request: &ApiRequest<'_>,
    page: &Page,
) -> Reply {
    let records: Vec<&R> = page
        .ids
        .iter()
        .filter_map(|id| R::find(account, R::Id::from_number(*id)))
        .collect();
    collection_of(account, request, page, &records)
}

/// Returns the reply of [`collection`] with these records, which are those of the page.
pub(crate) fn collection_of<R: Show>(
    account: &Account,
    request: &ApiRequest<'_>,
    page: &Page,
    records: &[&R],
) -> Reply {
    let body = JsonObject::new();
    let body = body.objects(R::MANY, records.iter().copied(), |object, record| {
        write(object, account, request, record)
    });
    Reply::page(sideload(body, account, request, records), page)
}

/// Returns the reply `{"count":{"value":102,"refreshed_at":"2023-09-18T23:37:39+00:00"}}`. Unlike
/// all other times, this one has an offset.
pub(crate) fn count(account: &Account, value: usize) -> Reply {
    let refreshed_at = account.now().to_string().replace('Z', "+00:00");
    let count = |object: JsonObject| {
        object
            .field("value", &value)
            .field("refreshed_at", &refreshed_at)
    };
    Reply::json(JsonObject::new().object("count", count))
}

/// Writes the attributes of a record.
pub(crate) fn write<'a, R: Show>(
    object: JsonObject,
    account: &'a Account,
    request: &ApiRequest<'_>,
    record: &'a R,
) -> JsonObject {
    write_derived(object, account, request, record, record.derived(account))
}

/// As [`write`], with attributes that are made otherwise.
pub(crate) fn write_derived<'a, R: Show>(
    object: JsonObject,
    account: &'a Account,
    request: &ApiRequest<'_>,
    record: &'a R,
    derived: impl Fn(R::Derived) -> Option<Shown<'a>>,
) -> JsonObject {
    let short = R::FOR_END_USERS.filter(|_| request.end_user(account).is_some());
    match short {
        None => undocumented(object.record(record, &request.base, derived), request),
        Some(form) => write_short(object, request, record, form, derived),
    }
}

/// Writes the attributes of a record that a short form has.
pub(crate) fn write_short<'a, R: Record>(
    object: JsonObject,
    request: &ApiRequest<'_>,
    record: &'a R,
    form: ShortForm,
    derived: impl Fn(R::Derived) -> Option<Shown<'a>>,
) -> JsonObject {
    let has = |key: &str| form.keys.contains(&key);
    let object = object.record_as(record, &request.base, form.path, has, derived);
    undocumented(object, request)
}

/// Adds an attribute that the documentation does not have, in an account whose records have one.
fn undocumented(object: JsonObject, request: &ApiRequest<'_>) -> JsonObject {
    match request
        .answers
        .is_other(OpenQuestion::UndocumentedAttributes)
    {
        true => object.field(UNDOCUMENTED, &[UNDOCUMENTED]),
        false => object,
    }
}

pub(crate) fn url<'a, R: Show>(request: &'a ApiRequest<'_>, id: R::Id) -> ResourceUrl<'a> {
    request.url(R::PATH, id.number())
}

/// Appends the records that belong to these, without duplicates, if the request asks for them and
/// the operation allows it.
pub(crate) fn sideload<R: Show>(
    mut body: JsonObject,
    account: &Account,
    request: &ApiRequest<'_>,
    records: &[&R],
) -> JsonObject {
    for sideload in R::SIDELOADS
        .iter()
        .filter(|sideload| request.includes(sideload.name))
    {
        let of_record = |record: &&R| (sideload.of)(account, record);
        let ids = SortedIds::new(records.iter().flat_map(of_record));
        body = (sideload.write)(body, account, request, &ids);
    }
    body
}

/// Serializes a record in the form of a reply. The host in its URL depends on the client, so the
/// URL starts with the path.
pub(crate) fn serialize<'a, R: Record, S: Serializer>(
    record: &'a R,
    derive: impl Fn(R::Derived) -> Option<Shown<'a>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    for attribute in R::ATTRIBUTES {
        let shown = attribute.source.shown(record, &derive);
        let url = |below| ResourceUrl {
            base: "",
            below,
            resource: R::PATH,
            id: record.id().number(),
        };
        match shown {
            Some(Shown::Url) => map.serialize_entry(attribute.key, &url(None))?,
            Some(Shown::UrlBelow(resource, id)) => {
                map.serialize_entry(attribute.key, &url(Some((resource, id))))?;
            }
            Some(shown) => map.serialize_entry(attribute.key, &shown)?,
            None => {}
        }
    }
    map.end()
}

/// Implements `Serialize` for a kind of record.
macro_rules! serialize_alone {
    ($record:ty) => {
        impl serde::Serialize for $record {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let derive =
                    |attribute| $crate::resources::shown::Show::derived_alone(self, attribute);
                $crate::resources::shown::serialize(self, derive, serializer)
            }
        }
    };
}

pub(crate) use serialize_alone;
