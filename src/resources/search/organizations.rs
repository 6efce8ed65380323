//! What the search finds organizations by.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408883318554>

use crate::base::ids::OrganizationId;
use crate::base::words::IndexedWord;
use crate::resources::account::Account;
use crate::resources::organizations::model::Organization;

use super::keyword::{at_time, in_tags, in_words, is_external_id, is_none};
use super::searched::{Property, Searched};
use super::sought::{Asker, Read, Refused, Sought, Test};
use super::text::Text;

impl Searched for Organization {
    const KEYWORDS: &'static [(&'static [&'static str], Read<Self>)] = &[
        (&["name"], |sought, _| {
            in_words(sought, |organization| Some(&organization.name))
        }),
        (&["external_id"], external_id),
        (&["notes"], |sought, _| {
            in_words(sought, |organization| organization.notes.as_deref())
        }),
        (&["details"], |sought, _| {
            in_words(sought, |organization| organization.details.as_deref())
        }),
        (&["tags"], |sought, _| {
            in_tags(sought, |organization| &organization.tags)
        }),
        (&["created", "created_at"], |sought, asker| {
            at_time(sought, asker, |organization: &Self| organization.created_at)
        }),
        (&["updated", "updated_at"], |sought, asker| {
            at_time(sought, asker, |organization: &Self| organization.updated_at)
        }),
    ];

    const NOT_MODELED: &'static [&'static str] = &[];

    fn with_text(text: Text) -> Test<Self> {
        let indexed = text.indexed_words();
        Test::new(move |_, organization: &Self| organization.texts().any(|own| text.is_in(own)))
            .indexed_by(move |account| Self::having(account, &indexed))
    }

    fn having(account: &Account, words: &[IndexedWord]) -> Vec<u64> {
        let found = account.organizations.having(words);
        found.into_iter().map(OrganizationId::get).collect()
    }

    fn each(account: &Account) -> Box<dyn Iterator<Item = &Self> + '_> {
        Box::new(account.organizations.iter())
    }

    fn live(account: &Account, id: u64) -> Option<&Self> {
        account.organizations.get(OrganizationId::new(id))
    }

    fn rank_by(&self, property: Property) -> Option<u64> {
        match property {
            Property::CreatedAt => Some(self.created_at.unix_seconds()),
            Property::UpdatedAt => Some(self.updated_at.unix_seconds()),
            Property::Priority | Property::Status | Property::TicketType => None,
        }
    }
}

fn external_id(sought: &Sought<'_>, _: &Asker) -> Result<Test<Organization>, Refused> {
    let test = is_external_id(sought, |organization: &Organization| {
        organization.external_id.as_deref()
    })?;
    let value = sought.value.text().to_owned();
    Ok(match is_none(&value) || value.contains('*') {
        true => test,
        false => test.indexed_by(move |account| {
            let found = account.organizations.with_external_id(&value);
            found.into_iter().map(OrganizationId::get).collect()
        }),
    })
}
