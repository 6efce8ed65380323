//! The operations on many organizations in a background job.

use std::sync::Arc;

use crate::api::attributes::Attributes;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation, Queues};
use crate::api::reply::ApiResult;
use crate::api::request::{ApiRequest, IDS_OR_EXTERNAL_IDS, NamedRecords};
use crate::api::takes::Takes;
use crate::base::open_question::OpenQuestion;
use crate::resources::account::Account;
use crate::resources::job_statuses::api::{items_to_create, job_keys, job_queued};
use crate::resources::roles::Subject;

use super::agents::allowed_changes;
use crate::resources::organizations::model::{Organization, OrganizationChanges};
use crate::resources::organizations::tasks::{CreateMany, DestroyMany, Named, UpdateMany};

/// [`POST /api/v2/organizations/create_many`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#create-many-organizations)
///
/// Creates up to 100 organizations in a background job.
pub const CREATE_MANY: Operation = Operation::post(
    "CreateManyOrganizations",
    "/api/v2/organizations/create_many",
)
.named("organizations", "create_many")
.showing(Body::Keys(job_keys))
.taking(Takes::many::<Organization>("organizations"))
.queueing(Queues::Items);

pub(super) fn create_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let items = items_to_create::<Organization>(account, request, ApiError::TooManyValues)?;
    let by = request.agent(account);
    job_queued(account, request, Arc::new(CreateMany { items, by }))
}

/// [`PUT /api/v2/organizations/update_many`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#update-many-organizations)
///
/// Updates up to 100 organizations in a background job.
///
/// With `ids` or `external_ids` in the query, all of these organizations get the same
/// `organization`. Otherwise, `organizations` contains a batch, each with its own changes and its
/// `id`.
pub const UPDATE_MANY: Operation = Operation::put(
    "UpdateManyOrganizations",
    "/api/v2/organizations/update_many",
)
.named("organizations", "update_many")
.showing(Body::Keys(job_keys))
.taking(Takes::one_or_many::<Organization>(
    "organization",
    "organizations",
))
.also_taking(&["id"])
.reading(IDS_OR_EXTERNAL_IDS)
.queueing(Queues::Items);

pub(super) fn update_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let is_batch = !request.names_records() && request.body.contains_key("organizations");
    let items: Vec<(Named, OrganizationChanges)> = if !is_batch {
        let named = names(request.named_records()?);
        let changes = request.root()?.changes::<Organization>()?;
        let with_changes = |name| (name, changes.clone());
        named.into_iter().map(with_changes).collect()
    } else {
        let roots = request.roots(ApiError::TooManyValues)?;
        let finds_by_external_id = request.answers.is_other(OpenQuestion::BatchByExternalId);
        let items = roots.iter().map(|root: &Attributes<'_>| {
            let changes = root.changes::<Organization>()?;
            let external_id = changes.external_id.clone().flatten();
            let name = match (root.id()?, external_id) {
                (Some(id), _) => Named::ById(id),
                (None, Some(external_id)) if finds_by_external_id => {
                    Named::ByExternalId(external_id)
                }
                (None, _) => Named::Nothing,
            };
            Ok((name, changes))
        });
        items.collect::<Result<Vec<_>, ApiError>>()?
    };
    request.authorize(account, Subject::Account)?;
    let items = items.into_iter().map(|(name, changes)| {
        let changes = allowed_changes(account, request, changes)?;
        Ok((name, changes))
    });
    let items = items.collect::<Result<Vec<_>, ApiError>>()?;
    job_queued(account, request, Arc::new(UpdateMany { items }))
}

/// [`DELETE /api/v2/organizations/destroy_many`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#bulk-delete-organizations)
///
/// Deletes up to 100 organizations in a background job, each as if alone.
pub const DESTROY_MANY: Operation = Operation::delete(
    "BulkDeleteOrganizations",
    "/api/v2/organizations/destroy_many",
)
.named("organizations", "destroy_many")
.showing(Body::Keys(job_keys))
.reading(IDS_OR_EXTERNAL_IDS)
.requiring(&[&["ids", "external_ids"]])
.allowing(AllowedFor::Admins)
.queueing(Queues::Items);

pub(super) fn destroy_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let items = names(request.named_records()?);
    request.authorize(account, Subject::Account)?;
    job_queued(account, request, Arc::new(DestroyMany { items }))
}

fn names(named: NamedRecords) -> Vec<Named> {
    match named {
        NamedRecords::Ids(ids) => ids.into_iter().map(Named::ById).collect(),
        NamedRecords::ExternalIds(external_ids) => {
            external_ids.into_iter().map(Named::ByExternalId).collect()
        }
    }
}
