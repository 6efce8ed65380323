//! What a membership shows that it does not keep: its place among the user's, and what it takes
//! from the organization.

use crate::base::ids::MembershipId;
use crate::base::settings::NonDefaultValue;
use crate::base::value::Shown;
use crate::resources::account::Account;
use crate::resources::organizations::model::Organization;
use crate::resources::shown::{Show, Sideload};
use crate::resources::users::model::User;

use super::model::{Membership, MembershipDerived};

impl Show for Membership {
    const ONE: &'static str = "organization_membership";
    const MANY: &'static str = "organization_memberships";

    const SIDELOADS: &'static [Sideload<Self>] = &[
        Sideload::of::<User>(|_, membership| vec![membership.user_id.get()]),
        Sideload::of::<Organization>(|_, membership| vec![membership.organization_id.get()]),
    ];

    fn find(account: &Account, id: MembershipId) -> Option<&Self> {
        account.memberships.get(id)
    }

    fn derived<'a>(
        &'a self,
        account: &'a Account,
    ) -> impl Fn(MembershipDerived) -> Option<Shown<'a>> {
        let view = account.view_membership(self);
        move |attribute| {
            Some(match attribute {
                MembershipDerived::Default => match (view.default, account.rules.non_default) {
                    (true, _) => Shown::Bool(true),
                    (false, NonDefaultValue::Null) => Shown::Null,
                    (false, NonDefaultValue::False) => Shown::Bool(false),
                },
                MembershipDerived::OrganizationName => Shown::Text(view.organization_name),
                MembershipDerived::ViewTickets => Shown::Bool(view.view_tickets),
            })
        }
    }
}
