//! [`Handler`]: the function that answers the requests to an operation.

use crate::api::reply::ApiResult;
use crate::api::request::ApiRequest;

use super::account::Account;

/// The function that answers the requests to an operation. The order of the `?`s in it is the order
/// of precedence of its errors.
pub(crate) type Handler = fn(&mut Account, &ApiRequest<'_>) -> ApiResult;
