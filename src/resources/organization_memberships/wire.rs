//! The attributes that a membership shows but does not keep: whether it is the default, and what it
//! takes from the user and the organization.

use serde::{Serialize, Serializer};

use crate::base::ids::MembershipId;
use crate::base::open_question::{Answers, OpenQuestion};
use crate::base::schema::{Key, Schema};
use crate::base::value::Shown;
use crate::resources::account::Account;
use crate::resources::organizations::model::Organization;
use crate::resources::shown::{Show, Sideload, serialize};
use crate::resources::users::model::User;

use super::model::{Membership, MembershipDerived, OrganizationMembership};
use super::read::MembershipView;

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

    fn derived_key(name: &'static str, attribute: MembershipDerived) -> Option<Key> {
        Some(match attribute {
            // An account may show null in place of false.
            MembershipDerived::Default => Key::new(name, Schema::Boolean.or_null()),
            MembershipDerived::OrganizationName => Key::new(name, Schema::Text),
            MembershipDerived::ViewTickets => Key::new(name, Schema::Boolean),
        })
    }

    /// All of these attributes need the user and the organization.
    fn derived_alone(&self, _: MembershipDerived) -> Option<Shown<'_>> {
        None
    }

    fn derived<'a>(
        &'a self,
        account: &'a Account,
    ) -> impl Fn(MembershipDerived) -> Option<Shown<'a>> {
        let view = account.view_membership(self);
        move |attribute| Some(view.show(attribute, account.rules.answers))
    }
}

impl<'a> MembershipView<'a> {
    fn show(&self, attribute: MembershipDerived, answers: Answers) -> Shown<'a> {
        match attribute {
            MembershipDerived::Default if self.default => Shown::Bool(true),
            MembershipDerived::Default if answers.is_other(OpenQuestion::NonDefaultValue) => {
                Shown::Bool(false)
            }
            MembershipDerived::Default => Shown::Null,
            MembershipDerived::OrganizationName => Shown::Text(self.organization_name),
            MembershipDerived::ViewTickets => Shown::Bool(self.view_tickets),
        }
    }
}

impl Serialize for OrganizationMembership {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let view = MembershipView {
            default: self.default,
            organization_name: &self.organization_name,
            view_tickets: self.view_tickets,
        };
        let derive = |attribute| Some(view.show(attribute, self.answers));
        let kept = Membership {
            id: self.id,
            user_id: self.user_id,
            organization_id: self.organization_id,
            created_at: self.created_at,
            updated_at: self.updated_at,
        };
        serialize(&kept, derive, serializer)
    }
}
