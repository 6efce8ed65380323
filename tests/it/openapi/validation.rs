//! [`check`]: whether a reply is as the OpenAPI document says.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::{Registry, Validator};
use mock_zendesk::{Operation, openapi};
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::api::Answer;

/// Where the compiled schemas find the document.
const URI: &str = "https://mock-zendesk.test/openapi";

/// The errors that requests to unknown endpoints get.
const ERRORS: [&str; 4] = ["Error", "TitledError", "ErrorList", "NotAuthenticatedError"];

/// The document, and the schemas of it that were compiled so far, by their JSON pointers.
struct Document {
    root: Value,
    registry: Registry<'static>,
    validators: Mutex<BTreeMap<String, Arc<Validator>>>,
    unknown_endpoint: Validator,
}

static DOCUMENT: LazyLock<Document> = LazyLock::new(Document::new);

/// Panics if a reply is not as the document says.
#[track_caller]
pub(crate) fn check(answer: &Answer, method: &Method, url: &Url) {
    if let Err(complaint) = complaint(answer, method, url) {
        panic!("not as in the OpenAPI document: {complaint}");
    }
}

/// Returns in what a reply differs from the document.
pub(super) fn complaint(answer: &Answer, method: &Method, url: &Url) -> Result<(), String> {
    let document = &*DOCUMENT;
    // A HEAD gets the headers of a GET.
    let is_head = *method == Method::HEAD;
    let method = if is_head { "GET" } else { method.as_str() };
    let Some(operation) = operation(method, url.path()) else {
        return document.check_unknown_endpoint(answer, is_head);
    };
    let here = |what: String| format!("{operation}, status {}: {what}", answer.status);
    let pointer = document.reply(&operation, answer.status).map_err(here)?;
    document.check_headers(&pointer, answer).map_err(here)?;
    if is_head {
        return Ok(());
    }
    document.check_body(&pointer, answer).map_err(here)
}

/// Returns the operation that a request reaches.
fn operation(method: &str, path: &str) -> Option<Operation> {
    let path = path.strip_suffix(".json").unwrap_or(path);
    let segments: Vec<&str> = path.split('/').collect();
    Operation::all().find(|operation| {
        let template: Vec<&str> = operation.path().split('/').collect();
        let mut pairs = template.iter().zip(&segments);
        operation.method() == method
            && template.len() == segments.len()
            && pairs.all(|(name, segment)| name.starts_with('{') || name == segment)
    })
}

impl Document {
    fn new() -> Self {
        let root = openapi::document();
        let registry = Registry::new().add(URI, root.clone()).unwrap();
        let registry = registry.prepare().unwrap();
        let errors =
            ERRORS.map(|name| json!({"$ref": format!("{URI}#/components/schemas/{name}")}));
        let unknown_endpoint = compiled(&registry, &json!({"anyOf": errors}));
        Self {
            root,
            registry,
            validators: Mutex::default(),
            unknown_endpoint,
        }
    }

    /// Returns where the document describes the replies of an operation with a status.
    fn reply(&self, operation: &Operation, status: u16) -> Result<String, String> {
        let method = operation.method().to_lowercase();
        let path = operation.path().replace('/', "~1");
        let at = |status: &str| format!("/paths/{path}/{method}/responses/{status}");
        let mut pointer = at(&status.to_string());
        if self.root.pointer(&pointer).is_none() {
            // Faults, failures of the server, and searches that the double does not implement.
            if status < 500 && !matches!(status, 409 | 413) {
                return Err("the status is not documented".to_owned());
            }
            pointer = at("default");
        }
        let reference = self.root.pointer(&format!("{pointer}/$ref"));
        let component = reference.and_then(Value::as_str);
        Ok(component.map_or(pointer, |component| component.replace('#', "")))
    }

    fn check_headers(&self, pointer: &str, answer: &Answer) -> Result<(), String> {
        let headers = self.root.pointer(&format!("{pointer}/headers"));
        for name in headers
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(serde_json::Map::keys)
        {
            let component = self.root.pointer(&format!("/components/headers/{name}"));
            let is_required = component.is_some_and(|header| header["required"] == true);
            if is_required && answer.header(name).is_none() {
                return Err(format!("the header {name} is missing"));
            }
        }
        Ok(())
    }

    fn check_body(&self, pointer: &str, answer: &Answer) -> Result<(), String> {
        let content = self.root.pointer(&format!("{pointer}/content"));
        let Some(content) = content.and_then(Value::as_object) else {
            return if answer.body.is_empty() {
                Ok(())
            } else {
                Err(format!("no body is documented: {}", answer.body))
            };
        };
        let content_type = answer.header("content-type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default();
        if !content.contains_key(media_type) {
            return Err(format!("the media type {media_type:?} is not documented"));
        }
        if media_type != "application/json" {
            return Ok(());
        }
        let media_type = media_type.replace('/', "~1");
        let validator = self.validator(&format!("{pointer}/content/{media_type}/schema"));
        complaint_of(&validator, answer)
    }

    fn check_unknown_endpoint(&self, answer: &Answer, is_head: bool) -> Result<(), String> {
        let here = |what: String| format!("{}, status {}: {what}", answer.request, answer.status);
        if !(400..500).contains(&answer.status) {
            return Err(here("an unknown endpoint must get an error".to_owned()));
        }
        let content_type = answer.header("content-type").unwrap_or_default();
        if is_head || !content_type.starts_with("application/json") {
            return Ok(());
        }
        complaint_of(&self.unknown_endpoint, answer).map_err(here)
    }

    /// Returns the compiled schema at a JSON pointer.
    fn validator(&self, pointer: &str) -> Arc<Validator> {
        let mut validators = self
            .validators
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let compile = || {
            let schema = json!({"$ref": format!("{URI}#{}", encoded(pointer))});
            Arc::new(compiled(&self.registry, &schema))
        };
        Arc::clone(validators.entry(pointer.to_owned()).or_insert_with(compile))
    }
}

/// Encodes the braces of a template for the fragment of a URI.
fn encoded(pointer: &str) -> String {
    pointer.replace('{', "%7B").replace('}', "%7D")
}

fn compiled(registry: &Registry<'static>, schema: &Value) -> Validator {
    let options = jsonschema::options().should_validate_formats(true);
    let options = options.with_registry(registry);
    options
        .build(schema)
        .unwrap_or_else(|error| panic!("{schema}: {error}"))
}

/// Returns the first complaint of a validator about a body, with the place in the body.
fn complaint_of(validator: &Validator, answer: &Answer) -> Result<(), String> {
    let body: Value = serde_json::from_str(&answer.body)
        .map_err(|error| format!("{error} in {:?}", answer.body))?;
    let Some(error) = validator.iter_errors(&body).next() else {
        return Ok(());
    };
    let complaint: String = error.to_string().chars().take(600).collect();
    Err(format!(
        "at {:?}: {complaint}",
        error.instance_path().to_string()
    ))
}
