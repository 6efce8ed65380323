//! Mistakes that show in what a call changed, or only in several calls together. A hint that a
//! later call makes pointless is left out: the program knew what it did.

use serde_json::Value;

use crate::api::endpoint_limit::EndpointLimitForm;
use crate::api::error::ApiError;
use crate::api::path::plain;
use crate::api::query::Query;
use crate::base::effect::{Effect, Named};
use crate::base::folded::folded;
use crate::base::ids::Kind;
use crate::resources::organizations::api as organizations;
use crate::resources::users::api as users;

use super::around::{Around, has_succeeded};
use super::call::{Call, CallReply};
use super::exports_seen::hints_of_exports;
use super::hint::Hint;
use super::merges_seen::{merge_is_no_job, merge_not_complete, waits_for_tickets};
use super::searches::{first_result_taken, search_lags};

/// The number of calls, counted from the last one, that are compared with the others. It keeps the
/// text of a long run quick.
const MAX_CANDIDATES: usize = 1_000;

/// The number of items of a job: positions in its results are smaller, and ids are larger.
const MAX_ITEMS: u64 = 100;

/// The mistakes that these calls look like, each with the call that made it.
pub(super) fn hints_together(calls: &[&Call], clock_stands_still: bool) -> Vec<(u64, Hint)> {
    let checks = [
        secondary_address_added,
        other_organizations_left,
        other_domains_lost,
        updated_too_often,
        position_taken_for_id,
        autocomplete_skips_name,
        waits_for_tickets,
        merge_is_no_job,
        merge_not_complete,
        search_lags,
        first_result_taken,
    ];
    let is_about_these = |(_, call): &(usize, &&Call)| {
        let path = call.path();
        path.starts_with("/api/v2/users")
            || path.starts_with("/api/v2/organization")
            || path.starts_with("/api/v2/job_statuses/")
    };
    let mut hints = hints_of_exports(calls, clock_stands_still);
    let candidates = calls.iter().enumerate().rev().filter(is_about_these);
    for (index, call) in candidates.take(MAX_CANDIDATES) {
        let around = Around {
            call,
            earlier: &calls[..index],
            later: &calls[index + 1..],
        };
        let found = checks.iter().filter_map(|check| check(&around));
        hints.extend(found.map(|hint| (call.ordinal(), hint)));
    }
    hints.sort_by_key(|(ordinal, _)| *ordinal);
    hints
}

/// Another `email` does not replace the present one.
fn secondary_address_added(around: &Around<'_>) -> Option<Hint> {
    if !around.has_updated_user() {
        return None;
    }
    let mut effects = around.call.plain_effects();
    let user = effects.find_map(|effect| is_created(effect, Kind::Identity)?.first())?;
    let sent = around.call.body_json()?;
    // A phone number can be the new identity as well.
    if sent["user"].get("phone").is_some() {
        return None;
    }
    let added = sent["user"]["email"].as_str()?;
    let reply: Value = serde_json::from_slice(around.call.reply()?.body()).ok()?;
    let email = reply["user"]["email"].as_str()?;
    let identities = format!("/{}/identities", user.id);
    let knows = around
        .later
        .iter()
        .any(|call| call.path().contains(&identities));
    (!knows && folded(added) != folded(email)).then(|| Hint::SecondaryAddressAdded {
        added: added.to_owned(),
        user: user.to_string(),
        email: email.to_owned(),
    })
}

/// `domain_names` with a new domain, and without those that the organization had.
fn other_domains_lost(around: &Around<'_>) -> Option<Hint> {
    let mut effects = around.call.plain_effects();
    let (organization, lost) = effects.find_map(|effect| match effect {
        // To replace all by other ones, or to remove some, is no mistake.
        Effect::DomainsLost {
            organization,
            lost,
            gained,
        } if !gained.is_empty() => Some((organization, lost)),
        _ => None,
    })?;
    let sends_domains = |call: &&Call| {
        let of_it = call.plain_effects();
        let mut updated = of_it.filter(|effect| matches!(effect, Effect::Updated { .. }));
        let body = call.body_json();
        body.is_some_and(|body| body["organization"].get("domain_names").is_some())
            && updated.any(|effect| effect.concerns(organization.record()))
    };
    let is_meant = around.later.iter().any(sends_domains);
    (!is_meant).then(|| Hint::OtherDomainsLost {
        organization: organization.to_string(),
        lost: lost.clone(),
    })
}

/// `organization_id` of an organization that the user is in, and the others are left.
fn other_organizations_left(around: &Around<'_>) -> Option<Hint> {
    if !around.has_updated_user() {
        return None;
    }
    let left = around.call.plain_effects().filter_map(|effect| {
        let Effect::Deleted { record, connects } = effect else {
            return None;
        };
        (record.kind == Kind::OrganizationMembership).then(|| connects.first())?
    });
    let left: Vec<&Named> = left.collect();
    let user = *left.first()?;
    let sent = around.call.body_json()?;
    let names_one =
        sent["user"]["organization_id"].is_u64() || sent["user"]["organization_id"].is_string();
    let names_all = sent["user"].get("organization_ids").is_some();
    let joins = |call: &Call| {
        let mut effects = call.plain_effects();
        effects.any(|effect| {
            let connects = is_created(effect, Kind::OrganizationMembership);
            connects.is_some_and(|connects| connects.first().is_some_and(|who| who.id == user.id))
        })
    };
    // To move somebody from one organization to another is no mistake.
    let is_meant = names_all || joins(around.call) || around.later.iter().any(|call| joins(call));
    (names_one && !is_meant).then(|| Hint::OtherOrganizationsLeft {
        user: user.to_string(),
        left: left.len(),
    })
}

/// The limit of updates of one user, where the program did not try again.
fn updated_too_often(around: &Around<'_>) -> Option<Hint> {
    let call = around.call;
    let limited = ApiError::EndpointLimited {
        retry_after: 0,
        form: EndpointLimitForm::TextAboutUser,
    };
    let is_of_users = [users::UPDATE, users::CREATE_OR_UPDATE]
        .map(Some)
        .contains(&call.operation());
    let error = call.received().error.as_deref();
    if !is_of_users || call.fault().is_some() || error != Some(limited.summary().as_str()) {
        return None;
    }
    let is_again = |later: &&&Call| {
        (later.method(), later.path()) == (call.method(), call.path())
            && (call.operation() == Some(users::UPDATE) || later.body() == call.body())
    };
    let has_waited = around
        .later
        .iter()
        .filter(is_again)
        .any(|later| has_succeeded(later));
    let seconds = call.reply()?.header("retry-after")?.parse().ok()?;
    (!has_waited).then_some(Hint::UpdatedTooOften { seconds })
}

/// The number of a failed item in a job's results, sent as the id of a user.
fn position_taken_for_id(around: &Around<'_>) -> Option<Hint> {
    let operation = around.call.operation()?;
    let template = operation
        .path()
        .split('/')
        .zip(plain(around.call.path()).split('/'));
    let id = template
        .filter(|(name, _)| *name == "{user_id}")
        .find_map(|(_, id)| id.parse().ok())
        .filter(|id: &u64| *id < MAX_ITEMS)?;
    around.call.not_found()?;
    let mut replies = around.earlier.iter().rev().filter_map(|call| call.reply());
    let job = replies.find_map(|reply| job_with_failed_user(reply, id))?;
    Some(Hint::PositionTakenForId {
        place: "user_id",
        id,
        job,
    })
}

/// The job of users in a reply that has a failed item with this number.
fn job_with_failed_user(reply: &CallReply, number: u64) -> Option<String> {
    if !reply.body().starts_with(b"{\"job_status") {
        return None;
    }
    let body: Value = serde_json::from_slice(reply.body()).ok()?;
    let list = body.get("job_statuses").and_then(Value::as_array);
    let mut all = body
        .get("job_status")
        .into_iter()
        .chain(list.into_iter().flatten());
    let has_it = |job: &&Value| {
        let results = job["results"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let of_users = job["job_type"]
            .as_str()
            .is_some_and(|what| what.ends_with(" User"));
        let is_it =
            |result: &Value| result.get("error").is_some() && result["id"].as_u64() == Some(number);
        of_users && results.iter().any(is_it)
    };
    let job = all.find(has_it)?;
    Some(job["id"].as_str()?.to_owned())
}

/// A name that autocomplete never finds, and that is taken.
fn autocomplete_skips_name(around: &Around<'_>) -> Option<Hint> {
    let operation = around.call.operation()?;
    let creates = [organizations::CREATE, organizations::CREATE_OR_UPDATE].contains(&operation);
    if !creates || !around.call.is_refused() || around.later.iter().any(|call| has_searched(call)) {
        return None;
    }
    let sent = around.call.body_json()?;
    let name = sent["organization"]["name"].as_str()?.trim();
    if name.chars().next().is_none_or(char::is_alphanumeric) {
        return None;
    }
    let has_asked = |call: &&&Call| {
        let asked = completed_name(call);
        has_succeeded(call) && asked.is_some_and(|asked| folded(&asked) == folded(name))
    };
    let asked = around.earlier.iter().rev().find(has_asked)?;
    Some(Hint::AutocompleteSkips {
        name: name.to_owned(),
        asked_by: asked.ordinal(),
    })
}

/// The name that a call asked autocomplete for.
fn completed_name(call: &Call) -> Option<String> {
    let operation = call.operation()?;
    if ![
        organizations::AUTOCOMPLETE,
        organizations::AUTOCOMPLETE_BY_POST,
    ]
    .contains(&operation)
    {
        return None;
    }
    let in_query = Query::parse(call.query()).get("name").map(str::to_owned);
    in_query.or_else(|| Some(call.body_json()?["name"].as_str()?.to_owned()))
}

fn has_searched(call: &Call) -> bool {
    call.operation() == Some(organizations::SEARCH)
}

/// What a new record of this kind connects.
fn is_created(effect: &Effect, kind: Kind) -> Option<&[Named]> {
    match effect {
        Effect::Created {
            record, connects, ..
        } if record.kind == kind => Some(connects),
        _ => None,
    }
}
