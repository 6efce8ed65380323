//! What the search finds organizations by.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408883318554>

use crate::base::field_value::FieldValues;
use crate::base::ids::OrganizationId;
use crate::base::words::IndexedWord;
use crate::resources::account::Account;
use crate::resources::organizations::model::Organization;

use super::fields::texts_of_organization;
use super::keyword::{in_tags, in_words, is_external_id};
use super::searched::{Searched, Times};
use super::sought::{Read, Test};
use super::text::Text;

impl Searched for Organization {
    const KEYWORDS: &'static [(&'static [&'static str], Read<Self>)] = &[
        (&["name"], |sought, _| {
            in_words(sought, |organization| Some(&organization.name))
        }),
        (&["external_id"], |sought, _| {
            is_external_id(
                sought,
                |organization| organization.external_id.as_deref(),
                Some(|account, value| {
                    account
                        .organizations
                        .with_external_id(value)
                        .map(OrganizationId::get)
                }),
            )
        }),
        (&["notes"], |sought, _| {
            in_words(sought, |organization| organization.notes.as_deref())
        }),
        (&["details"], |sought, _| {
            in_words(sought, |organization| organization.details.as_deref())
        }),
        (&["tags"], |sought, _| {
            in_tags(sought, |organization| &organization.tags)
        }),
    ];

    const NOT_MODELED: &'static [&'static str] = &[];

    fn with_text(text: Text) -> Test<Self> {
        let indexed = text.indexed_words();
        Test::new(move |account, organization: &Self| {
            let of_fields = texts_of_organization(account, organization);
            let mut own = organization.texts().chain(of_fields);
            own.any(|own| text.is_in(own))
        })
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

    fn field_values(&self) -> Option<&FieldValues> {
        Some(&self.organization_fields)
    }

    fn times(&self) -> Times {
        Times {
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}
