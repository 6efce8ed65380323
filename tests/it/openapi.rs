//! The OpenAPI document: every reply that [`crate::api::Api`] receives is validated against it.

#[cfg(feature = "openapi")]
mod document;
#[cfg(feature = "openapi")]
mod needs;
#[cfg(feature = "openapi")]
mod validation;

#[cfg(feature = "openapi")]
pub(crate) use validation::check;

/// Checks nothing. Without the feature there is no document.
#[cfg(not(feature = "openapi"))]
pub(crate) fn check(_: &crate::api::Answer, _: &reqwest::Method, _: &reqwest::Url) {}
