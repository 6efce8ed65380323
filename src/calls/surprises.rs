//! What programs often do not expect in a successful reply: they panic when they read it, or when
//! they compare it with what they sent.

use serde_json::Value;

use crate::api::operation::Operation;
use crate::api::takes::Takes;
use crate::resources::custom_fields::api::{organization_fields, user_fields};
use crate::resources::group_memberships::api as group_memberships;
use crate::resources::groups::api as groups;

use super::call::Call;

/// Something that a reply has.
pub(super) struct Surprise {
    /// What a panic may be about, such as `a null`.
    pub(super) about: &'static str,
    /// What the reply has, and why.
    pub(super) has: String,
}

/// Returns what the reply of a successful call has that programs often do not expect.
pub(super) fn surprise_in(call: &Call, reply: &Value) -> Option<Surprise> {
    let operation = call.operation()?;
    deleted_group(operation, reply)
        .or_else(|| custom_field(operation, reply))
        .or_else(|| no_default_group(call, operation, reply))
        .or_else(|| order_of_tags(call, operation, reply))
        .or_else(|| time_of_count(reply))
        .or_else(|| keys_of_results(reply))
}

/// Returns that a deleted group is still shown by its id.
fn deleted_group(operation: Operation, reply: &Value) -> Option<Surprise> {
    let is_deleted = operation == groups::SHOW && reply["group"]["deleted"] == true;
    is_deleted.then(|| Surprise {
        about: "a group that is deleted",
        has: "true in group.deleted (Zendesk still shows a deleted group by its id)".to_owned(),
    })
}

/// Returns that a deleted field is still shown by its id, and that a new one does not show where it
/// is.
fn custom_field(operation: Operation, reply: &Value) -> Option<Surprise> {
    let key = reply.as_object()?.keys().next()?;
    let shows = [user_fields::SHOW, organization_fields::SHOW].contains(&operation);
    if shows && reply[key]["active"] == false {
        return Some(Surprise {
            about: "a field that is not active",
            has: format!(
                "false in {key}.active (Zendesk shows a field by its id even if it is deleted)"
            ),
        });
    }
    let creates = [user_fields::CREATE, organization_fields::CREATE].contains(&operation);
    creates.then(|| Surprise {
        about: "the position",
        has: format!(
            "{} in {key}.position (Zendesk shows the true position of a new field only later)",
            reply[key]["position"]
        ),
    })
}

/// Returns that a membership in a group is only the default if the request says so.
fn no_default_group(call: &Call, operation: Operation, reply: &Value) -> Option<Surprise> {
    let creates = [
        group_memberships::CREATE,
        group_memberships::CREATE_FOR_USER,
    ];
    let is_false = creates.contains(&operation) && reply["group_membership"]["default"] == false;
    let is_asked = is_false
        && call.body_json()?["group_membership"]
            .get("default")
            .is_some();
    (is_false && !is_asked).then(|| Surprise {
        about: "the default",
        has: "false in group_membership.default (Zendesk makes no membership in a group the default by itself, not even the first)".to_owned(),
    })
}

/// Returns that tags are a set, without the order of the request.
fn order_of_tags(call: &Call, operation: Operation, reply: &Value) -> Option<Surprise> {
    let Takes::One { root, .. } = operation.takes() else {
        return None;
    };
    let list = |body: &Value| {
        let tags = body[root]["tags"].as_array()?.iter();
        tags.map(|tag| Some(tag.as_str()?.to_owned()))
            .collect::<Option<Vec<_>>>()
    };
    let (sent, has) = (list(&call.body_json()?)?, list(reply)?);
    (sent != has).then(|| Surprise {
        about: "the tags",
        has: format!("the tags of the request in another order or form in {root}.tags (Zendesk keeps a set of tags)"),
    })
}

/// Returns that the time of a count has another form than all other times.
fn time_of_count(reply: &Value) -> Option<Surprise> {
    let time = reply["count"]["refreshed_at"].as_str()?;
    (!time.ends_with('Z')).then(|| Surprise {
        about: "a time",
        has: format!("{time} in count.refreshed_at (every other time of Zendesk's ends in Z)"),
    })
}

/// Returns that the results of a job have the keys of its kind only.
fn keys_of_results(reply: &Value) -> Option<Surprise> {
    let first = reply["job_status"]["results"]
        .as_array()?
        .first()?
        .as_object()?;
    let lacks = ["index", "success", "status"]
        .iter()
        .any(|key| !first.contains_key(*key));
    let keys: Vec<&str> = first.keys().map(String::as_str).collect();
    lacks.then(|| Surprise {
        about: "a missing key",
        has: format!(
            "only {} in job_status.results[0] (each kind of job has other keys)",
            keys.join(", ")
        ),
    })
}
