//! The operations on job statuses, in the order of the documentation, and the form of a job on the
//! wire.

use std::sync::Arc;

use http::header::HeaderName;
use serde::{Serialize, Serializer};

use crate::api::attributes::Attributes;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::Operation;
use crate::api::page::Paging;
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply, header_value};
use crate::api::request::{ApiRequest, IDS};
use crate::api::url::ResourceUrl;
use crate::base::open_question::OpenQuestion;
use crate::base::record::Record;
use crate::base::schema::{Key, Schema, Shape};
use crate::resources::account::Account;
use crate::resources::handler::Handler;
use crate::resources::roles::Subject;

use super::model::{Job, JobState, JobStatus, Task};
use super::result::ItemResult;

pub(crate) const HANDLERS: &[(Operation, Handler)] =
    &[(LIST, list), (SHOW_MANY, show_many), (SHOW, show)];

const PAGES: PageLimits = PageLimits::of_jobs(100);

/// The segment of the URL path that names jobs.
const PATH: &str = "job_statuses";

/// The states of a job, on the wire.
const STATES: &[&str] = &["queued", "working", "completed", "failed", "killed"];

/// The largest number of jobs that may be queued or running in an account.
/// <https://developer.zendesk.com/api-reference/introduction/rate-limits/#job-limit>
pub(crate) const JOB_LIMIT: usize = 30;

/// [`GET /api/v2/job_statuses`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/#list-job-statuses)
///
/// Lists all jobs of the last day, under cursor pagination only: "sorted first by completed date
/// and then by created date in descending order".
pub const LIST: Operation = Operation::get("ListJobStatuses", "/api/v2/job_statuses")
    .named("job_statuses", "index")
    .showing(Body::Many(job_shape))
    .paged(PAGES);

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    // Showing jobs moves them, which can change their places in the list. The page shows the list
    // after that.
    for number in paging.page(&account.jobs.list())?.ids {
        account.poll_job(number);
    }
    let page = paging.page(&account.jobs.list())?;
    let jobs: Vec<Arc<Job>> = page
        .ids
        .iter()
        .filter_map(|number| account.jobs.get(*number).cloned())
        .collect();
    Ok(Reply::page(
        JsonObject::new().field("job_statuses", &bodies(request, &jobs)),
        &page,
    ))
}

/// [`GET /api/v2/job_statuses/show_many`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/#show-many-job-statuses)
///
/// Returns the jobs named by `ids`, which are separated by commas. Unknown ids are left out.
pub const SHOW_MANY: Operation =
    Operation::get("ShowManyJobStatuses", "/api/v2/job_statuses/show_many")
        .named("job_statuses", "show_many")
        .showing(Body::Keys(jobs_keys))
        .reading(IDS)
        .requiring(&[&["ids"]]);

fn show_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let mut numbers: Vec<u64> = Vec::new();
    let ids = request.id_texts()?;
    request.authorize(account, Subject::Account)?;
    for number in ids.into_iter().filter_map(|id| account.jobs.number(&id)) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let jobs: Vec<Arc<Job>> = numbers
        .into_iter()
        .filter_map(|number| account.poll_job(number))
        .collect();
    Ok(Reply::json(
        JsonObject::new().field("job_statuses", &bodies(request, &jobs)),
    ))
}

/// [`GET /api/v2/job_statuses/{job_status_id}`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/#show-job-status)
pub const SHOW: Operation = Operation::get("ShowJobStatus", "/api/v2/job_statuses/{job_status_id}")
    .named("job_statuses", "show")
    .showing(Body::One(job_shape));

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let number = account
        .jobs
        .number(request.path_text(0))
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let job = account.poll_job(number).ok_or(ApiError::RecordNotFound)?;
    Ok(Reply::json(
        JsonObject::new().field("job_status", &JobBody::new(request, &job)),
    ))
}

/// The id that a record will have, and its attributes.
type ItemToCreate<R> = (<R as Record>::Id, <R as Record>::Changes);

/// Returns the records of a request that creates many, each with the id that it will have. Checks
/// the request first, then whether the caller may send it.
pub(crate) fn items_to_create<R: Record>(
    account: &mut Account,
    request: &ApiRequest<'_>,
    too_many: ApiError,
) -> Result<Vec<ItemToCreate<R>>, ApiError> {
    let roots = request.roots(too_many)?;
    let new = roots
        .iter()
        .map(Attributes::changes::<R>)
        .collect::<Result<Vec<_>, _>>()?;
    request.authorize(account, Subject::Account)?;
    let ids = account.draw_ids_for_job(new.len());
    Ok(ids.into_iter().zip(new).collect())
}

/// Queues a job and returns the reply with it, for every bulk operation. Returns an error if there
/// are too many jobs already.
pub(crate) fn job_queued(
    account: &mut Account,
    request: &ApiRequest<'_>,
    task: Arc<dyn Task>,
) -> ApiResult {
    if request.answers.is_other(OpenQuestion::ItemsBeyondTheRole) {
        for index in 0..task.total() {
            task.check_role(index, account)?;
        }
    }
    let unfinished = || account.jobs.unfinished_statuses();
    if account
        .rules
        .job_limit
        .is_some_and(|limit| unfinished().count() >= limit)
    {
        let current = unfinished().map(|job| job.id.to_string()).collect();
        return Err(ApiError::TooManyJobs {
            job_type: task.words().job_type,
            current,
        });
    }
    let limit = account.rules.job_limit.unwrap_or(JOB_LIMIT);
    let job = account.queue_job(task);
    let remaining = limit.saturating_sub(account.jobs.unfinished_statuses().count());
    let in_flight = format!("total={limit}; remaining={remaining}; resets=60");
    Ok(
        Reply::json(JsonObject::new().field("job_status", &JobBody::new(request, &job))).header(
            HeaderName::from_static("zendesk-ratelimit-inflight-jobs"),
            header_value(in_flight),
        ),
    )
}

fn bodies<'a>(request: &'a ApiRequest<'_>, jobs: &'a [Arc<Job>]) -> Vec<JobBody<'a>> {
    jobs.iter().map(|job| JobBody::new(request, job)).collect()
}

/// Returns the keys of [`JobBody`].
fn job_shape() -> Shape {
    // Each kind of job shows some of these of an item.
    let texts = [
        "action",
        "status",
        "error",
        "details",
        "email",
        "external_id",
        "type",
    ];
    let result = ["id", "index"]
        .map(|name| (name, Schema::Integer))
        .into_iter()
        .chain(texts.map(|name| (name, Schema::Text)))
        .chain([("success", Schema::Boolean)]);
    Shape::new(
        "job_status",
        "job_status",
        PATH,
        vec![
            Key::new("id", Schema::Text),
            Key::new("job_type", Schema::Text),
            Key::new("url", Schema::Url),
            Key::new("total", Schema::Integer),
            Key::new("progress", Schema::Integer.or_null()),
            Key::new("status", Schema::Words(STATES.to_vec())),
            Key::new("message", Schema::Text.or_null()),
            Key::new("results", Schema::of_optional(result).list().or_null()),
        ],
    )
}

/// Returns the keys of the reply to a request that queues a job.
pub(crate) fn job_keys() -> Vec<Key> {
    vec![Key::new("job_status", Schema::Record(job_shape))]
}

/// Returns the keys of a reply with several jobs that is not a page of a list.
fn jobs_keys() -> Vec<Key> {
    vec![Key::new(PATH, Schema::Record(job_shape).list())]
}

/// A job on the wire, with Zendesk's order of keys.
#[derive(Serialize)]
struct JobBody<'a> {
    id: &'a str,
    job_type: &'static str,
    url: ResourceUrl<'a, &'a str>,
    total: usize,
    progress: Option<usize>,
    status: JobState,
    message: Option<String>,
    results: Option<&'a [ItemResult]>,
}

impl<'a> JobBody<'a> {
    fn new(request: &'a ApiRequest<'_>, job: &'a Job) -> Self {
        Self {
            id: &job.id,
            job_type: job.task.words().job_type,
            url: request.url(PATH, &job.id),
            total: job.task.total(),
            progress: progress(job.state(), job.done()),
            status: job.state(),
            message: job.message(),
            results: job.shown_results(),
        }
    }
}

impl Serialize for JobStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = JobBody {
            id: &self.id,
            job_type: self.job_type,
            url: ResourceUrl {
                base: "",
                below: None,
                resource: PATH,
                id: &self.id,
            },
            total: self.total,
            progress: progress(self.state, self.progress),
            status: self.state,
            message: self.message.clone(),
            results: self.results.as_deref(),
        };
        body.serialize(serializer)
    }
}

/// Returns the shown progress. A queued job does not show any.
fn progress(state: JobState, done: usize) -> Option<usize> {
    (state != JobState::Queued).then_some(done)
}
