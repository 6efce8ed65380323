//! How tickets are saved in fixtures, and loaded many at a time.

use crate::base::ids::TicketId;
use crate::base::record::Record;
use crate::base::time::Timestamp;
use crate::resources::account::Account;
use crate::resources::saved::{Row, Saved};

use super::model::{Ticket, TicketChanges};

impl Saved for Ticket {
    type Mark = ();

    const LIST: &'static str = "tickets";
    const REQUIRED: &'static [&'static str] = &["requester_id"];

    /// Returns all tickets, including deleted ones.
    fn to_save(account: &Account) -> Vec<Row<Self>> {
        account
            .tickets
            .ever_all()
            .cloned()
            .map(Row::plain)
            .collect()
    }

    fn unsaid(id: TicketId, now: Timestamp, changes: &TicketChanges) -> Self {
        let fresh = Self::fresh(id, now);
        // By default, the requester is also the submitter.
        let requester_id = changes.requester_id.unwrap_or(fresh.requester_id);
        Self {
            requester_id,
            submitter_id: requester_id,
            ..fresh
        }
    }

    fn unsaid_of(&self, created_at: Timestamp) -> Self {
        Self {
            submitter_id: self.requester_id,
            ..Self::fresh(self.id, created_at)
        }
    }

    fn skip_id(account: &mut Account, id: TicketId) {
        account.ids.skip_ticket(id);
    }

    fn may_replace(account: &Account, id: TicketId) -> bool {
        account.tickets.ever(id).is_some_and(Record::is_deleted)
    }

    fn check(row: &Row<Self>, account: &Account) -> Result<(), String> {
        let ticket = &row.record;
        if ticket.is_deleted() {
            return Ok(());
        }
        let requester = ticket.requester_id;
        if account.users.get(requester).is_none() {
            return Err(format!("user {requester} does not exist"));
        }
        match ticket
            .organization_id
            .filter(|_| !account.keeps_organization(ticket))
        {
            Some(organization) => Err(format!(
                "user {requester} is not in organization {organization}"
            )),
            None => Ok(()),
        }
    }

    fn put_all(account: &mut Account, rows: Vec<Row<Self>>) {
        for row in rows {
            account.put_ticket(row.record);
        }
    }
}
