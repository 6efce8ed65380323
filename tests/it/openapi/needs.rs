//! What the document says that a request needs: without it a request is refused, with nothing else
//! it succeeds, and null is the same as nothing.

use mock_zendesk::{MockZendesk, Operation, openapi};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::api::{Answer, Api};
use crate::contract::roles;

/// A cursor of an export, of the start.
const CURSOR: &str = "MC4wfHwwfA==";

/// What the document says of the requests of an operation.
struct Described {
    operation: Operation,
    /// The key of the body above the attributes.
    root: Option<String>,
    /// Whether that key has a list.
    has_list: bool,
    /// The attributes.
    properties: Map<String, Value>,
    /// The attributes of which the body needs at least one, for each need.
    in_body: Vec<Vec<String>>,
    /// The same for the parameters of the query.
    in_query: Vec<Vec<String>>,
}

/// A request, whose parts a test can change.
#[derive(Clone)]
struct Request {
    path: String,
    query: Map<String, Value>,
    attributes: Map<String, Value>,
}

impl Described {
    fn all() -> impl Iterator<Item = Self> {
        let document = openapi::document();
        Operation::all().map(move |operation| {
            let method = operation.method().to_lowercase();
            Self::new(operation, &document["paths"][operation.path()][method])
        })
    }

    fn new(operation: Operation, described: &Value) -> Self {
        let parameters = described["parameters"].as_array().into_iter().flatten();
        let needed = parameters
            .filter(|parameter| parameter["in"] == "query" && parameter["required"] == true)
            .map(|parameter| vec![text(&parameter["name"])]);
        let choices = described["x-requires-one-of"].as_array().into_iter();
        let in_query = needed.chain(choices.flatten().map(texts)).collect();

        let mut schema = &described["requestBody"]["content"]["application/json"]["schema"];
        // The first choice is a single record.
        schema = schema.pointer("/anyOf/0").unwrap_or(schema);
        let (mut root, mut has_list) = (None, false);
        let top = schema["properties"].as_object();
        if let Some((name, below)) = top.and_then(|top| top.iter().next()) {
            let items = below.get("items").filter(|items| items["type"] == "object");
            has_list = items.is_some();
            let object = items
                .or(Some(below))
                .filter(|below| below["type"] == "object");
            root = object.map(|_| name.clone());
            schema = object.unwrap_or(schema);
        }
        let required = schema["required"].as_array().into_iter().flatten();
        let required = required.map(|name| vec![text(name)]);
        let choices = schema["allOf"].as_array().into_iter().flatten();
        let choices = choices.map(|choice| {
            let names = choice["anyOf"].as_array().unwrap().iter();
            names.map(|name| text(&name["required"][0])).collect()
        });
        Self {
            operation,
            root,
            has_list,
            properties: schema["properties"]
                .as_object()
                .cloned()
                .unwrap_or_default(),
            in_body: required.chain(choices).collect(),
            in_query,
        }
    }

    /// Returns a request that succeeds, about new records.
    async fn request(&self, api: &Api, mark: &str) -> Request {
        let mark = format!("{} {mark}", self.operation.id());
        let user = match self.operation.id() {
            "ChangeOwnPassword" => api.get("/users/me").await.json()["user"]["id"].as_u64(),
            _ => Some(api.user(&mark).await),
        };
        let (path, body) = roles::request(api, self.operation, user.unwrap(), &mark).await;
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let attributes = match &self.root {
            Some(root) => body[root].as_object().cloned(),
            None => body.as_object().cloned(),
        };
        let mut request = Request {
            path: path.to_owned(),
            query: pairs
                .map(|(name, value)| (name.to_owned(), json!(value)))
                .collect(),
            attributes: attributes.unwrap_or_default(),
        };
        for (needs, values) in [
            (&self.in_query, &mut request.query),
            (&self.in_body, &mut request.attributes),
        ] {
            for names in needs {
                if !names.iter().any(|name| values.contains_key(name)) {
                    values.insert(names[0].clone(), sample(&names[0]));
                }
            }
        }
        request
    }

    async fn send(&self, api: &Api, request: &Request) -> Answer {
        let pairs = request.query.iter().map(|(name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            format!("{name}={value}")
        });
        let query = pairs.collect::<Vec<_>>().join("&");
        let attributes = json!(request.attributes);
        let body = match &self.root {
            Some(root) if self.has_list => Some(json!({root: [attributes]})),
            Some(root) => Some(json!({root: attributes})),
            None => Some(attributes).filter(|_| !self.properties.is_empty()),
        };
        let method = Method::from_bytes(self.operation.method().as_bytes()).unwrap();
        api.send(method, &format!("{}?{query}", request.path), body)
            .await
    }

    async fn expect_refused(&self, api: &Api, request: &Request, why: &str) {
        let answer = self.send(api, request).await;
        let is_refused = matches!(answer.status, 400 | 422);
        assert!(is_refused, "{why}: {}, {}", answer.status, answer.body);
    }

    async fn expect_success(&self, api: &Api, request: &Request, why: &str) {
        let answer = self.send(api, request).await;
        assert!(
            answer.status < 300,
            "{why}: {}, {}",
            answer.status,
            answer.body
        );
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn texts(values: &Value) -> Vec<String> {
    values.as_array().unwrap().iter().map(text).collect()
}

/// Returns a value for an attribute or a parameter.
fn sample(name: &str) -> Value {
    match name {
        "comment" => json!({"body": "Help"}),
        "cursor" => json!(CURSOR),
        _ => json!("7"),
    }
}

async fn api() -> Api {
    let builder = MockZendesk::builder()
        .accept_passwords()
        // The requests name a field that does not exist.
        .allow_unmodeled("?user_field_ids of no field")
        .allow_unmodeled("?organization_field_ids of no field");
    Api::with(builder).await
}

#[tokio::test]
async fn a_request_is_refused_without_what_the_document_says_that_it_needs() {
    let api = api().await;
    let mut probes = 0;
    for described in Described::all() {
        if described.in_body.is_empty() && described.in_query.is_empty() {
            continue;
        }
        let request = described.request(&api, "needs").await;
        for names in &described.in_query {
            let mut without = request.clone();
            without.query.retain(|name, _| !names.contains(name));
            let why = format!("{} without {names:?}", described.operation);
            described.expect_refused(&api, &without, &why).await;
            probes += 1;
        }
        for names in &described.in_body {
            let mut without = request.clone();
            without.attributes.retain(|name, _| !names.contains(name));
            let why = format!("{} without {names:?}", described.operation);
            described.expect_refused(&api, &without, &why).await;
            without.attributes.insert(names[0].clone(), Value::Null);
            let why = format!("{} with {names:?} null", described.operation);
            described.expect_refused(&api, &without, &why).await;
            if described.properties[&names[0]].get("pattern").is_some() {
                without.attributes.insert(names[0].clone(), json!(" "));
                let why = format!("{} with {names:?} blank", described.operation);
                described.expect_refused(&api, &without, &why).await;
            }
            probes += 1;
        }
    }
    assert!(probes > 50, "{probes}");
}

#[tokio::test]
async fn a_request_succeeds_with_nothing_but_what_the_document_says_that_it_needs() {
    let api = api().await;
    for described in Described::all() {
        let needs = || described.in_body.iter().chain(&described.in_query);
        // Each of several choices is enough.
        for choice in 0..needs().map(Vec::len).max().unwrap_or(0) {
            let mut request = described.request(&api, &format!("choice {choice}")).await;
            let chosen: Vec<&String> = needs()
                .map(|names| &names[choice.min(names.len() - 1)])
                .collect();
            let keep = |values: &mut Map<String, Value>, needs: &[Vec<String>]| {
                values.retain(|name, _| chosen.contains(&name));
                for name in needs.iter().flatten().filter(|name| chosen.contains(name)) {
                    let value = || sample(name);
                    values.entry(name.clone()).or_insert_with(value);
                }
            };
            keep(&mut request.query, &described.in_query);
            keep(&mut request.attributes, &described.in_body);
            let why = format!("{} with {chosen:?}", described.operation);
            described.expect_success(&api, &request, &why).await;
        }
    }
}

#[tokio::test]
async fn no_attribute_that_may_be_null_has_the_wrong_type_then() {
    let api = api().await;
    for described in Described::all() {
        let nullable = described.properties.iter().filter(|(_, schema)| {
            let types = schema["type"].as_array();
            types.is_some_and(|types| types.contains(&json!("null")))
        });
        let nullable: Vec<&String> = nullable.map(|(name, _)| name).collect();
        if nullable.is_empty() {
            continue;
        }
        let mut request = described.request(&api, "null").await;
        for name in &nullable {
            request.attributes.insert((*name).clone(), Value::Null);
        }
        let answer = described.send(&api, &request).await;
        let what = format!("{} with null for {nullable:?}", described.operation);
        assert_ne!(answer.status, 400, "{what}: {}", answer.body);
    }
}
