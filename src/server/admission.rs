//! [`Admission`]: whom the account accepts, and as which user.

use crate::api::credentials::{Credentials, Kind};
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation};
use crate::api::request::Caller;
use crate::base::open_question::OpenQuestion;
use crate::calls::Secrets;
use crate::resources::account::Account;

/// The callers that the account accepts.
#[derive(Clone, Debug)]
pub(crate) enum Admission {
    /// Callers with any credentials.
    AnyCredentials,
    /// Only callers with one of these credentials.
    Only(Vec<Credentials>),
}

impl Admission {
    /// Returns why a caller is not accepted, as a text without secrets: what the request sent, and
    /// what the account accepts.
    pub(crate) fn explain(&self, authorization: Option<&str>, account: &Account) -> String {
        let shown = authorization.and_then(Credentials::parse);
        let described =
            authorization.map_or_else(|| "no credentials".to_owned(), Credentials::describe);
        let sent = format!("the request sent {described}");
        // An OAuth token by itself does not say whose it is.
        let acting = match (self, &shown) {
            (Self::Only(known), Some(shown)) => known.iter().find(|known| known.matches(shown)),
            (Self::AnyCredentials, _) | (_, None) => None,
        };
        let acting = acting
            .or(shown.as_ref())
            .map(|acting| acting.email.as_str());
        let user = acting.and_then(|email| account.user_with_email(email));
        if user.is_some_and(|user| user.suspended) {
            return format!("{sent}, and this user is suspended");
        }
        if acting.is_some_and(|email| account.identities.is_abandoned(email)) {
            return format!("{sent}, and no user has this e-mail address any more");
        }
        let Self::Only(known) = self else {
            return format!(
                "{sent}; the account accepts any Basic or Bearer credentials, such as zendesk.authorization()"
            );
        };
        let list: Vec<String> = known.iter().map(Credentials::shown).collect();
        let accepted = format!("the account accepts {}", list.join(", "));
        let Some(shown) = shown else {
            return format!("{sent}; {accepted}");
        };
        let same_user = |other: &&Credentials| match (shown.kind, other.kind) {
            // The token alone says who it is.
            (Kind::OAuth, Kind::OAuth) => true,
            (Kind::OAuth, _) | (_, Kind::OAuth) => false,
            _ => other.email.eq_ignore_ascii_case(&shown.email),
        };
        match known.iter().find(same_user) {
            Some(other) if other.kind == shown.kind => {
                let secret = match shown.kind {
                    Kind::Token | Kind::OAuth => "token",
                    Kind::Password => "password",
                };
                format!("{sent} with another {secret} than the account accepts")
            }
            Some(Credentials {
                kind: Kind::Token, ..
            }) => format!("{sent}; {accepted}: \"/token\" is missing after the e-mail address"),
            _ => format!("{sent}; {accepted}"),
        }
    }

    /// Returns credentials of the user with this e-mail address, or `None` if none are accepted.
    pub(crate) fn credentials_of(&self, email: &str) -> Option<Credentials> {
        match self {
            Self::AnyCredentials => Some(Credentials::api_token(email, "token")),
            Self::Only(known) => known
                .iter()
                .find(|known| known.email.eq_ignore_ascii_case(email))
                .cloned(),
        }
    }

    /// Returns the secrets that must not be printed.
    pub(crate) fn secrets(&self) -> Secrets {
        match self {
            Self::AnyCredentials => Secrets::default(),
            Self::Only(known) => Secrets::of(known),
        }
    }

    /// Determines the caller.
    pub(crate) fn caller(
        &self,
        authorization: Option<&str>,
        operation: Operation,
        account: &Account,
    ) -> Result<Caller, ApiError> {
        let anonymous = match operation.allowed_for() {
            AllowedFor::Anybody => Ok(Caller::Anonymous),
            _ => Err(ApiError::NotAuthenticated),
        };
        let Some(authorization) = authorization else {
            return anonymous;
        };
        let Some(shown) = Credentials::parse(authorization) else {
            return Err(ApiError::NotAuthenticated);
        };
        let credentials = match self {
            Self::AnyCredentials => &shown,
            Self::Only(all) => match all.iter().find(|known| known.matches(&shown)) {
                Some(known) => known,
                // A wrong password counts as no credentials. A wrong token is an error everywhere.
                None if shown.kind == Kind::Password => return anonymous,
                None if account.rules.is_other(OpenQuestion::WrongTokenOnUsersMe) => {
                    return anonymous;
                }
                None => return Err(ApiError::NotAuthenticated),
            },
        };
        let caller = match account.user_with_email(&credentials.email) {
            Some(user) if user.suspended => {
                let is_forbidden = account.rules.is_other(OpenQuestion::SuspendedCaller);
                return Err(match is_forbidden {
                    true => ApiError::Forbidden,
                    false => ApiError::NotAuthenticated,
                });
            }
            Some(user) => Caller::User(user.id),
            // An address that was given up must not give the rights of the owner.
            None if account.identities.is_abandoned(&credentials.email) => {
                return Err(ApiError::NotAuthenticated);
            }
            None => Caller::User(account.owner),
        };
        credentials.check_scope(operation)?;
        Ok(caller)
    }
}
