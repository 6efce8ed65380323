//! A request on its way to its operation: [`Incoming`] as it came, [`ApiRequest`] once its
//! operation and its caller are known.

use std::collections::BTreeSet;

use http::HeaderMap;
use serde_json::{Map, Value};

use crate::base::ids::UserId;

use crate::base::record::Standing;
use crate::base::value::{Expected, parse_integer};

use super::attributes::Attributes;
use super::error::ApiError;
use super::operation::{Operation, ParameterStanding, Takes};
use super::page_limits::{Pagination, Rows};
use super::query::Query;
use super::url::ResourceUrl;

/// The largest body that the double takes, in bytes. A hundred items of a bulk operation are far
/// below.
pub(crate) const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// So many parameters that Zendesk does not know are told of.
const MOST_NAMES: usize = 10;

/// So many keys are enough for the longest warning that a reply gives.
const MOST_DROPPED: usize = 1_000;

/// The most items, or ids, that one request may bring.
const MOST_ITEMS: usize = 100;

/// The parameters that name records by their ids.
pub(crate) const IDS: &[&str] = &["ids", "ids[]"];

/// A request as it came.
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

    /// The body as far as it is kept: of one that is too large, the start.
    pub(crate) fn kept_body(&self) -> Vec<u8> {
        self.body[..self.body.len().min(LARGEST_BODY)].to_vec()
    }

    /// The body as the object that it has to be. A body that does not say that it is JSON is not
    /// read at all.
    pub(crate) fn json_body(&self) -> Result<Map<String, Value>, ApiError> {
        if self.body.len() > LARGEST_BODY {
            return Err(ApiError::BodyTooLarge);
        }
        let content_type = self.header("content-type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if self.body.trim_ascii().is_empty() || !media_type.eq_ignore_ascii_case("application/json")
        {
            return Ok(Map::new());
        }
        match serde_json::from_slice(self.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) | Err(_) => Err(ApiError::MalformedJson),
        }
    }
}

/// A request to an operation, by an authenticated caller, with a body that is an object or not
/// there.
#[derive(Debug)]
pub(crate) struct ApiRequest<'a> {
    pub(crate) operation: Operation,
    pub(crate) path_ids: &'a [String],
    pub(crate) query: Query,
    pub(crate) body: Map<String, Value>,
    pub(crate) caller: Caller,
    /// The path without `.json`.
    pub(crate) path: &'a str,
    /// Scheme and host by which the client reached the double: what every url in a reply starts
    /// with.
    pub(crate) base: String,
    /// How many rows a page gets.
    pub(crate) rows: Rows,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Anonymous,
    User(UserId),
}

impl ApiRequest<'_> {
    /// The id at this place in the path, which errors call `name`.
    pub(crate) fn path_id<T: From<u64>>(&self, place: usize, name: &str) -> Result<T, ApiError> {
        let text = self.path_text(place);
        match parse_integer(text) {
            // A number that no record can have is no wrong type: nothing will be found under it.
            Some(number) => Ok(T::from(u64::try_from(number).unwrap_or(0))),
            None => Err(self.operation.invalid_attribute(name, Expected::Integer)),
        }
    }

    /// The text at this place in the path, for the ids that are no numbers.
    pub(crate) fn path_text(&self, place: usize) -> &str {
        self.path_ids
            .get(place)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// The object under the operation's root key.
    pub(crate) fn root(&self) -> Result<Attributes<'_>, ApiError> {
        let (root, value) = self.root_value()?;
        Attributes::new(self.operation, root, value)
    }

    /// The objects in the array under the operation's root key.
    pub(crate) fn roots(&self, too_many: ApiError) -> Result<Vec<Attributes<'_>>, ApiError> {
        let (root, value) = self.root_value()?;
        let Value::Array(values) = value else {
            return Err(self.operation.invalid_attribute(root, Expected::Array));
        };
        if values.len() > MOST_ITEMS {
            return Err(too_many);
        }
        values
            .iter()
            .map(|value| Attributes::new(self.operation, root, value))
            .collect()
    }

    /// The `ids` of a bulk operation, each once, in the order given.
    pub(crate) fn ids(&self) -> Result<Vec<i64>, ApiError> {
        let mut ids = Vec::new();
        for text in self.id_texts()? {
            let number = parse_integer(text).and_then(|number| i64::try_from(number).ok());
            let id =
                number.ok_or_else(|| self.operation.invalid_attribute("ids", Expected::Integer))?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// As [`ApiRequest::ids`], for ids that are no numbers.
    pub(crate) fn id_texts(&self) -> Result<Vec<&str>, ApiError> {
        let ids = self.query.list("ids");
        if ids.is_empty() {
            return Err(ApiError::ParameterMissing("ids"));
        }
        if ids.len() > MOST_ITEMS {
            return Err(ApiError::TooManyValues);
        }
        Ok(ids)
    }

    /// Whether the query asks for these records to be sideloaded, and the operation can do that.
    pub(crate) fn includes(&self, name: &str) -> bool {
        if !self.operation.query().sideloads.contains(&name) {
            return false;
        }
        let include = self.query.get("include").unwrap_or_default();
        include.split(',').any(|other| other.trim() == name)
    }

    /// What the request gives that has no effect here: what Zendesk drops as well, and what only
    /// the double does.
    pub(crate) fn passed_over(&self) -> PassedOver {
        let mut passed_over = PassedOver::default();
        self.pass_over_keys(&mut passed_over);
        let known = self.operation.query();
        let pagination = known
            .pages
            .map_or(Pagination::Offset, |pages| pages.pagination_of(&self.query));
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
        passed_over.parameters.truncate(MOST_NAMES);
        passed_over
    }

    /// The keys of the body that the operation does not take, by their paths: first those within
    /// the root, then those beside it.
    fn pass_over_keys(&self, passed_over: &mut PassedOver) {
        let (root, attributes) = match self.operation.takes() {
            Takes::Nothing => (None, None),
            Takes::One { root, attributes } | Takes::Many { root, attributes } => {
                (Some(root), Some(attributes))
            }
        };
        let mut drop_key = |path: &str| {
            if passed_over.dropped.len() < MOST_DROPPED {
                passed_over.dropped.push(path.to_owned());
            }
        };
        for (key, value) in &self.body {
            let objects = match value {
                Value::Array(values) => values.iter().filter_map(Value::as_object).collect(),
                value => Vec::from_iter(value.as_object()),
            };
            let attributes = attributes.filter(|_| root == Some(key.as_str()));
            // The items of an array have the same keys.
            let (mut seen, has_items) = (BTreeSet::new(), objects.len() > 1);
            for inner in objects.into_iter().flat_map(Map::keys) {
                let standing = attributes.map_or(Standing::Unpermitted, |attributes| {
                    attributes.standing(inner, self.operation.method())
                });
                if standing == Standing::Permitted || (has_items && !seen.insert(inner)) {
                    continue;
                }
                let path = [key, ".", inner].concat();
                drop_key(&path);
                match standing {
                    Standing::Unmodeled => passed_over.unmodeled.push(path),
                    _ => passed_over.keys.push(path),
                }
            }
            if root != Some(key.as_str()) {
                drop_key(key);
                passed_over.keys.push(key.clone());
            }
        }
    }

    /// The url of a record, which always ends in `.json`.
    pub(crate) fn url<I: std::fmt::Display>(
        &self,
        resource: &'static str,
        id: I,
    ) -> ResourceUrl<'_, I> {
        ResourceUrl {
            base: &self.base,
            resource,
            id,
        }
    }

    fn root_value(&self) -> Result<(&'static str, &Value), ApiError> {
        let (Takes::One { root, .. } | Takes::Many { root, .. }) = self.operation.takes() else {
            return Err(ApiError::Internal(format!(
                "{} takes no body",
                self.operation
            )));
        };
        let value = self.body.get(root).filter(|value| !value.is_null());
        value
            .map(|value| (root, value))
            .ok_or(ApiError::ParameterMissing(root))
    }
}

/// What a request gives that has no effect.
#[derive(Clone, Debug, Default)]
pub(crate) struct PassedOver {
    /// The first keys of the body that are dropped, for whatever reason, by their paths. The reply
    /// warns of them.
    pub(crate) dropped: Vec<String>,
    /// Those that Zendesk drops, too.
    pub(crate) keys: Vec<String>,
    /// Parameters of the query that Zendesk does not know for the operation.
    pub(crate) parameters: Vec<String>,
    /// Keys and parameters that Zendesk takes and the double does not implement.
    pub(crate) unmodeled: Vec<String>,
}
