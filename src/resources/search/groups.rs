//! What the search finds groups by.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408883318554>

use crate::base::ids::GroupId;
use crate::base::words::IndexedWord;
use crate::resources::account::Account;
use crate::resources::groups::model::Group;

use super::keyword::in_words;
use super::searched::{Searched, Times};
use super::sought::{Read, Test};
use super::text::Text;

impl Searched for Group {
    const KEYWORDS: &'static [(&'static [&'static str], Read<Self>)] =
        &[(&["name"], |sought, _| {
            in_words(sought, |group| Some(&group.name))
        })];

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

    fn times(&self) -> Times {
        Times {
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}
