//! [`ErrorReply`]: what the replies with the status of an error contain, and which operations have
//! them. The bodies themselves are in `src/api/error.rs`.

use crate::base::schema::{Key, Schema, Shape};

use super::operation::Operation;
use super::takes::Takes;

/// The replies with one status of an error.
pub(crate) struct ErrorReply {
    pub(crate) status: u16,
    /// The name of the reply in the OpenAPI document.
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// Returns what the JSON may be.
    pub(crate) json: fn() -> Schema,
    /// The media types of the bodies that are not JSON.
    pub(crate) others: &'static [&'static str],
    /// Returns whether an operation has such replies.
    pub(crate) is_of: fn(&Operation) -> bool,
}

/// Every status of an error that an account answers by itself. A fault of the test can have any
/// other one.
pub(crate) const ERROR_REPLIES: &[ErrorReply] = &[
    ErrorReply {
        status: 400,
        name: "BadRequest",
        description: "A parameter is missing, has the wrong type, or is not allowed.",
        json: || Schema::Any(vec![error(), titled_error(), error_list()]),
        others: &["text/plain"],
        is_of: |_| true,
    },
    ErrorReply {
        status: 401,
        name: "NotAuthenticated",
        description: "The account does not know the credentials.",
        json: || Schema::Record(not_authenticated_shape),
        others: &[],
        is_of: |_| true,
    },
    ErrorReply {
        status: 403,
        name: "Forbidden",
        description: "The role or the OAuth scope of the caller does not allow this.",
        json: || Schema::Any(vec![titled_error(), error()]),
        others: &[],
        is_of: |_| true,
    },
    ErrorReply {
        status: 404,
        name: "NotFound",
        description: "The record does not exist, or the caller cannot see it.",
        json: error,
        others: &[],
        // A body can name other records.
        is_of: |operation| {
            operation.path().contains('{') || !matches!(operation.takes(), Takes::Nothing)
        },
    },
    ErrorReply {
        status: 422,
        name: "Invalid",
        description: "The record breaks a rule, or the value of a parameter is refused.",
        json: || Schema::Any(vec![Schema::Record(validation_shape), error()]),
        others: &[],
        is_of: |operation| {
            let query = operation.query();
            operation.method() != "GET" || query.export.is_some() || query.reads.contains(&"query")
        },
    },
    ErrorReply {
        status: 429,
        name: "TooManyRequests",
        description: "There were too many requests in this minute, or there are too many jobs.",
        json: || {
            Schema::Any(vec![
                error(),
                error_list(),
                Schema::Record(too_many_jobs_shape),
            ])
        },
        others: &["text/plain", "text/html"],
        is_of: |_| true,
    },
];

/// Returns `{"error":"Code","description":"…"}`.
fn error() -> Schema {
    Schema::Record(|| {
        shape(
            "error",
            vec![
                Key::new("error", Schema::Text),
                Key::new("description", Schema::Text),
                Key::optional("max_count", Schema::Integer),
            ],
        )
    })
}

/// Returns `{"error":{"title":"…","message":"…"}}`.
fn titled_error() -> Schema {
    Schema::Record(|| {
        let texts = ["title", "message"].map(|name| Key::new(name, Schema::Text));
        let keys = vec![Key::new("error", Schema::Object(texts.into()))];
        shape("titled_error", keys)
    })
}

/// Returns `{"errors":[{"code":"…","title":"…"}]}`.
fn error_list() -> Schema {
    Schema::Record(|| {
        let error = vec![
            Key::new("code", Schema::Text),
            Key::new("title", Schema::Text),
            Key::optional("detail", Schema::Text),
        ];
        let keys = vec![Key::new("errors", Schema::Object(error).list())];
        shape("error_list", keys)
    })
}

fn not_authenticated_shape() -> Shape {
    let keys = vec![Key::new("error", Schema::Text)];
    shape("not_authenticated_error", keys)
}

fn validation_shape() -> Shape {
    let violation = vec![
        Key::new("description", Schema::Text),
        Key::optional("error", Schema::Text),
    ];
    let violations = Schema::Object(violation).list();
    shape(
        "validation_error",
        vec![
            Key::new("error", Schema::Text),
            Key::new("description", Schema::Text),
            Key::new("details", Schema::Values(Box::new(violations))),
        ],
    )
}

fn too_many_jobs_shape() -> Shape {
    shape(
        "too_many_jobs_error",
        vec![
            Key::new("error", Schema::Text),
            Key::new("description", Schema::Text),
            Key::new("current_job_ids", Schema::Text.list()),
        ],
    )
}

fn shape(name: &str, keys: Vec<Key>) -> Shape {
    Shape::new(name, "", "", keys)
}
