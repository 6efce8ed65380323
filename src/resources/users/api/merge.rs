//! The operation that merges a user into another one.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation};
use crate::api::reply::ApiResult;
use crate::api::request::ApiRequest;
use crate::api::takes::Takes;
use crate::base::ids::{RecordId, UserId};
use crate::base::record::{AttributeList, AttributesOf, Standing};
use crate::base::schema::Schema;
use crate::resources::account::Account;
use crate::resources::roles::Subject;
use crate::resources::shown::shape;
use crate::resources::shown::shown;
use crate::resources::users::model::User;

/// [`PUT /api/v2/users/{user_id}/merge`](https://developer.zendesk.com/api-reference/ticketing/users/users/#merge-end-users)
///
/// Merges the end user in the path into the one whose `id` the body has, and deletes it.
///
/// The other user gets its organizations, its addresses, and the tickets that it requested, closed
/// ones too. These tickets keep their organization. The other attributes of a user in the body are
/// not implemented.
pub const MERGE: Operation = Operation::put("MergeEndUsers", "/api/v2/users/{user_id}/merge")
    .named("users", "merge")
    .showing(Body::One(shape::<User>))
    .taking(Takes::One {
        root: "user",
        attributes: &WinnerKeys,
    })
    .requiring(&[&["id"]])
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers)
    .invalid_because("one of the users is not an end user");

/// The keys of the winner in the body. The schema of the body is that of an upsert, so Zendesk may
/// find the winner by others, too.
struct WinnerKeys;

impl AttributeList for WinnerKeys {
    fn standing(&self, key: &str, method: &str) -> Standing {
        match AttributesOf::<User>::LIST.standing(key, method) {
            _ if key == "id" => Standing::Permitted,
            Standing::Permitted => Standing::Unmodeled,
            standing => standing,
        }
    }

    fn permitted(&self, _: &str) -> Vec<&'static str> {
        vec!["id"]
    }

    fn schema(&self, _: &str) -> Schema {
        Schema::Integer
    }
}

pub(super) fn merge(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let loser: UserId = request.path_id(0, "id")?;
    let winner = request.root()?.id()?;
    let winner = UserId::from_given(winner.ok_or(ApiError::ParameterMissing("id"))?)?;
    for user in [loser, winner] {
        account.users.active(user).ok_or(ApiError::RecordNotFound)?;
    }
    for user in [loser, winner] {
        request.authorize(account, Subject::User(user))?;
    }
    account.merge_users(loser, winner)?;
    shown::<User>(account, request, winner)
}
