//! The operations that change or delete many users in a background job.

use std::sync::Arc;

use crate::api::attributes::Attributes;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation, Queues};
use crate::api::reply::ApiResult;
use crate::api::request::{ApiRequest, IDS_OR_EXTERNAL_IDS, NamedRecords};
use crate::api::takes::Takes;
use crate::base::ids::{RecordId, UserId};
use crate::resources::account::Account;
use crate::resources::job_statuses::api::{items_to_create, job_keys, job_queued};
use crate::resources::roles::Subject;

use crate::resources::users::model::User;
use crate::resources::users::tasks::{CreateMany, DestroyMany, Named, UpdateMany};

/// [`POST /api/v2/users/create_many`](https://developer.zendesk.com/api-reference/ticketing/users/users/#create-many-users)
///
/// Creates up to 100 users in a background job.
pub const CREATE_MANY: Operation = Operation::post("CreateManyUsers", "/api/v2/users/create_many")
    .named("users", "create_many")
    .showing(Body::Keys(job_keys))
    .taking(Takes::many::<User>("users"))
    .also_ignoring(&["id"])
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers)
    .queueing(Queues::Items);

pub(super) fn create_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let items = items_to_create::<User>(account, request, ApiError::TooManyUsers)?;
    let by = request.agent(account);
    job_queued(account, request, Arc::new(CreateMany { items, by }))
}

/// [`PUT /api/v2/users/update_many`](https://developer.zendesk.com/api-reference/ticketing/users/users/#update-many-users)
///
/// Updates up to 100 users in a background job.
///
/// With `ids` or `external_ids` in the query or beside `user`, all of these users get the same
/// `user`. Otherwise, `users` contains a batch, each with its own changes and its `id` or
/// `external_id`.
pub const UPDATE_MANY: Operation = Operation::put("UpdateManyUsers", "/api/v2/users/update_many")
    .named("users", "update_many")
    .showing(Body::Keys(job_keys))
    .taking(Takes::one_or_many::<User>("user", "users"))
    .also_taking(&["id"])
    .reading(IDS_OR_EXTERNAL_IDS)
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers)
    .queueing(Queues::Items);

pub(super) fn update_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let items = if request.names_records() {
        let named = names(request.named_records()?);
        let changes = request.root()?.changes::<User>()?;
        let with_changes = |name| (name, changes.clone());
        named.into_iter().map(with_changes).collect()
    } else {
        let roots = request.roots(ApiError::TooManyValues)?;
        let items = roots.iter().map(|root: &Attributes<'_>| {
            let changes = root.changes::<User>()?;
            let external_id = changes.external_id.clone().flatten();
            let name = match (root.id()?, external_id) {
                (Some(id), _) => Named::ById(id),
                (None, Some(external_id)) => Named::ByExternalId(external_id),
                (None, None) => Named::Nobody,
            };
            Ok((name, changes))
        });
        items.collect::<Result<Vec<_>, ApiError>>()?
    };
    request.authorize(account, Subject::Account)?;
    let by = request.agent(account);
    job_queued(account, request, Arc::new(UpdateMany { items, by }))
}

/// [`DELETE /api/v2/users/destroy_many`](https://developer.zendesk.com/api-reference/ticketing/users/users/#bulk-delete-users)
///
/// Deletes up to 100 users in a background job, each as if alone.
///
/// Zendesk calls the job `Bulk Update User`.
pub const DESTROY_MANY: Operation =
    Operation::delete("DestroyManyUsers", "/api/v2/users/destroy_many")
        .named("users", "destroy_many")
        .showing(Body::Keys(job_keys))
        .reading(IDS_OR_EXTERNAL_IDS)
        .requiring(&[&["ids", "external_ids"]])
        .allowing(AllowedFor::Admins)
        .queueing(Queues::Items);

pub(super) fn destroy_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let items = names(request.named_records()?);
    request.authorize(account, Subject::Account)?;
    // Users cannot delete themselves.
    let caller = request.caller_id();
    job_queued(account, request, Arc::new(DestroyMany { items, caller }))
}

fn names(named: NamedRecords) -> Vec<Named> {
    match named {
        NamedRecords::Ids(ids) => ids.into_iter().map(Named::ById).collect(),
        NamedRecords::ExternalIds(external_ids) => {
            external_ids.into_iter().map(Named::ByExternalId).collect()
        }
    }
}

impl Named {
    /// Returns the user, unless it is deleted.
    pub(crate) fn find(&self, account: &Account) -> Option<UserId> {
        match self {
            Self::ById(id) => UserId::from_given(*id)
                .ok()
                .filter(|id| account.users.active(*id).is_some()),
            Self::ByExternalId(external_id) => account.users.with_external_id(external_id),
            Self::Nobody => None,
        }
    }
}
