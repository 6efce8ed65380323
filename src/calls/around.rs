//! [`Around`]: a call among the others, for mistakes that show only in several calls together.

use crate::base::effect::Effect;
use crate::base::ids::Kind;
use crate::resources::users::api as users;

use super::call::Call;

/// A call, and those around it.
pub(crate) struct Around<'a> {
    pub(crate) call: &'a Call,
    pub(crate) earlier: &'a [&'a Call],
    pub(crate) later: &'a [&'a Call],
}

impl Around<'_> {
    /// Whether it updated one user that was there.
    pub(super) fn has_updated_user(&self) -> bool {
        let is_update = self.call.operation() == Some(users::UPDATE);
        let is_upsert = self.call.operation() == Some(users::CREATE_OR_UPDATE);
        let created = |effect: &Effect| effect.creates(Kind::User);
        (is_update || is_upsert)
            && has_succeeded(self.call)
            && !self.call.plain_effects().any(created)
    }
}

/// Whether a call got its reply, which is no error.
pub(crate) fn has_succeeded(call: &Call) -> bool {
    let received = call.received();
    received.reply.is_some() && received.error.is_none() && received.fault.is_none()
}
