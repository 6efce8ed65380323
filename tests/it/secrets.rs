//! No text shows a secret: a random one is hidden in random places and encodings, and everything
//! that is printed is searched.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use http::Request;
use mock_zendesk::{
    Account, Credentials, MockZendesk, MockZendeskBuilder, calls::KeepCalls, organizations, users,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::testing::seeded;

/// Where a secret shows that it is one.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// The account's own credentials: nothing that is sent says so.
    Own,
    Basic,
    UnpaddedBasic,
    Bearer,
    NakedAuthorization,
    ApiKey,
    Cookie,
    Query,
    Json,
    JsonArray,
    JsonObject,
    JsonInJson,
    Form,
    MalformedJson,
    Words,
}

const PLACES: [Place; 15] = [
    Place::Own,
    Place::Basic,
    Place::UnpaddedBasic,
    Place::Bearer,
    Place::NakedAuthorization,
    Place::ApiKey,
    Place::Cookie,
    Place::Query,
    Place::Json,
    Place::JsonArray,
    Place::JsonObject,
    Place::JsonInJson,
    Place::Form,
    Place::MalformedJson,
    Place::Words,
];

const NAMES: [&str; 14] = [
    "password",
    "pwd",
    "passphrase",
    "token",
    "api_key",
    "apiKey",
    "access_key",
    "signature",
    "code",
    "bearer",
    "client_secret",
    "sessionId",
    "jwt",
    "user[password]",
];

/// The forms in which it comes again where nothing says that it is one.
fn encodings(secret: &str, mask: u32) -> Vec<String> {
    let letters: Vec<char> = secret.chars().collect();
    let each = |encode: &dyn Fn(usize, char) -> String| -> String {
        letters
            .iter()
            .enumerate()
            .map(|(index, letter)| encode(index, *letter))
            .collect()
    };
    let percent = |letter: char| -> String {
        letter
            .to_string()
            .bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect()
    };
    let escape = |letter: char| format!("\\u{:04x}", u32::from(letter));
    let some = |index: usize| mask & (1 << (index % 32)) != 0;
    let in_json = json!(secret).to_string();
    let in_json = in_json[1..in_json.len() - 1].to_owned();
    vec![
        secret.to_owned(),
        each(&|_, letter| percent(letter)),
        each(&|_, letter| percent(letter).to_lowercase()),
        each(&|index, letter| {
            if some(index) {
                percent(letter)
            } else {
                letter.to_string()
            }
        }),
        each(&|_, letter| percent(letter).replace('%', "%25")),
        form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        in_json.clone(),
        form_urlencoded::byte_serialize(in_json.as_bytes()).collect(),
        each(&|_, letter| escape(letter)),
        each(&|index, letter| {
            if some(index) {
                escape(letter)
            } else {
                json!(letter).as_str().unwrap().to_owned()
            }
        }),
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        STANDARD.encode(format!("x{secret}")),
        URL_SAFE_NO_PAD.encode(format!("ada@example.com/token:{secret}")),
        STANDARD.encode(format!("{{\"a\":\"{secret}\"}}")),
        secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
        secret.bytes().map(|byte| format!("{byte:02X}")).collect(),
    ]
}

/// A request that shows the secret at that place.
fn showing(place: Place, secret: &str, name: &str) -> Request<Vec<u8>> {
    let request = Request::builder()
        .method("POST")
        .uri("/api/v2/users")
        .header("content-type", "application/json");
    let body = json!({"user": {"name": "Bob"}}).to_string();
    let with_body = |body: String| {
        Request::builder()
            .method("POST")
            .uri("/api/v2/users")
            .header("content-type", "application/json")
            .body(body.into_bytes())
    };
    let json_with =
        |value: Value| with_body(json!({"user": {"name": "Bob", name: value}}).to_string());
    let built = match place {
        Place::Own => request.body(body.into_bytes()),
        Place::Basic => request
            .header(
                "authorization",
                format!(
                    "Basic {}",
                    STANDARD.encode(format!("ada@example.com/token:{secret}"))
                ),
            )
            .body(body.into_bytes()),
        Place::UnpaddedBasic => request
            .header(
                "authorization",
                format!(
                    "Basic {}",
                    STANDARD_NO_PAD.encode(format!("ada@example.com:{secret}"))
                ),
            )
            .body(body.into_bytes()),
        Place::Bearer => request
            .header("authorization", format!("Bearer {secret}"))
            .body(body.into_bytes()),
        Place::NakedAuthorization => request
            .header("authorization", secret)
            .body(body.into_bytes()),
        Place::ApiKey => request.header("x-api-key", secret).body(body.into_bytes()),
        Place::Cookie => request
            .header("cookie", format!("a=b; _zendesk={secret}; c=d"))
            .body(body.into_bytes()),
        Place::Query => {
            let value: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
            Request::get(format!("/api/v2/users/me?x=1&{name}={value}")).body(Vec::new())
        }
        Place::Json => json_with(json!(secret)),
        Place::JsonArray => json_with(json!(["short", secret])),
        Place::JsonObject => json_with(json!({"deep": {"value": secret}})),
        Place::JsonInJson => {
            let inner = json!({name: secret}).to_string();
            with_body(json!({"user": {"name": "Bob", "payload": inner}}).to_string())
        }
        Place::Form => {
            let value: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            with_body(format!("a=b&{name}={value}&c=d"))
        }
        Place::MalformedJson => {
            with_body(format!("{{\"user\": {{\"{name}\": {},}}}}", json!(secret)))
        }
        Place::Words => with_body(format!("the {name}={secret} is here")),
    };
    built.unwrap()
}

fn panic_of(act: impl FnOnce()) -> String {
    match catch_unwind(AssertUnwindSafe(act)) {
        Ok(()) => String::new(),
        Err(payload) => payload
            .downcast_ref::<String>()
            .cloned()
            .unwrap_or_default(),
    }
}

/// Everything that a double prints.
fn printed(zendesk: &MockZendesk, before: &Account, secret: &str) -> Vec<String> {
    let all = zendesk.calls();
    let (ada, acme) = (
        &zendesk.account().users()[0],
        zendesk.seed().organization("Acme"),
    );
    let report = zendesk.report();
    let mut texts = vec![
        zendesk.transcript(),
        report.to_string(),
        format!("{report:?}"),
        serde_json::to_string(&report).unwrap(),
        format!("{zendesk:?}"),
        format!("{all:?}"),
        all.try_assert_none().map_or_else(
            |failure| format!("{failure}{failure:?}"),
            |()| String::new(),
        ),
        all.try_assert_times(1_000)
            .unwrap_err()
            .headline()
            .to_owned(),
        all.with_query("note", secret)
            .try_assert_times(70)
            .unwrap_err()
            .to_string(),
        all.with_header("x-note", secret)
            .try_assert_times(70)
            .unwrap_err()
            .to_string(),
        all.with_json(json!({"note": secret, "user": {"name": secret, "x": [secret]}}))
            .try_assert_times(70)
            .unwrap_err()
            .to_string(),
        all.matching(format!("it has {secret}"), |_| false)
            .try_assert_once()
            .unwrap_err()
            .to_string(),
        all.try_assert_json(json!({"user": {"name": format!("Ada {secret}")}}))
            .unwrap_err()
            .to_string(),
        all.try_assert_exact_sequence(&[users::ME])
            .unwrap_err()
            .to_string(),
        all.try_assert_sequence(&[users::ME, organizations::LIST])
            .unwrap_err()
            .to_string(),
        zendesk
            .assert_user(ada)
            .try_organizations([&acme])
            .unwrap_err()
            .to_string(),
        zendesk
            .try_assert_changes(before, [])
            .unwrap_err()
            .to_string(),
        panic_of(|| all.assert_times(77)),
    ];
    for call in all.iter() {
        texts.extend([
            call.to_string(),
            format!("{call:?}"),
            format!("{:?}", call.reply()),
            format!("{:?}", call.fault()),
        ]);
        texts.extend(
            call.hints()
                .iter()
                .map(|hint| format!("{hint} {hint:?} {}", serde_json::to_string(hint).unwrap())),
        );
        texts.extend(
            call.effects()
                .iter()
                .map(|effect| format!("{effect} {effect:?}")),
        );
        texts.push(panic_of(|| drop(call.json::<Vec<u8>>())));
        texts.push(panic_of(|| assert_eq!(call.json::<u8>(), 0)));
        texts.push(panic_of(|| drop(call.reply_json::<Vec<u8>>())));
    }
    for problem in report.problems() {
        texts.push(format!("{problem:?}"));
    }
    texts.extend(pages(zendesk));
    texts
}

/// The page of the double: as it is, and as a browser reads it.
fn pages(zendesk: &MockZendesk) -> Vec<String> {
    #[cfg(feature = "html")]
    let pages = vec![
        zendesk.to_html(),
        crate::pages::unescaped(&zendesk.to_html()),
    ];
    #[cfg(not(feature = "html"))]
    let pages = vec![format!("{zendesk:?}")];
    pages
}

fn builder(secret: &str, place: Place, keep_calls: KeepCalls) -> MockZendeskBuilder {
    let builder = MockZendesk::builder()
        .without_verify_on_drop()
        .keep_calls(keep_calls);
    match place {
        Place::Own => builder.credentials(Credentials::api_token("owner@example.com", secret)),
        _ => builder,
    }
}

#[test]
fn whatever_is_printed_shows_no_secret_wherever_and_however_it_stands() {
    proptest!(seeded(120), |(
        secret in "[a-zA-Z0-9+/=%&\"\\\\ ;:é_.-]{0,8}[a-zA-Z0-9]{9,20}[a-zA-Z0-9+/=%&\"\\\\;:_.-]{0,4}[a-z]",
        place in prop::sample::select(&PLACES[..]),
        name in prop::sample::select(&NAMES[..]),
        mask in any::<u32>(),
        again in prop::collection::vec((0..19usize, 0..6usize), 1..5),
        is_first in any::<bool>(),
        padding in 0..600usize,
        keeps_all in any::<bool>(),
    )| {
        let is_text = matches!(place, Place::Words | Place::Cookie);
        let is_header = matches!(place, Place::Bearer | Place::NakedAuthorization | Place::ApiKey);
        let letters = |allowed: &dyn Fn(char) -> bool| secret.chars().filter(|c| allowed(*c)).collect::<String>();
        let secret = match (is_text, is_header) {
            (true, _) => letters(&|c| c.is_ascii_alphanumeric()),
            (_, true) => letters(&|c| c.is_ascii_graphic() && c != ';' && c != '='),
            _ => secret.trim().to_owned(),
        };
        let journal = if keeps_all { KeepCalls::All } else { KeepCalls::Last(again.len()) };
        let zendesk = builder(&secret, place, journal).without_socket();
        let before = zendesk.account();
        zendesk.expect(organizations::CREATE, 3);
        let send = |request: Request<Vec<u8>>| drop(zendesk.send(request));
        let all = encodings(&secret, mask);
        let mut planted = BTreeSet::from([secret.clone()]);
        if is_first {
            send(showing(place, &secret, name));
        }
        for (encoding, spot) in &again {
            let text = format!("{}{}", "y".repeat(padding), all[*encoding]);
            let in_url: String = text.chars().filter(|c| c.is_ascii_graphic() && !"\"\\<>`{}#^|".contains(*c)).collect();
            let is_whole = in_url == text;
            planted.insert(all[*encoding].clone());
            let authorized = |request: http::request::Builder| {
                request.header("authorization", zendesk.authorization()).header("content-type", "application/json")
            };
            let request = match spot {
                0 if is_whole && !in_url.contains(['?', '&', '%']) => authorized(Request::get(format!("/api/v2/users/{in_url}"))).body(Vec::new()),
                1 if is_whole && !in_url.contains('&') => authorized(Request::get(format!("/api/v2/users?note={in_url}"))).body(Vec::new()),
                2 => authorized(Request::post("/api/v2/users")).body(json!({"user": {"name": text}}).to_string().into_bytes()),
                3 => authorized(Request::post("/api/v2/organizations")).body(json!({"organization": {"name": "x", "notes": [{"deep": text}]}}).to_string().into_bytes()),
                4 if text.is_ascii() => authorized(Request::get("/api/v2/users/me").header("x-note", text)).body(Vec::new()),
                _ => authorized(Request::post("/api/v2/users")).body(text.into_bytes()),
            };
            send(request.unwrap());
        }
        if !is_first {
            send(showing(place, &secret, name));
        }
        for text in printed(&zendesk, &before, &secret) {
            for form in &planted {
                prop_assert!(!text.contains(form.as_str()), "{form} in:\n{text}");
            }
            // Nor a part of it.
            let letters: Vec<char> = secret.chars().collect();
            for part in letters.windows(8) {
                let part: String = part.iter().collect();
                prop_assert!(!text.contains(&part), "{part}, a part of {secret}, in:\n{text}");
            }
        }
    });
}

#[test]
fn a_short_secret_is_left_out_where_a_name_says_what_it_is() {
    let zendesk = MockZendesk::builder().without_socket();
    let body = json!({"user": {"name": "Bob", "pwd": "abc", "code": 4711, "session": ["k7"], "signature": {"x": "q9"}, "email": "b@example.com"}});
    let request = Request::post("/api/v2/users?sig=w3w").header("content-type", "application/json");
    let request = request.header("authorization", zendesk.authorization());
    zendesk
        .send(request.body(body.to_string()).unwrap())
        .unwrap();
    let call = zendesk.calls().any_outcome().assert_once();
    let mut texts = vec![
        zendesk.transcript(),
        call.to_string(),
        panic_of(|| drop(call.json::<Vec<u8>>())),
    ];
    texts.extend(pages(&zendesk));
    for text in texts {
        for secret in ["abc", "4711", "k7", "q9", "w3w"] {
            assert!(!text.contains(secret), "{secret} in:\n{text}");
        }
    }
}

#[test]
fn a_call_that_was_handed_out_before_hides_a_secret_that_comes_later() {
    let zendesk = MockZendesk::builder().without_socket();
    let send =
        |request: http::request::Builder| zendesk.send(request.body(Vec::new()).unwrap()).unwrap();
    send(Request::get("/api/v2/users/me").header("x-note", "hunter2hunter2"));
    send(Request::get("/api/v2/users/hunter2hunter2"));
    let before = zendesk.calls().last().unwrap();
    assert!(before.to_string().contains("hunter2hunter2"));
    send(Request::get("/api/v2/users/me").header("x-api-key", "hunter2hunter2"));
    assert!(
        before.to_string().contains("/api/v2/users/[secret]"),
        "{before}"
    );
}

#[test]
fn a_program_may_show_another_secret_with_every_call() {
    let zendesk = MockZendesk::builder().without_socket();
    let token = |n: u64| format!("hunter-{n:06}-{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    for n in 0..3_000 {
        let request = Request::get("/api/v2/users/me")
            .header("authorization", format!("Bearer {}", token(n)));
        zendesk
            .send(
                request
                    .header("x-before", token(n / 2))
                    .body(Vec::new())
                    .unwrap(),
            )
            .unwrap();
    }
    for n in [0, 1, 1_499, 2_999] {
        let request = Request::get(format!("/api/v2/users/{}", token(n)))
            .body(Vec::new())
            .unwrap();
        zendesk.send(request).unwrap();
    }
    let texts = [
        zendesk.transcript(),
        zendesk.calls().try_assert_none().unwrap_err().to_string(),
    ];
    assert!(
        texts
            .iter()
            .all(|text| !text.contains("hunter-") && text.contains("/api/v2/users/[secret]"))
    );
}

#[test]
fn a_problem_that_was_noted_before_hides_a_secret_that_comes_later() {
    let zendesk = MockZendesk::builder()
        .without_verify_on_drop()
        .without_socket();
    let send = |path: &str, name: &str, value: &str| {
        let request = Request::get(path)
            .header("authorization", zendesk.authorization())
            .header(name, value);
        zendesk.send(request.body(Vec::new()).unwrap()).unwrap();
    };
    send("/api/v2/users/.hunter2hunter2", "x-note", "1");
    send("/api/v2/users?hunter2hunter2=1", "x-note", "1");
    assert!(
        zendesk
            .report()
            .problems()
            .iter()
            .all(|problem| problem.headline.contains("hunter2hunter2"))
    );
    send("/api/v2/users/me", "x-api-key", "hunter2hunter2");
    let report = zendesk.report();
    assert_eq!(report.problems().len(), 2, "{report}");
    let texts = [
        report.to_string(),
        serde_json::to_string(&report).unwrap(),
        format!("{:?}", report.problems()),
    ];
    assert!(
        texts.iter().all(|text| !text.contains("hunter2")),
        "{texts:?}"
    );
}
