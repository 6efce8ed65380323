//! A proxy before a double, which loses replies, and changes requests and replies as it is told.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures::future::BoxFuture;
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, Method, Url};
use serde_json::Value;

/// A request on its way to the double.
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// The path below `/api/v2`, without `.json`, and the query with its `?`.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// The number of the request, from 1 on.
    pub(crate) number: u64,
}

/// A reply on its way back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// One thing that the proxy does wrong.
pub(crate) struct Plant {
    pub(crate) what: &'static str,
    /// The rows of the evidence that it breaks, as the report names them.
    pub(crate) rows: &'static [&'static str],
    /// Changes a request.
    pub(crate) ask: fn(&mut Asked),
    /// Changes a reply.
    pub(crate) reply: fn(&Asked, &mut Reply),
    /// Does something more when the double has replied.
    pub(crate) act: for<'a> fn(&'a Proxy, &'a Asked) -> BoxFuture<'a, ()>,
}

impl Plant {
    /// Does nothing yet.
    pub(crate) const fn new(what: &'static str, rows: &'static [&'static str]) -> Self {
        Self {
            what,
            rows,
            ask: |_| {},
            reply: |_, _| {},
            act: |_, _| Box::pin(async {}),
        }
    }

    pub(crate) const fn ask(mut self, ask: fn(&mut Asked)) -> Self {
        self.ask = ask;
        self
    }

    pub(crate) const fn reply(mut self, reply: fn(&Asked, &mut Reply)) -> Self {
        self.reply = reply;
        self
    }

    pub(crate) const fn act(
        mut self,
        act: for<'a> fn(&'a Proxy, &'a Asked) -> BoxFuture<'a, ()>,
    ) -> Self {
        self.act = act;
        self
    }
}

impl Asked {
    /// Whether the request is of a method, and its path has these parts: `_` stands for any.
    pub(crate) fn is(&self, method: &str, parts: &str) -> bool {
        let mut own = self.path.trim_start_matches('/').split('/');
        let fits = parts
            .split('/')
            .all(|part| own.next().is_some_and(|own| part == "_" || part == own));
        fits && own.next().is_none() && self.method == method
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Changes the rows of a list, and nothing else: each row keeps its text.
    pub(crate) fn change_rows(&mut self, list: &str, change: impl FnOnce(&mut Vec<&str>)) {
        let begin = format!(r#""{list}":[{{"#);
        let Some((before, rest)) = self.body.split_once(&begin) else {
            return;
        };
        let (rows, after) = rest.split_once("}]").unwrap();
        let mut rows: Vec<&str> = rows.split("},{").collect();
        change(&mut rows);
        let rows = rows.join("},{");
        self.body = format!("{before}{begin}{rows}}}]{after}");
    }
}

pub(crate) struct Proxy {
    target: String,
    own: String,
    client: Client,
    plants: &'static [Plant],
    /// Of a thousand replies, this many are lost.
    lost_per_mille: u64,
    requests: AtomicU64,
}

impl Proxy {
    /// Sends a request to the double as whoever asked. Gives the body of the reply.
    pub(crate) async fn send(&self, as_in: &Asked, method: Method, path: &str) -> Value {
        let url = format!("{}/api/v2{path}", self.target);
        let mut request = self.client.request(method, url);
        if let Some(authorization) = as_in.headers.get(header::AUTHORIZATION) {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let reply = request.send().await;
        reply.unwrap().json().await.unwrap_or_default()
    }
}

/// Starts a proxy before a server, and gives its address.
pub(crate) async fn start(target: &str, plants: &'static [Plant], lost_per_mille: u64) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let proxy = Proxy {
        target: target.to_owned(),
        own: own.clone(),
        client: Client::new(),
        plants,
        lost_per_mille,
        requests: AtomicU64::new(0),
    };
    let router = axum::Router::new()
        .fallback(pass)
        .with_state(Arc::new(proxy));
    tokio::spawn(async move { axum::serve(listener, router).await });
    own
}

async fn pass(State(proxy): State<Arc<Proxy>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts
        .uri
        .path()
        .strip_prefix("/api/v2")
        .unwrap_or(parts.uri.path());
    let mut headers = parts.headers;
    for name in [header::HOST, header::CONTENT_LENGTH, header::CONNECTION] {
        headers.remove(name);
    }
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let is_text = std::str::from_utf8(&body).is_ok();
    let mut asked = Asked {
        method: parts.method,
        path: path.strip_suffix(".json").unwrap_or(path).to_owned(),
        query: parts
            .uri
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        number: proxy.requests.fetch_add(1, Ordering::Relaxed) + 1,
    };
    // The reply to a HEAD has no body that could break off.
    let chance = match asked.method {
        Method::HEAD => 1_000,
        _ => scattered(asked.number) % 1_000,
    };
    if chance < proxy.lost_per_mille / 2 {
        return lost();
    }
    let suffix = if path.ends_with(".json") { ".json" } else { "" };
    for plant in proxy.plants {
        (plant.ask)(&mut asked);
    }
    let url = format!(
        "{}/api/v2{}{suffix}{}",
        proxy.target, asked.path, asked.query
    );
    let sent = if is_text {
        asked.body.clone().into_bytes()
    } else {
        body.to_vec()
    };
    let mut to_double = proxy
        .client
        .request(asked.method.clone(), Url::parse(&url).unwrap());
    to_double = to_double.headers(asked.headers.clone());
    if !sent.is_empty() {
        to_double = to_double.body(sent);
    }
    let Ok(from_double) = to_double.send().await else {
        return lost();
    };
    let (status, headers) = (from_double.status().as_u16(), from_double.headers().clone());
    let mut reply = Reply {
        status,
        headers,
        body: from_double.text().await.unwrap(),
    };
    reply.body = reply.body.replace(&proxy.target, &proxy.own);
    if let Some(location) = reply.headers.get(header::LOCATION) {
        let location = location
            .to_str()
            .unwrap()
            .replace(&proxy.target, &proxy.own);
        let location = HeaderValue::from_str(&location).unwrap();
        reply.headers.insert(header::LOCATION, location);
    }
    for plant in proxy.plants {
        (plant.act)(&proxy, &asked).await;
        (plant.reply)(&asked, &mut reply);
    }
    if chance < proxy.lost_per_mille {
        return lost();
    }
    for name in [
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::CONNECTION,
    ] {
        reply.headers.remove(name);
    }
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = axum::http::StatusCode::from_u16(reply.status).unwrap();
    *response.headers_mut() = reply.headers;
    response
}

/// A reply whose connection breaks.
fn lost() -> Response {
    let broken = futures::stream::once(async { Err::<String, _>(io::Error::other("lost")) });
    Response::new(Body::from_stream(broken))
}

/// Numbers in a row, scattered (splitmix64).
fn scattered(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
