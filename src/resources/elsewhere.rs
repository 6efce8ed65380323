//! Endpoints that the double does not implement. All of them get the same reply as an endpoint that
//! does not exist; the report to the test differs.

use crate::api::path::Template;

/// Paths that clients might expect. Zendesk does not have these endpoints.
pub(crate) static NOWHERE: &[&str] = &[
    "/api/v2/incremental/organization_memberships",
    "/api/v2/incremental/organizations/cursor",
    "/api/v2/incremental/requests",
    "/api/v2/organization_memberships/count",
    "/api/v2/organization_memberships/create_or_update",
    "/api/v2/organization_memberships/show_many",
];

/// Zendesk endpoints with a word where the double's routes have an id. It would be wrong to report
/// the word as a bad id.
pub(crate) static NO_IDS: &[&str] = &[
    "/api/v2/tickets/count",
    "/api/v2/tickets/destroy_many",
    "/api/v2/tickets/recent",
    "/api/v2/tickets/show_many",
    "/api/v2/tickets/update_many",
];

/// The Zendesk endpoints that clients of memberships, users, organizations and tickets use most,
/// below `/api/v2/`: <https://developer.zendesk.com/api-reference/ticketing/introduction/>
static ELSEWHERE: &[&str] = &[
    "account/settings",
    "activities",
    "attachments/{id}",
    "audit_logs",
    "automations",
    "brands",
    "brands/{id}",
    "deleted_tickets",
    "end_users/{id}",
    "imports/tickets",
    "imports/tickets/create_many",
    "incremental/ticket_events",
    "incremental/ticket_events/sample",
    "locales",
    "macros",
    "oauth/clients",
    "oauth/tokens",
    "requests",
    "requests/{id}",
    "satisfaction_ratings",
    "sessions",
    "suspended_tickets",
    "tags",
    "ticket_audits",
    "ticket_fields",
    "ticket_fields/{id}",
    "ticket_forms",
    "ticket_metrics",
    "tickets/{id}/audits",
    "tickets/{id}/collaborators",
    "tickets/{id}/comments",
    "tickets/{id}/followers",
    "tickets/{id}/incidents",
    "tickets/{id}/mark_as_spam",
    "tickets/{id}/merge",
    "tickets/{id}/metrics",
    "tickets/{id}/related",
    "tickets/{id}/tags",
    "tickets/create_many",
    "triggers",
    "uploads",
    "users/{id}/sessions",
    "users/{id}/tickets/assigned",
    "users/{id}/tickets/ccd",
    "views",
    "views/{id}",
    "webhooks",
];

/// Returns whether Zendesk has an endpoint with this path and the double does not implement it.
pub(crate) fn is_elsewhere(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("/api/v2/") else {
        return false;
    };
    let segments: Vec<&str> = rest.split('/').collect();
    NO_IDS.contains(&path)
        || ELSEWHERE
            .iter()
            .any(|template| Template::new(template).could_be(&segments))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::operation::Operation;

    #[test]
    fn no_endpoint_of_the_double_is_called_one_that_it_has_not() {
        for path in ELSEWHERE
            .iter()
            .map(|path| format!("/api/v2/{path}"))
            .chain(NO_IDS.iter().map(|path| (*path).to_owned()))
        {
            let blank = |path: &str| {
                path.split('/')
                    .map(|part| if part.starts_with('{') { "{}" } else { part })
                    .collect::<Vec<_>>()
                    .join("/")
            };
            let operation =
                Operation::all().find(|operation| blank(operation.path()) == blank(&path));
            assert!(
                operation.is_none(),
                "{path} is in the registry now: take it out of this file"
            );
        }
    }
}
