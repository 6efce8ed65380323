//! The operations on user fields, in the order of the documentation.

use super::PAGES;
use super::options::{ROOT, option_shape};
use crate::api::body::Body;
use crate::api::operation::{AllowedFor, Operation, Success};
use crate::api::takes::{OnlyKeys, Takes};
use crate::base::value::AttributeValue as _;
use crate::resources::custom_fields::options::GivenOption;
use crate::resources::shown::shape;

pub use crate::resources::custom_fields::model::{NewUserField, UserField};

const TAKES: Takes = Takes::one::<UserField>("user_field");

/// [`GET /api/v2/user_fields`](https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#list-user-fields)
///
/// Lists the fields that are not deleted: by position under offset pagination, by id under cursor
/// pagination.
pub const LIST: Operation = Operation::get("ListUserFields", "/api/v2/user_fields")
    .named("user_fields", "index")
    .showing(Body::Many(shape::<UserField>))
    .in_no_scope()
    .paged(PAGES)
    .lacking(&["resolve_dc"]);

/// [`GET /api/v2/user_fields/show_many`](https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#show-many-user-fields)
///
/// Lists the fields with these keys, by position.
pub const SHOW_MANY: Operation =
    Operation::get("ShowManyUserFields", "/api/v2/user_fields/show_many")
        .named("user_fields", "show_many")
        .showing(Body::Many(shape::<UserField>))
        .in_no_scope()
        .reading(&["keys", "keys[]"]);

/// [`PUT /api/v2/user_fields/reorder`](https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#reorder-user-field)
///
/// Puts the fields into the order of their ids in the body. The reply is empty.
pub const REORDER: Operation = Operation::put("ReorderUserField", "/api/v2/user_fields/reorder")
    .named("user_fields", "reorder")
    .in_no_scope()
    .reading(&["user_field_ids"])
    .requiring(&[&["user_field_ids"]])
    .allowing(AllowedFor::Admins);

/// [`GET /api/v2/user_fields/{user_field_id}`](https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#show-user-field)
///
/// Returns a field by its id or its key. A deleted one is found by its id, and has
/// `"active": false`.
pub const SHOW: Operation = Operation::get("ShowUserField", "/api/v2/user_fields/{user_field_id}")
    .named("user_fields", "show")
    .showing(Body::One(shape::<UserField>))
    .in_no_scope();

/// [`POST /api/v2/user_fields`](https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#create-user-field)
///
/// Creates a field. The reply shows the position 9999; later ones show the true position.
pub const CREATE: Operation = Operation::post("CreateUserField", "/api/v2/user_fields")
    .named("user_fields", "create")
    .showing(Body::One(shape::<UserField>))
    .in_no_scope()
    .taking(TAKES)
    .requiring(&[&["key"], &["title", "raw_title"]])
    .answers(Success::Created)
    .allowing(AllowedFor::Admins)
    .invalid_because("another field has the key");

/// [`PUT /api/v2/user_fields/{user_field_id}`](https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#update-user-field)
///
/// Changes a field, except its key and its type. A list of options replaces the present one:
/// options that it does not name by their ids are removed, and so are their values on users.
pub const UPDATE: Operation =
    Operation::put("UpdateUserField", "/api/v2/user_fields/{user_field_id}")
        .named("user_fields", "update")
        .showing(Body::One(shape::<UserField>))
        .in_no_scope()
        .taking(TAKES)
        .allowing(AllowedFor::Admins)
        .invalid_because("the title is empty");

/// [`DELETE /api/v2/user_fields/{user_field_id}`](https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#delete-user-field)
///
/// Deletes a field and its values on users.
pub const DELETE: Operation =
    Operation::delete("DeleteUserField", "/api/v2/user_fields/{user_field_id}")
        .named("user_fields", "destroy")
        .in_no_scope()
        .answers(Success::NoContent)
        .allowing(AllowedFor::Admins);

/// [`GET /api/v2/user_fields/{user_field_id}/options`](https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#list-user-field-options)
///
/// Lists the options of a dropdown or multiselect field: in their order under offset pagination, by
/// id under cursor pagination.
pub const LIST_OPTIONS: Operation = Operation::get(
    "ListUserFieldOptions",
    "/api/v2/user_fields/{user_field_id}/options",
)
.named("custom_field_options", "index")
.showing(Body::Many(option_shape))
.in_no_scope()
.paged(PAGES);

/// [`GET /api/v2/user_fields/{user_field_id}/options/{user_field_option_id}`](https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#show-a-user-field-option)
pub const SHOW_OPTION: Operation = Operation::get(
    "ShowUserFieldOption",
    "/api/v2/user_fields/{user_field_id}/options/{user_field_option_id}",
)
.named("custom_field_options", "show")
.showing(Body::One(option_shape))
.in_no_scope();

/// [`POST /api/v2/user_fields/{user_field_id}/options`](https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#create-or-update-a-user-field-option)
///
/// Changes the option with the given id, or creates one if there is none. The reply is 201 if it
/// creates one.
pub const PUT_OPTION: Operation = Operation::post(
    "CreateOrUpdateUserFieldOption",
    "/api/v2/user_fields/{user_field_id}/options",
)
.named("custom_field_options", "create_or_update")
.creating_some()
.showing(Body::One(option_shape))
.in_no_scope()
.taking(Takes::One {
    root: ROOT,
    attributes: &OnlyKeys(GivenOption::schema),
})
.allowing(AllowedFor::Admins)
.invalid_because("another option has the value");

/// [`DELETE /api/v2/user_fields/{user_field_id}/options/{user_field_option_id}`](https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#delete-user-field-option)
///
/// Deletes an option, and takes its value from all users.
pub const DELETE_OPTION: Operation = Operation::delete(
    "DeleteUserFieldOption",
    "/api/v2/user_fields/{user_field_id}/options/{user_field_option_id}",
)
.named("custom_field_options", "destroy")
.in_no_scope()
.answers(Success::NoContent)
.allowing(AllowedFor::Admins);
