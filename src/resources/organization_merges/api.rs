//! The operations on merges of organizations, and the JSON of a merge.

use serde::{Serialize, Serializer};

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, Operation, Queues};
use crate::api::page::Paging;
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::api::takes::{OnlyKeys, Takes};
use crate::api::url::ResourceUrl;
use crate::base::ids::OrganizationId;
use crate::base::schema::{Key, Schema, Shape};
use crate::base::value::AttributeValue as _;
use crate::resources::account::Account;
use crate::resources::handler::Handler;
use crate::resources::roles::Subject;

use super::model::{MergeStatus, OrganizationMerge};

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[
    (CREATE, create),
    (SHOW, show),
    (LIST_OF_ORGANIZATION, list_of_organization),
];

const PAGES: PageLimits = PageLimits::cursor_only(100);

/// The segment of the URL path that names merges.
const PATH: &str = "organization_merges";

/// The key of one merge.
const ONE: &str = "organization_merge";

/// The only key of the body that starts a merge.
const WINNER: &str = "winner_id";

/// [`POST /api/v2/organizations/{organization_id}/merge`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#merge-organization-with-another-organization)
///
/// Starts the merge of an organization into the one with the `winner_id`.
///
/// The merge is done in the background, at the pace of jobs, and has no job status: [`SHOW`] says
/// how far it is. Until then the loser can be neither changed nor deleted.
pub const CREATE: Operation = Operation::post(
    "CreateOrganizationMerge",
    "/api/v2/organizations/{organization_id}/merge",
)
.named(PATH, "create")
.showing(Body::One(merge_shape))
.in_scope("organizations")
.taking(Takes::One {
    root: ONE,
    attributes: &OnlyKeys(given_schema),
})
.requiring(&[&[WINNER]])
.allowing(AllowedFor::Admins)
.invalid_because("the organizations are the same")
.queueing(Queues::Whole);

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let loser: OrganizationId = request.path_id(0, "organization_id")?;
    let winner = request.root()?.integer(WINNER)?;
    let winner = winner.ok_or(ApiError::ParameterMissing(WINNER))?;
    account
        .organizations
        .get(loser)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    // No organization has a negative id, nor 0.
    let winner = OrganizationId::new(u64::try_from(winner).unwrap_or(0));
    let merge = account.queue_merge(loser, winner)?;
    Ok(single(request, &merge))
}

/// [`GET /api/v2/organization_merges/{organization_merge_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#show-organization-merge)
///
/// Returns a merge, with its status: `new`, `in_progress`, `complete` or `error`.
pub const SHOW: Operation = Operation::get(
    "ShowOrganizationMerge",
    "/api/v2/organization_merges/{organization_merge_id}",
)
.named(PATH, "show")
.showing(Body::One(merge_shape))
.in_scope("organizations")
.allowing(AllowedFor::Admins);

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id = request.path_text(0);
    account.merges.with_id(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let merge = account.poll_merge(id).ok_or(ApiError::RecordNotFound)?;
    Ok(single(request, &merge))
}

/// [`GET /api/v2/organizations/{organization_id}/merges`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#list-organization-merges)
///
/// Lists the merges in which an organization is the winner or the loser, under cursor pagination
/// only.
pub const LIST_OF_ORGANIZATION: Operation = Operation::get(
    "ListOrganizationMerges",
    "/api/v2/organizations/{organization_id}/merges",
)
.named(PATH, "index")
.showing(Body::Many(merge_shape))
.in_scope("organizations")
.paged(PAGES)
.allowing(AllowedFor::Admins);

fn list_of_organization(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let organization: OrganizationId = request.path_id(0, "organization_id")?;
    let paging = Paging::read(request)?;
    account
        .organizations
        .get(organization)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.merges.of_organization(organization))?;
    let mut merges: Vec<OrganizationMerge> = Vec::new();
    for number in &page.ids {
        let id = account.merges.get(*number).map(|merge| merge.id.clone());
        merges.extend(id.and_then(|id| account.poll_merge(&id)));
    }
    let bodies: Vec<MergeBody<'_>> = merges
        .iter()
        .map(|merge| MergeBody::new(request, merge))
        .collect();
    Ok(Reply::page(JsonObject::new().field(PATH, &bodies), &page))
}

fn single(request: &ApiRequest<'_>, merge: &OrganizationMerge) -> Reply {
    let body = MergeBody::new(request, merge);
    Reply::json(JsonObject::new().field(ONE, &body))
}

/// Returns what the body that starts a merge has under its root key.
fn given_schema() -> Schema {
    Schema::given([(WINNER, Schema::Integer)])
}

/// Returns the keys of [`MergeBody`].
fn merge_shape() -> Shape {
    Shape::new(
        ONE,
        ONE,
        PATH,
        vec![
            Key::new("id", Schema::Text),
            Key::new("url", Schema::Url),
            Key::new("loser_id", Schema::Integer),
            Key::new("winner_id", Schema::Integer),
            Key::new("status", MergeStatus::schema()),
        ],
    )
}

/// A merge on the wire.
#[derive(Serialize)]
struct MergeBody<'a> {
    id: &'a str,
    url: ResourceUrl<'a, &'a str>,
    loser_id: OrganizationId,
    winner_id: OrganizationId,
    status: MergeStatus,
}

impl<'a> MergeBody<'a> {
    fn new(request: &'a ApiRequest<'_>, merge: &'a OrganizationMerge) -> Self {
        Self::with_base(&request.base, merge)
    }

    fn with_base(base: &'a str, merge: &'a OrganizationMerge) -> Self {
        Self {
            id: &merge.id,
            url: ResourceUrl {
                base,
                below: None,
                resource: PATH,
                id: &merge.id,
            },
            loser_id: merge.loser_id,
            winner_id: merge.winner_id,
            status: merge.status,
        }
    }
}

impl Serialize for OrganizationMerge {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        MergeBody::with_base("", self).serialize(serializer)
    }
}
