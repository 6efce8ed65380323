//! What lists and exports of tickets can include.

/// The values of `include` that Zendesk supports and the double does not implement.
pub(super) const LACKING_SIDELOADS: &[&str] = &[
    "comment_count",
    "dates",
    "groups",
    "incident_counts",
    "last_audits",
    "metric_events",
    "metric_sets",
    "organizations",
    "sharing_agreements",
    "slas",
    "ticket_forms",
    "users",
];
