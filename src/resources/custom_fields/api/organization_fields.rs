//! The operations on organization fields, in the order of the documentation.

use super::PAGES;
use crate::api::body::Body;
use crate::api::operation::{AllowedFor, Operation, Success};
use crate::api::takes::Takes;
use crate::resources::shown::shape;

pub use crate::resources::custom_fields::model::{NewOrganizationField, OrganizationField};

const TAKES: Takes = Takes::one::<OrganizationField>("organization_field");

/// [`GET /api/v2/organization_fields`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/#list-organization-fields)
///
/// Lists the fields that are not deleted: by position under offset pagination, by id under cursor
/// pagination.
pub const LIST: Operation = Operation::get("ListOrganizationFields", "/api/v2/organization_fields")
    .named("organization_fields", "index")
    .showing(Body::Many(shape::<OrganizationField>))
    .in_no_scope()
    .paged(PAGES)
    .lacking(&["resolve_dc"]);

/// [`PUT /api/v2/organization_fields/reorder`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/#reorder-organization-field)
///
/// Puts the fields into the order of their ids in the body. The reply is empty.
pub const REORDER: Operation = Operation::put(
    "ReorderOrganizationField",
    "/api/v2/organization_fields/reorder",
)
.named("organization_fields", "reorder")
.in_no_scope()
.reading(&["organization_field_ids"])
.requiring(&[&["organization_field_ids"]])
.allowing(AllowedFor::Admins);

/// [`GET /api/v2/organization_fields/{organization_field_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/#show-organization-field)
///
/// Returns a field by its id or its key. A deleted one is found by its id, and has
/// `"active": false`.
pub const SHOW: Operation = Operation::get(
    "ShowOrganizationField",
    "/api/v2/organization_fields/{organization_field_id}",
)
.named("organization_fields", "show")
.showing(Body::One(shape::<OrganizationField>))
.in_no_scope();

/// [`POST /api/v2/organization_fields`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/#create-organization-field)
///
/// Creates a field. The reply shows the position 9999; later ones show the true position.
pub const CREATE: Operation =
    Operation::post("CreateOrganizationField", "/api/v2/organization_fields")
        .named("organization_fields", "create")
        .showing(Body::One(shape::<OrganizationField>))
        .in_no_scope()
        .taking(TAKES)
        .requiring(&[&["key"], &["title", "raw_title"]])
        .answers(Success::Created)
        .allowing(AllowedFor::Admins)
        .invalid_because("another field has the key");

/// [`PUT /api/v2/organization_fields/{organization_field_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/#update-organization-field)
///
/// Changes a field, except its key and its type. A list of options replaces the present one:
/// options that it does not name by their ids are removed, and so are their values on organizations.
pub const UPDATE: Operation = Operation::put(
    "UpdateOrganizationField",
    "/api/v2/organization_fields/{organization_field_id}",
)
.named("organization_fields", "update")
.showing(Body::One(shape::<OrganizationField>))
.in_no_scope()
.taking(TAKES)
.allowing(AllowedFor::Admins)
.invalid_because("the title is empty");

/// [`DELETE /api/v2/organization_fields/{organization_field_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/#delete-organization-field)
///
/// Deletes a field and its values on organizations.
pub const DELETE: Operation = Operation::delete(
    "DeleteOrganizationField",
    "/api/v2/organization_fields/{organization_field_id}",
)
.named("organization_fields", "destroy")
.in_no_scope()
.answers(Success::NoContent)
.allowing(AllowedFor::Admins);
