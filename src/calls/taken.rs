//! Mistakes with values that only one record may have: e-mail addresses, external ids and the
//! names of organizations.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::operation::Operation;
use crate::api::takes::Takes;
use crate::base::folded::folded;
use crate::base::ids::Kind;
use crate::resources::holder::Holder;
use crate::resources::organizations::api as organizations;
use crate::resources::users::api as users;

use super::hint::Hint;
use super::sent_ids::Records;

/// The mistakes in a request that was refused because another record has a value of it.
pub(super) fn taken_hints(
    operation: Operation,
    body: &Value,
    error: &ApiError,
    records: &Records<'_>,
) -> Vec<Hint> {
    let (ApiError::RecordInvalid(violations), Takes::One { root, .. }) = (error, operation.takes())
    else {
        return Vec::new();
    };
    let kind = match root {
        "user" => Kind::User,
        "organization" => Kind::Organization,
        _ => return Vec::new(),
    };
    let sent = Sent {
        operation,
        attributes: &body[root],
        kind,
        records,
    };
    let taken = violations
        .iter()
        .filter(|violation| violation.is_duplicate());
    taken
        .filter_map(|violation| sent.hint(violation.field))
        .collect()
}

/// What a request gives of one record.
struct Sent<'a> {
    operation: Operation,
    attributes: &'a Value,
    kind: Kind,
    records: &'a Records<'a>,
}

impl Sent<'_> {
    /// The mistake with an attribute whose value another record has.
    fn hint(&self, attribute: &str) -> Option<Hint> {
        match attribute {
            "email" => self.two_users().or_else(|| self.secondary_address()),
            "external_id" => self.other_case(),
            "name" => self.name_alone(),
            _ => None,
        }
    }

    fn text(&self, attribute: &str) -> Option<String> {
        let text = self.attributes.get(attribute)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The value that was sent, and the record that has it.
    fn taken(&self, attribute: &str) -> Option<(String, Holder)> {
        let text = self.text(attribute)?;
        let holder = (self.records.holder)(self.kind, attribute, &text)?;
        Some((text, holder))
    }

    /// The address is taken by another user than the one that the upsert has found.
    fn two_users(&self) -> Option<Hint> {
        if self.operation != users::CREATE_OR_UPDATE || self.attributes.get("id").is_some() {
            return None;
        }
        let (external_id, one) = self.taken("external_id")?;
        let (email, other) = self.taken("email")?;
        Some(Hint::TwoUsersMeant {
            external_id,
            by_external_id: one.record.to_string(),
            email,
            by_email: other.record.to_string(),
        })
    }

    fn secondary_address(&self) -> Option<Hint> {
        let (address, Holder { record, value }) = self.taken("email")?;
        (folded(&address) != folded(&value)).then(|| Hint::SecondaryAddress {
            address,
            of: record.to_string(),
            email: value,
        })
    }

    fn other_case(&self) -> Option<Hint> {
        let (external_id, Holder { record, value }) = self.taken("external_id")?;
        (external_id != value.trim()).then(|| Hint::OtherCase {
            external_id,
            of: record.to_string(),
            has: value,
        })
    }

    fn name_alone(&self) -> Option<Hint> {
        let is_upsert = self.operation == organizations::CREATE_OR_UPDATE;
        let is_found = self.attributes.get("id").is_some() || self.taken("external_id").is_some();
        if !is_upsert || is_found {
            return None;
        }
        let (name, Holder { record, .. }) = self.taken("name")?;
        Some(Hint::NameFindsNothing {
            name,
            of: record.to_string(),
        })
    }
}
