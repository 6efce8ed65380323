//! A request on its way to its operation: [`Incoming`] when it arrives, [`ApiRequest`] when its
//! operation and its caller are known.

use std::borrow::Cow;
use std::collections::BTreeSet;

use http::HeaderMap;
use serde_json::{Map, Value};

use crate::base::folded::folded;
use crate::base::ids::UserId;

use crate::base::open_question::{Answers, OpenQuestion};
use crate::base::record::Standing;
use crate::base::value::{AttributeValue as _, Expected, Given, parse_integer};

use super::attributes::{Attributes, given};
use super::error::ApiError;
use super::operation::Operation;
use super::page_limits::{Pagination, Rows};
use super::parameters::ParameterStanding;
use super::query::Query;
use super::sideloads::sideload_names;
use super::takes::Takes;
use super::url::ResourceUrl;

/// The largest body that the double accepts, in bytes. A hundred items of a bulk operation need far
/// less.
pub(crate) const BODY_SIZE_LIMIT: usize = 8 * 1024 * 1024;

/// The largest number of unknown parameters that are reported.
const MAX_REPORTED_NAMES: usize = 10;

/// The largest number of dropped keys that are kept, which is enough for the longest warning in a
/// reply.
const MAX_DROPPED_KEYS: usize = 1_000;

/// The largest number of items, or of ids, in one request.
pub(crate) const ITEM_LIMIT: usize = 100;

/// The parameters that name records by their ids.
pub(crate) const IDS: &[&str] = &["ids", "ids[]"];

/// The parameters that name records by their ids, or by their external ids.
pub(crate) const IDS_OR_EXTERNAL_IDS: &[&str] = &["ids", "ids[]", "external_ids", "external_ids[]"];

/// The records that a bulk operation names.
#[derive(Clone, Debug)]
pub(crate) enum NamedRecords {
    /// The ids in the request. The records need not exist.
    Ids(Vec<i128>),
    ExternalIds(Vec<String>),
}

/// A request when it arrives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl Incoming<'_> {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the part of the body that is kept: of a body that is too large, only the start.
    pub(crate) fn kept_body(&self) -> Vec<u8> {
        self.body[..self.body.len().min(BODY_SIZE_LIMIT)].to_vec()
    }

    /// Parses the body as an object. A body without the content type of JSON is not read at all.
    pub(crate) fn json_body(&self, answers: Answers) -> Result<Map<String, Value>, ApiError> {
        if self.body.len() > BODY_SIZE_LIMIT {
            return Err(ApiError::BodyTooLarge);
        }
        let content_type = self.header("content-type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        let says_json = media_type.eq_ignore_ascii_case("application/json");
        if self.body.trim_ascii().is_empty() {
            return Ok(Map::new());
        }
        if !says_json {
            return match answers.is_other(OpenQuestion::BodyOfAnotherType) {
                true => Err(ApiError::UnsupportedMediaType),
                false => Ok(Map::new()),
            };
        }
        match serde_json::from_slice(self.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) | Err(_) => Err(ApiError::MalformedJson),
        }
    }
}

/// A request to an operation by a known caller. The body is an object, or empty if the request does
/// not have one.
#[derive(Debug)]
pub(crate) struct ApiRequest<'a> {
    pub(crate) operation: Operation,
    pub(crate) path_ids: &'a [String],
    pub(crate) query: Query,
    pub(crate) body: Map<String, Value>,
    pub(crate) caller: Caller,
    /// The path without `.json`.
    pub(crate) path: &'a str,
    /// What the path of the request ends in after that: `.json` or nothing.
    pub(crate) suffix: &'a str,
    /// The scheme and host that the client used, which every URL in a reply starts with.
    pub(crate) base: String,
    /// How many rows a page gets.
    pub(crate) rows: Rows,
    /// How the account answers open questions.
    pub(crate) answers: Answers,
}

/// The caller of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Anonymous,
    User(UserId),
}

impl ApiRequest<'_> {
    /// Returns the id at this place in the path. `name` is its name in errors.
    pub(crate) fn path_id<T: From<u64>>(&self, place: usize, name: &str) -> Result<T, ApiError> {
        let text = self.path_text(place);
        match parse_integer(text) {
            // A number that no record can have is not a wrong type. No record will be found for it.
            Some(number) => Ok(T::from(u64::try_from(number).unwrap_or(0))),
            None => Err(self.operation.invalid_attribute(name, Expected::Integer)),
        }
    }

    /// Returns the text at this place in the path, for ids that are not numbers.
    pub(crate) fn path_text(&self, place: usize) -> &str {
        self.path_ids
            .get(place)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// Returns the object under the operation's root key.
    pub(crate) fn root(&self) -> Result<Attributes<'_>, ApiError> {
        let (Takes::One { root, .. } | Takes::OneOrMany { root, .. }) = self.operation.takes()
        else {
            return Err(self.takes_other());
        };
        let refused = self.operation.refused_root();
        if let Some(refused) = refused.filter(|refused| self.body.contains_key(*refused)) {
            return Err(ApiError::TooManyRecords(refused));
        }
        Attributes::new(self.operation, root, self.root_value(root)?)
    }

    /// Returns the objects in the array under the operation's root key. `too_many` is the error for
    /// too many objects.
    pub(crate) fn roots(&self, too_many: ApiError) -> Result<Vec<Attributes<'_>>, ApiError> {
        let (Takes::Many { root, .. } | Takes::OneOrMany { many: root, .. }) =
            self.operation.takes()
        else {
            return Err(self.takes_other());
        };
        let value = self.root_value(root)?;
        let Value::Array(values) = value else {
            return Err(self.operation.invalid_attribute(root, Expected::Array));
        };
        if values.len() > ITEM_LIMIT {
            return Err(too_many);
        }
        if values.is_empty() && self.answers.is_other(OpenQuestion::EmptyArrayOfItems) {
            return Err(ApiError::ParameterMissing(root));
        }
        values
            .iter()
            .map(|value| Attributes::new(self.operation, root, value))
            .collect()
    }

    /// Returns the `ids` of a bulk operation, without duplicates, in the order of the request.
    pub(crate) fn ids(&self) -> Result<Vec<i128>, ApiError> {
        self.numbers("ids")
    }

    /// Returns the ids in a list with this name, without duplicates, in the order of the request.
    pub(crate) fn numbers(&self, name: &'static str) -> Result<Vec<i128>, ApiError> {
        let mut ids = Vec::new();
        let texts = self.values(name)?;
        for text in texts.ok_or(ApiError::ParameterMissing(name))? {
            let id = parse_integer(&text)
                .ok_or_else(|| self.operation.invalid_attribute(name, Expected::Integer))?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// Returns the `ids` of a bulk operation as texts, for ids that are not numbers.
    pub(crate) fn id_texts(&self) -> Result<Vec<String>, ApiError> {
        self.values("ids")?.ok_or(ApiError::ParameterMissing("ids"))
    }

    /// Returns the records that a bulk operation names, by `ids` or else by `external_ids`, without
    /// duplicates, in the order of the request.
    pub(crate) fn named_records(&self) -> Result<NamedRecords, ApiError> {
        if self.values("ids")?.is_some() {
            return self.ids().map(NamedRecords::Ids);
        }
        let external_ids = self
            .values("external_ids")?
            .ok_or(ApiError::ParameterMissing("ids"))?;
        let mut each: Vec<String> = Vec::new();
        for external_id in external_ids {
            if !each
                .iter()
                .any(|other| folded(other) == folded(&external_id))
            {
                each.push(external_id);
            }
        }
        Ok(NamedRecords::ExternalIds(each))
    }

    /// Returns the elements of a list in the query, or, as Rails does, in the body. `None` means
    /// that there are none.
    fn values(&self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        let of_elements = match name {
            "external_ids" => Expected::Text,
            _ => Expected::Integer,
        };
        let in_query = if self.answers.is_other(OpenQuestion::IdsInBrackets) {
            self.query.list_without_brackets(name)
        } else {
            self.query.list(name)
        };
        let mut values: Vec<String> = in_query.into_iter().map(str::to_owned).collect();
        if values.is_empty() {
            let elements = match self.body.get(name) {
                None | Some(Value::Null) => &[],
                Some(Value::Array(elements)) => elements.as_slice(),
                Some(text @ Value::String(_)) => std::slice::from_ref(text),
                Some(_) => return Err(self.operation.invalid_attribute(name, Expected::Array)),
            };
            for element in elements {
                let text = match element {
                    Value::String(text) => Cow::from(text),
                    Value::Number(number) => Cow::from(match given(element).integer() {
                        Some(id) if of_elements == Expected::Integer => id.to_string(),
                        _ => number.to_string(),
                    }),
                    _ => return Err(self.operation.invalid_attribute(name, of_elements)),
                };
                let parts = text.split(',').map(str::trim);
                values.extend(parts.filter(|part| !part.is_empty()).map(str::to_owned));
            }
        }
        if values.len() > ITEM_LIMIT {
            return Err(ApiError::TooManyValues);
        }
        Ok(Some(values).filter(|values| !values.is_empty()))
    }

    /// Returns whether the query or the body names records by their ids or external ids, beside the
    /// changes.
    pub(crate) fn names_records(&self) -> bool {
        let names = |parameter| !matches!(self.values(parameter), Ok(None));
        names("ids") || names("external_ids")
    }

    /// Returns a text in the query, or, as Rails does, in the body. An empty one counts as not
    /// given.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let in_body = || self.body.get(name).and_then(Value::as_str);
        let text = self.query.get(name).or_else(in_body)?.trim();
        Some(text.to_owned()).filter(|text| !text.is_empty())
    }

    /// Returns whether a parameter of the query is set. One that is not sent is not.
    pub(crate) fn is_set(&self, name: &str) -> Result<bool, ApiError> {
        let Some(text) = self.query.get(name) else {
            return Ok(false);
        };
        let is_set = bool::read(&Given::Text(text));
        let is_set = is_set.map_err(|_| self.operation.invalid_attribute(name, Expected::Boolean));
        Ok(is_set?.unwrap_or_default())
    }

    /// Returns the `per_page` of a list that has only one page.
    pub(crate) fn page_size(&self) -> Result<usize, ApiError> {
        let Some(text) = self.text("per_page") else {
            return Ok(ITEM_LIMIT);
        };
        let size = parse_integer(&text).ok_or_else(|| {
            self.operation
                .invalid_attribute("per_page", Expected::Integer)
        })?;
        let size = usize::try_from(size).unwrap_or(0);
        Ok(if size == 0 {
            ITEM_LIMIT
        } else {
            size.min(ITEM_LIMIT)
        })
    }

    /// Returns whether the query asks to sideload these records, and the operation can do that.
    pub(crate) fn includes(&self, name: &str) -> bool {
        if !self.operation.query().sideloads.contains(&name) {
            return false;
        }
        let include = self.query.get("include").unwrap_or_default();
        sideload_names(include).iter().any(|other| other == name)
    }

    /// Returns the parts of the request that have no effect: those that Zendesk drops as well, and
    /// those that only the double drops.
    pub(crate) fn passed_over(&self) -> PassedOver {
        let mut passed_over = PassedOver::default();
        self.pass_over_keys(&mut passed_over);
        let known = self.operation.query();
        let pagination = known.pages.map_or(Pagination::Offset, |pages| {
            pages.pagination_of(&self.query, self.answers)
        });
        for (name, value) in self.query.each() {
            for standing in known.standing(name, value, pagination) {
                match standing {
                    ParameterStanding::Read => {}
                    ParameterStanding::Unmodeled(name) => {
                        passed_over.unmodeled.push(format!("?{name}"))
                    }
                    ParameterStanding::Ignored(name) => {
                        passed_over.parameters.push(format!("?{name}"))
                    }
                }
            }
        }
        passed_over.parameters.truncate(MAX_REPORTED_NAMES);
        passed_over
    }

    /// Collects the paths of the body's keys that the operation does not accept: first the keys in
    /// each object, then the object's key itself.
    fn pass_over_keys(&self, passed_over: &mut PassedOver) {
        let (takes, also) = (self.operation.takes(), self.operation.also_taken());
        let mut drop_key = |path: &str| {
            if passed_over.dropped.len() < MAX_DROPPED_KEYS {
                passed_over.dropped.push(path.to_owned());
            }
        };
        for (key, value) in &self.body {
            let is_root = takes.has_root(key);
            let objects = match value {
                Value::Array(values) if is_root => {
                    values.iter().filter_map(Value::as_object).collect()
                }
                // Recorded: what is in an array that is dropped as a whole is not named.
                value => Vec::from_iter(value.as_object()),
            };
            if self.operation.refused_root() == Some(key.as_str()) {
                continue;
            }
            let attributes = takes.attributes().filter(|_| is_root);
            // The items of an array have the same keys.
            let (mut seen, has_items) = (BTreeSet::new(), objects.len() > 1);
            for inner in objects.into_iter().flat_map(Map::keys) {
                let standing = match attributes {
                    Some(_) if self.answers.dropped_attributes().contains(&inner.as_str()) => {
                        Standing::Unpermitted
                    }
                    Some(_) if also.contains(&inner.as_str()) => Standing::Permitted,
                    Some(attributes) => attributes.standing(inner, self.operation.method()),
                    None => Standing::Unpermitted,
                };
                if standing == Standing::Permitted || (has_items && !seen.insert(inner)) {
                    continue;
                }
                let path = [key, ".", inner].concat();
                match standing {
                    Standing::Unmodeled => passed_over.unmodeled.push(path),
                    _ => {
                        drop_key(&path);
                        passed_over.keys.push(path);
                    }
                }
            }
            // Rails also reads a query parameter from the body.
            if !is_root && !self.operation.query().reads.contains(&key.as_str()) {
                drop_key(key);
                passed_over.keys.push(key.clone());
            }
        }
    }

    /// Returns the keys of the body's objects that the operation accepts.
    pub(crate) fn permitted_keys(&self) -> Vec<&str> {
        let (takes, also) = (self.operation.takes(), self.operation.also_taken());
        let Some(attributes) = takes.attributes() else {
            return Vec::new();
        };
        let is_permitted = |key: &&str| {
            also.contains(key)
                || attributes.standing(key, self.operation.method()) != Standing::Unpermitted
        };
        self.objects()
            .flat_map(|(_, object)| object.keys())
            .map(String::as_str)
            .filter(is_permitted)
            .collect()
    }

    /// Returns the body's objects under the root keys of the operation, each with its root key.
    pub(crate) fn objects(&self) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
        let takes = self.operation.takes();
        let roots = self.body.iter().filter(move |(key, _)| takes.has_root(key));
        roots.flat_map(|(key, value)| {
            let objects = match value {
                Value::Array(values) => values.iter().filter_map(Value::as_object).collect(),
                value => Vec::from_iter(value.as_object()),
            };
            objects
                .into_iter()
                .map(move |object| (key.as_str(), object))
        })
    }

    /// Returns the URL of a record, which always ends in `.json`.
    pub(crate) fn url<I: std::fmt::Display>(
        &self,
        resource: &'static str,
        id: I,
    ) -> ResourceUrl<'_, I> {
        ResourceUrl {
            base: &self.base,
            below: None,
            resource,
            id,
        }
    }

    fn root_value(&self, root: &'static str) -> Result<&Value, ApiError> {
        let value = self.body.get(root).filter(|value| !value.is_null());
        value.ok_or(ApiError::ParameterMissing(root))
    }

    fn takes_other(&self) -> ApiError {
        ApiError::Internal(format!("{} takes another body", self.operation))
    }
}

/// The parts of a request that have no effect.
#[derive(Clone, Debug, Default)]
pub(crate) struct PassedOver {
    /// The paths of the first keys of the body that Zendesk drops. The reply warns of them.
    pub(crate) dropped: Vec<String>,
    /// The dropped keys in the objects of the body, and the unknown ones beside them.
    pub(crate) keys: Vec<String>,
    /// The query parameters that Zendesk does not have for the operation.
    pub(crate) parameters: Vec<String>,
    /// The keys and parameters that Zendesk reads and the double does not implement.
    pub(crate) unmodeled: Vec<String>,
}
