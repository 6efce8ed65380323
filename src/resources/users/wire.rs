//! What a user looks like on the wire: forty keys, in Zendesk's order.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::api::request::ApiRequest;
use crate::api::url::ResourceUrl;
use crate::base::ids::{OrganizationId, UserId};
use crate::base::time::Timestamp;

use super::model::{Role, TicketRestriction, User};

pub(super) fn url<'a>(request: &'a ApiRequest<'_>, id: UserId) -> ResourceUrl<'a> {
    request.url("users", id.get())
}

/// The double knows nothing of photos, locales or custom roles: those keys say the same of every user.
#[derive(Debug, Serialize)]
pub(crate) struct UserBody<'a> {
    id: UserId,
    url: ResourceUrl<'a>,
    name: &'a str,
    email: Option<&'a str>,
    created_at: Timestamp,
    updated_at: Timestamp,
    time_zone: &'a str,
    iana_time_zone: &'a str,
    phone: Option<&'a str>,
    shared_phone_number: Option<bool>,
    photo: Option<()>,
    locale_id: u64,
    locale: &'a str,
    organization_id: Option<OrganizationId>,
    role: Role,
    verified: bool,
    /// Only `users/me` has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    authenticity_token: Option<&'a str>,
    external_id: Option<&'a str>,
    tags: &'a [String],
    alias: Option<&'a str>,
    active: bool,
    shared: bool,
    shared_agent: bool,
    last_login_at: Option<Timestamp>,
    two_factor_auth_enabled: Option<bool>,
    signature: Option<&'a str>,
    details: Option<&'a str>,
    notes: Option<&'a str>,
    role_type: Option<u64>,
    custom_role_id: Option<u64>,
    moderator: bool,
    ticket_restriction: Option<TicketRestriction>,
    only_private_comments: bool,
    restricted_agent: bool,
    suspended: bool,
    default_group_id: Option<u64>,
    report_csv: bool,
    user_fields: BTreeMap<&'a str, ()>,
}

impl<'a> UserBody<'a> {
    pub(crate) fn new(request: &'a ApiRequest<'_>, user: &'a User) -> Self {
        let is_admin = user.role == Role::Admin;
        Self {
            id: user.id,
            url: url(request, user.id),
            name: &user.name,
            email: user.email.as_deref(),
            created_at: user.created_at,
            updated_at: user.updated_at,
            time_zone: &user.time_zone,
            iana_time_zone: &user.time_zone,
            phone: user.phone.as_deref(),
            shared_phone_number: None,
            photo: None,
            locale_id: 1,
            locale: "en-US",
            organization_id: user.organization_id,
            role: user.role,
            verified: user.verified,
            authenticity_token: None,
            external_id: user.external_id.as_deref(),
            tags: &user.tags,
            alias: user.alias.as_deref(),
            active: user.active,
            shared: false,
            shared_agent: false,
            last_login_at: None,
            // Null of admins, false of end users, as recorded.
            two_factor_auth_enabled: if is_admin { None } else { Some(false) },
            signature: user.signature.as_deref(),
            details: user.details.as_deref(),
            notes: user.notes.as_deref(),
            role_type: is_admin.then_some(4),
            custom_role_id: None,
            moderator: is_admin,
            ticket_restriction: user.ticket_restriction,
            only_private_comments: user.only_private_comments,
            restricted_agent: !is_admin,
            suspended: user.suspended,
            default_group_id: None,
            report_csv: is_admin,
            user_fields: BTreeMap::new(),
        }
    }

    /// The user as `users/me` shows it.
    pub(crate) fn of_caller(request: &'a ApiRequest<'_>, user: &'a User) -> Self {
        Self { authenticity_token: Some("mock-zendesk-authenticity-token"), ..Self::new(request, user) }
    }
}

/// What `users/me` shows to somebody who is nobody.
#[derive(Debug, Serialize)]
pub(crate) struct AnonymousBody {
    id: Option<UserId>,
    name: &'static str,
    email: &'static str,
    role: Role,
    active: bool,
    organization_id: Option<OrganizationId>,
}

impl AnonymousBody {
    pub(crate) fn new() -> Self {
        Self {
            id: None,
            name: "Anonymous user",
            email: "invalid@example.com",
            role: Role::EndUser,
            active: true,
            organization_id: None,
        }
    }
}
