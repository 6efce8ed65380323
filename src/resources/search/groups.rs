//! What the search finds groups by.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408883318554>

use crate::base::ids::GroupId;
use crate::base::words::IndexedWord;
use crate::resources::account::Account;
use crate::resources::groups::model::Group;

use super::keyword::{at_time, in_words};
use super::searched::{Property, Searched};
use super::sought::{Read, Test};
use super::text::Text;

impl Searched for Group {
    const KEYWORDS: &'static [(&'static [&'static str], Read<Self>)] = &[
        (&["name"], |sought, _| {
            in_words(sought, |group| Some(&group.name))
        }),
        (&["created", "created_at"], |sought, asker| {
            at_time(sought, asker, |group: &Self| group.created_at)
        }),
        (&["updated", "updated_at"], |sought, asker| {
            at_time(sought, asker, |group: &Self| group.updated_at)
        }),
    ];

    const NOT_MODELED: &'static [&'static str] = &[];

    fn with_text(text: Text) -> Test<Self> {
        Test::new(move |_, group: &Self| text.is_in(&group.name))
    }

    /// Returns all groups: an account has few of them, so there is no index of their words.
    fn having(account: &Account, _: &[IndexedWord]) -> Vec<u64> {
        Self::each(account).map(Self::number).collect()
    }

    fn each(account: &Account) -> Box<dyn Iterator<Item = &Self> + '_> {
        Box::new(account.groups.all().filter(|group| !group.deleted))
    }

    fn live(account: &Account, id: u64) -> Option<&Self> {
        account.groups.active(GroupId::new(id))
    }

    fn rank_by(&self, property: Property) -> Option<u64> {
        match property {
            Property::CreatedAt => Some(self.created_at.unix_seconds()),
            Property::UpdatedAt => Some(self.updated_at.unix_seconds()),
            Property::Priority | Property::Status | Property::TicketType => None,
        }
    }
}
