//! The incremental exports of users.

use std::borrow::Cow;

use crate::api::body::Body;
use crate::api::endpoint_limit::EndpointLimit;
use crate::api::export_kind::Export;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, Operation};
use crate::api::request::ApiRequest;
use crate::base::changes::Changes;
use crate::base::ids::UserId;
use crate::base::value::Shown;
use crate::resources::account::Account;
use crate::resources::exports::Exported;
use crate::resources::shown::{Show, shape, write_derived};
use crate::resources::users::model::{User, UserDerived};

use super::lists::{LACKING_SIDELOADS, SIDELOADS};

/// [`GET /api/v2/incremental/users`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-user-export-time-based)
///
/// Exports the users that changed at or after `start_time`, also deleted ones, by the time of their
/// last change. The changes of the last minute are withheld.
///
/// A page ends with `end_of_stream: true` if there is nothing more. `next_page` is set even then.
/// Pages overlap in one second, so their users may repeat.
pub const EXPORT: Operation =
    Operation::get("IncrementalUserExportTime", "/api/v2/incremental/users")
        .named("incremental", "users")
        .showing(Body::Many(shape::<User>))
        .in_scope("users")
        .exporting(&Export::BY_TIME)
        .sideloading(SIDELOADS)
        .lacking_sideloads(LACKING_SIDELOADS)
        .limited_to(&EndpointLimit::OF_EXPORTS)
        .allowing(AllowedFor::Admins)
        .invalid_because("start_time is too recent");

/// [`GET /api/v2/incremental/users/cursor`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-user-export-cursor-based)
///
/// Exports users like [`EXPORT`], from a `cursor`. No page repeats the users of another.
///
/// The last page has a cursor to continue with later. A page without users has none.
pub const EXPORT_BY_CURSOR: Operation = Operation::get(
    "IncrementalUserExportCursor",
    "/api/v2/incremental/users/cursor",
)
.named("incremental", "users_cursor")
.showing(Body::Many(shape::<User>))
.in_scope("users")
.exporting(&Export::BY_CURSOR)
.sideloading(SIDELOADS)
.lacking_sideloads(LACKING_SIDELOADS)
.limited_to(&EndpointLimit::OF_CURSOR_EXPORTS)
.allowing(AllowedFor::Admins)
.invalid_because("start_time is too recent");

/// [`GET /api/v2/incremental/users/sample`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-sample-export)
///
/// Exports up to 50 users like [`EXPORT`], to test the format.
pub const EXPORT_SAMPLE: Operation = Operation::get(
    "IncrementalSampleUserExport",
    "/api/v2/incremental/users/sample",
)
.named("incremental", "sample")
.showing(Body::Many(shape::<User>))
.in_scope("users")
.exporting(&Export::SAMPLE)
.sideloading(SIDELOADS)
.lacking_sideloads(LACKING_SIDELOADS)
.limited_to(&EndpointLimit::OF_SAMPLES)
.allowing(AllowedFor::Admins)
.invalid_because("start_time is too recent");

impl Exported for User {
    fn by_change(account: &Account) -> Changes<'_, UserId> {
        account.users.by_change()
    }

    fn exported(account: &Account, id: UserId) -> Option<Cow<'_, Self>> {
        account.users.get(id).map(Cow::Borrowed)
    }

    fn write_exported(
        &self,
        object: JsonObject,
        account: &Account,
        request: &ApiRequest<'_>,
    ) -> JsonObject {
        let derived = self.derived(account);
        write_derived(
            object,
            account,
            request,
            self,
            |attribute| match attribute {
                UserDerived::PermanentlyDeleted if !self.active => {
                    Some(Shown::Bool(self.permanently_deleted))
                }
                attribute => derived(attribute),
            },
        )
    }
}
