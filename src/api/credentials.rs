//! [`Credentials`]: what a client authenticates with, and whom the account accepts.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::api::error::ApiError;
use crate::api::operation::Operation;

/// The credentials of a client of the API.
///
/// <https://developer.zendesk.com/api-reference/introduction/security-and-auth/>
///
/// ```
/// use mock_zendesk::Credentials;
///
/// let credentials = Credentials::api_token("ada@example.com", "s3cret");
/// assert_eq!(credentials.username(), "ada@example.com/token");
/// assert_eq!(credentials.secret(), "s3cret");
/// assert_eq!(credentials.authorization(), "Basic YWRhQGV4YW1wbGUuY29tL3Rva2VuOnMzY3JldA==");
/// // The secret is never printed.
/// assert_eq!(format!("{credentials:?}"), r#"Credentials(token of "ada@example.com")"#);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub(crate) kind: Kind,
    /// The e-mail address of the user. Empty for an OAuth token without a known user.
    pub(crate) email: String,
    secret: String,
    /// The scopes of an OAuth token. `None` means that there are no restrictions.
    scopes: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Token,
    Password,
    OAuth,
}

impl Credentials {
    /// Returns credentials with an API token: `Authorization: Basic
    /// base64("{email}/token:{token}")`.
    #[must_use]
    pub fn api_token(email: impl Into<String>, token: impl Into<String>) -> Self {
        Self {
            kind: Kind::Token,
            email: email.into(),
            secret: token.into(),
            scopes: None,
        }
    }

    /// Returns credentials with a password: `Authorization: Basic base64("{email}:{password}")`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let credentials = Credentials::basic("ada@example.com", "s3cret");
    /// assert_eq!(credentials.username(), "ada@example.com");
    /// # }
    /// ```
    #[must_use]
    pub fn basic(email: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            kind: Kind::Password,
            email: email.into(),
            secret: password.into(),
            scopes: None,
        }
    }

    /// Returns credentials with an OAuth access token: `Authorization: Bearer {token}`. By default,
    /// the caller is the account's owner, and the token is valid for everything.
    /// [`Credentials::for_user`] and [`Credentials::scopes`] change that.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// assert_eq!(Credentials::oauth("s3cret").authorization(), "Bearer s3cret");
    /// # }
    /// ```
    #[must_use]
    pub fn oauth(token: impl Into<String>) -> Self {
        Self {
            kind: Kind::OAuth,
            email: String::new(),
            secret: token.into(),
            scopes: None,
        }
    }

    /// Returns the same credentials for the user with this e-mail address. An OAuth token by itself
    /// does not name a user.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let owner = Credentials::api_token("owner@example.com", "s3cret");
    /// let reader = Credentials::oauth("0ther").for_user("grace@example.com").scopes(["read"]);
    /// let zendesk = MockZendesk::builder().credentials(owner).credentials(reader).start().await;
    /// zendesk.seed().user(users::NewUser::new("Grace").email("grace@example.com").role(users::Role::Agent));
    /// // A request with the other token now comes from Grace, an agent. It may only read.
    /// # }
    /// ```
    #[must_use]
    pub fn for_user(self, email: impl Into<String>) -> Self {
        Self {
            email: email.into(),
            ..self
        }
    }

    /// Returns the same credentials, restricted to these scopes: `read`, `write`, or a scope of one
    /// resource, such as `organizations:read`. A request without the required scope gets 403.
    #[must_use]
    pub fn scopes<S: Into<String>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        Self {
            scopes: Some(scopes.into_iter().map(Into::into).collect()),
            ..self
        }
    }

    /// Returns the e-mail address of the user. Empty for an OAuth token without a known user.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.email
    }

    /// Returns the user name for basic authentication: the e-mail address, with `/token` after it
    /// for an API token.
    #[must_use]
    pub fn username(&self) -> String {
        match self.kind {
            Kind::Token => format!("{}/token", self.email),
            Kind::Password | Kind::OAuth => self.email.clone(),
        }
    }

    /// Returns the password for basic authentication, or the token.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Returns the value of the `Authorization` header.
    #[must_use]
    pub fn authorization(&self) -> String {
        match self.kind {
            Kind::Token | Kind::Password => {
                format!(
                    "Basic {}",
                    STANDARD.encode(format!("{}:{}", self.username(), self.secret))
                )
            }
            Kind::OAuth => format!("Bearer {}", self.secret),
        }
    }

    /// Returns what may be printed of the credentials: the scheme, and the user if they name one.
    pub(crate) fn shown(&self) -> String {
        match self.kind {
            // A user name that is not an e-mail address may be the secret in the wrong place.
            Kind::Token | Kind::Password if !self.email.contains('@') => {
                "Basic, with a user that is no e-mail address".to_owned()
            }
            Kind::Token | Kind::Password => format!("Basic {}", self.username()),
            Kind::OAuth => "Bearer".to_owned(),
        }
    }

    /// Returns what may be printed of an `Authorization` header.
    pub(crate) fn describe(authorization: &str) -> String {
        match Self::parse(authorization) {
            Some(credentials) => credentials.shown(),
            None => {
                let (scheme, value) = authorization.split_once(' ').unwrap_or((authorization, ""));
                let text = match scheme.to_lowercase().as_str() {
                    "basic" if value.trim().is_empty() => "Basic without a value",
                    "basic" => "Basic with a value that is not base64 of user:secret",
                    "bearer" => "Bearer without a token",
                    _ => "an Authorization header that is neither Basic nor Bearer",
                };
                text.to_owned()
            }
        }
    }

    /// Parses an `Authorization` header. Returns `None` if Zendesk does not understand it.
    pub(crate) fn parse(authorization: &str) -> Option<Self> {
        let (scheme, value) = authorization.split_once(' ')?;
        let value = value.trim();
        if scheme.eq_ignore_ascii_case("bearer") && !value.is_empty() {
            return Some(Self::oauth(value));
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
        let (username, secret) = decoded.split_once(':')?;
        match username.strip_suffix("/token") {
            Some(email) => Some(Self::api_token(email, secret)),
            None => Some(Self::basic(username, secret)),
        }
    }

    /// Returns whether these are the same credentials. E-mail addresses are compared without case.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        // An OAuth token alone identifies the user.
        let same_user = self.kind == Kind::OAuth || self.email.eq_ignore_ascii_case(&other.email);
        self.kind == other.kind && self.secret == other.secret && same_user
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Token => write!(f, "Credentials(token of {:?})", self.email),
            Kind::Password => write!(f, "Credentials(password of {:?})", self.email),
            Kind::OAuth => f.write_str("Credentials(OAuth token)"),
        }
    }
}

impl Credentials {
    /// Checks the OAuth scope. GET requires `read`, all other methods require `write`, each for
    /// everything or for one resource.
    /// <https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/#scopes>
    pub(crate) fn check_scope(&self, operation: Operation) -> Result<(), ApiError> {
        let Some(scopes) = &self.scopes else {
            return Ok(());
        };
        let needed = if operation.method() == "GET" {
            "read"
        } else {
            "write"
        };
        let resource = operation.scope();
        let suffices =
            |scope: &String| *scope == needed || *scope == format!("{resource}:{needed}");
        if scopes.iter().any(suffices) {
            Ok(())
        } else {
            Err(ApiError::MissingScope(needed))
        }
    }
}
