//! Endpoints that the double does not have. They answer as if they did not exist; what is told of them is where they differ.

/// Words that clients take for endpoints of memberships. Zendesk has none of them.
pub(crate) static NOWHERE: &[&str] = &[
    "/api/v2/organization_memberships/count",
    "/api/v2/organization_memberships/create_or_update",
    "/api/v2/organization_memberships/show_many",
];

/// Endpoints of Zendesk's with a word where the double's routes have an id. Taking the word for a bad id would be a lie.
pub(crate) static NO_IDS: &[&str] = &[
    "/api/v2/organizations/autocomplete",
    "/api/v2/organizations/count",
    "/api/v2/organizations/create_or_update",
    "/api/v2/organizations/destroy_many",
    "/api/v2/organizations/search",
    "/api/v2/organizations/update_many",
    "/api/v2/tickets/count",
    "/api/v2/tickets/destroy_many",
    "/api/v2/tickets/recent",
    "/api/v2/tickets/show_many",
    "/api/v2/tickets/update_many",
    "/api/v2/users/autocomplete",
    "/api/v2/users/count",
    "/api/v2/users/create_or_update",
    "/api/v2/users/destroy_many",
    "/api/v2/users/search",
    "/api/v2/users/update_many",
];

/// The endpoints of Zendesk's that clients of memberships, users, organizations and tickets use most, below `/api/v2/`;
/// `*` stands for an id. <https://developer.zendesk.com/api-reference/ticketing/introduction/>
static ELSEWHERE: &[&str] = &[
    "account/settings",
    "activities",
    "attachments/*",
    "audit_logs",
    "automations",
    "brands",
    "brands/*",
    "custom_roles",
    "deleted_tickets",
    "deleted_users",
    "deleted_users/*",
    "end_users/*",
    "group_memberships",
    "group_memberships/*",
    "group_memberships/assignable",
    "group_memberships/create_many",
    "group_memberships/destroy_many",
    "groups",
    "groups/*",
    "groups/*/memberships",
    "groups/*/users",
    "groups/assignable",
    "imports/tickets",
    "imports/tickets/create_many",
    "incremental/organizations",
    "incremental/ticket_events",
    "incremental/tickets",
    "incremental/tickets/cursor",
    "incremental/users",
    "incremental/users/cursor",
    "locales",
    "macros",
    "oauth/clients",
    "oauth/tokens",
    "organization_fields",
    "organization_fields/*",
    "organization_merges/*",
    "organization_subscriptions",
    "organization_subscriptions/*",
    "organizations/*/merge",
    "organizations/*/related",
    "organizations/*/subscriptions",
    "organizations/*/tags",
    "organizations/create_many",
    "requests",
    "requests/*",
    "satisfaction_ratings",
    "search",
    "search/count",
    "search/export",
    "sessions",
    "suspended_tickets",
    "tags",
    "ticket_audits",
    "ticket_fields",
    "ticket_fields/*",
    "ticket_forms",
    "ticket_metrics",
    "tickets/*/audits",
    "tickets/*/collaborators",
    "tickets/*/comments",
    "tickets/*/followers",
    "tickets/*/incidents",
    "tickets/*/mark_as_spam",
    "tickets/*/merge",
    "tickets/*/metrics",
    "tickets/*/related",
    "tickets/*/tags",
    "tickets/create_many",
    "triggers",
    "uploads",
    "user_fields",
    "user_fields/*",
    "users/*/group_memberships",
    "users/*/groups",
    "users/*/identities",
    "users/*/identities/*",
    "users/*/identities/*/make_primary",
    "users/*/identities/*/verify",
    "users/*/merge",
    "users/*/organization_subscriptions",
    "users/*/password",
    "users/*/related",
    "users/*/sessions",
    "users/*/tags",
    "users/*/tickets/assigned",
    "users/*/tickets/ccd",
    "users/create_or_update_many",
    "views",
    "views/*",
    "webhooks",
];

/// Whether Zendesk has an endpoint with this path, which the double has not.
pub(crate) fn is_elsewhere(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("/api/v2/") else { return false };
    let is_path = |template: &str| {
        let (mut parts, mut segments) = (template.split('/'), rest.split('/'));
        loop {
            match (parts.next(), segments.next()) {
                (None, None) => return true,
                (Some("*"), Some(segment)) if segment.bytes().all(|byte| byte.is_ascii_digit()) => {}
                (Some(part), Some(segment)) if part == segment => {}
                _ => return false,
            }
        }
    };
    NO_IDS.contains(&path) || ELSEWHERE.iter().any(|template| is_path(template))
}
