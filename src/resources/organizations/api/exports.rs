//! The incremental exports of organizations.

use std::borrow::Cow;

use crate::api::body::Body;
use crate::api::endpoint_limit::EndpointLimit;
use crate::api::export_kind::Export;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, Operation};
use crate::api::request::ApiRequest;
use crate::base::changes::Changes;
use crate::base::ids::OrganizationId;
use crate::base::schema::{Key, Shape};
use crate::base::time::Timestamp;
use crate::base::value::AttributeValue as _;
use crate::resources::account::Account;
use crate::resources::exports::Exported;
use crate::resources::organizations::model::Organization;
use crate::resources::shown::shape;
use crate::resources::shown::write;

/// The values of `include` that Zendesk supports and the double does not implement.
pub(super) const LACKING_SIDELOADS: &[&str] = &["abilities", "lookup_relationship_fields"];

/// [`GET /api/v2/incremental/organizations`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-organization-export)
///
/// Exports the organizations that changed at or after `start_time`, also deleted ones, like
/// [`users::EXPORT`](crate::users::EXPORT). Changes of its memberships do not change an
/// organization.
pub const EXPORT: Operation = Operation::get(
    "IncrementalOrganizationExport",
    "/api/v2/incremental/organizations",
)
.named("incremental", "organizations")
.showing(Body::Many(exported_shape))
.in_scope("organizations")
.exporting(&Export::BY_TIME)
.lacking_sideloads(LACKING_SIDELOADS)
.limited_to(&EndpointLimit::OF_EXPORTS)
.allowing(AllowedFor::Admins)
.invalid_because("start_time is too recent");

/// [`GET /api/v2/incremental/organizations/sample`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-sample-export)
///
/// Exports up to 50 organizations like [`EXPORT`], to test the format.
pub const EXPORT_SAMPLE: Operation = Operation::get(
    "IncrementalSampleOrganizationExport",
    "/api/v2/incremental/organizations/sample",
)
.named("incremental", "sample")
.showing(Body::Many(exported_shape))
.in_scope("organizations")
.exporting(&Export::SAMPLE)
.lacking_sideloads(LACKING_SIDELOADS)
.limited_to(&EndpointLimit::OF_SAMPLES)
.allowing(AllowedFor::Admins)
.invalid_because("start_time is too recent");

/// Returns the keys of an organization in an export.
fn exported_shape() -> Shape {
    let deleted_at = Key::new("deleted_at", Option::<Timestamp>::schema());
    shape::<Organization>().with("exported_organization", deleted_at)
}

impl Exported for Organization {
    fn by_change(account: &Account) -> Changes<'_, OrganizationId> {
        account.organizations.by_change()
    }

    fn exported(account: &Account, id: OrganizationId) -> Option<Cow<'_, Self>> {
        account.organizations.ever(id).map(Cow::Borrowed)
    }

    fn write_exported(
        &self,
        object: JsonObject,
        account: &Account,
        request: &ApiRequest<'_>,
    ) -> JsonObject {
        write(object, account, request, self).field("deleted_at", &self.deleted_at)
    }
}
