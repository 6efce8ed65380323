//! [`Hint`]: common mistakes that can be recognized from what was sent. There are only a few,
//! because a hint that is sometimes wrong does more harm than no hint.

use std::fmt;

use serde::Serialize;

use crate::base::effect::domains;
use crate::base::ids::Kind;
use crate::base::time::Timestamp;

/// A common mistake in the use of Zendesk that a call seems to contain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "hint")]
#[non_exhaustive]
pub enum Hint {
    /// The path exists, but not with this method.
    WrongMethod {
        /// The method that was sent.
        sent: String,
        /// The methods that the path accepts.
        takes: Vec<&'static str>,
    },
    /// The body has the attributes, but not the key that must contain them.
    MissingWrapper {
        /// The key.
        root: &'static str,
    },
    /// The body has another key instead of `root`: the plural for a single record, for example.
    WrongWrapper {
        /// The key that was sent.
        sent: String,
        /// The correct key.
        root: &'static str,
    },
    /// The body was not read, because the request does not declare it as JSON.
    NotDeclaredAsJson {
        /// The declared content type. Empty if there is none.
        content_type: String,
    },
    /// A key of the body that is ignored, and resembles one that is accepted.
    IgnoredKey {
        /// The key, as a path.
        sent: String,
        /// The key that was probably meant.
        meant: &'static str,
    },
    /// A value for a custom field that the account does not have, which is dropped.
    UnknownField {
        /// The value, as a path.
        sent: String,
        /// The kind of record that would have the field.
        owner: Kind,
        /// The key that was probably meant.
        meant: Option<String>,
    },
    /// The shown name of an option, where its value belongs.
    OptionName {
        /// The key of the field.
        key: String,
        /// The name that was sent.
        name: String,
        /// The value of the option.
        value: String,
    },
    /// Parameters of both paginations at once. Those of cursor pagination win.
    MixedPagination,
    /// More items or ids than one request may contain.
    TooManyItems {
        /// The number sent.
        sent: usize,
    },
    /// An id of one kind in the place of another.
    WrongKindOfId {
        /// The name of the place: `user_id`, for example.
        place: String,
        /// The id that was sent.
        id: u64,
        /// The record that it belongs to, for example `organization 9 (Acme)`.
        is: String,
    },
    /// Two ids of different kinds, each in the place of the other.
    SwappedIds {
        /// The names of both places: `user_id` and `organization_id`, for example.
        places: [String; 2],
        /// The ids that were sent, in the same order.
        ids: [u64; 2],
        /// The records that they belong to, in the same order, for example `organization 9 (Acme)`.
        are: [String; 2],
    },
    /// The id of a record that was removed from the account.
    RemovedRecord {
        /// The name of the place: `organization_id`, for example.
        place: String,
        /// The id.
        id: u64,
        /// The kind of the record.
        kind: Kind,
        /// The name of the record. Empty if its kind has no names.
        name: String,
        /// The call that removed it. `None` means that the test did.
        removed_by: Option<u64>,
    },
    /// An id that no record of the account has or had.
    UnknownId {
        /// The name of the place: `organization_id`, for example.
        place: String,
        /// The id.
        id: u64,
        /// The kind of ids in this place.
        kind: Kind,
    },
    /// An e-mail address that a user has besides the primary one, so no other user can have it.
    SecondaryAddress {
        /// The address.
        address: String,
        /// Who has it, for example `user 7 (Ada)`.
        of: String,
        /// The primary address of that user.
        email: String,
    },
    /// An upsert of a user with the external id of one user and an address of another.
    TwoUsersMeant {
        /// The external id.
        external_id: String,
        /// Who has it, for example `user 7 (Ada)`.
        by_external_id: String,
        /// The address.
        email: String,
        /// Who has that, for example `user 8 (Bob)`.
        by_email: String,
    },
    /// An external id that differs from that of another record only in case.
    OtherCase {
        /// The external id that was sent.
        external_id: String,
        /// The record, for example `organization 9 (Acme)`.
        of: String,
        /// Its external id.
        has: String,
    },
    /// An upsert of an organization by its name, which finds none.
    NameFindsNothing {
        /// The name.
        name: String,
        /// The organization that has it, for example `organization 9 (Acme)`.
        of: String,
    },
    /// An update with another `email`, which did not replace the present one.
    SecondaryAddressAdded {
        /// The address that was sent.
        added: String,
        /// The user, for example `user 7 (Ada)`.
        user: String,
        /// The primary address of that user.
        email: String,
    },
    /// `organization_id` of an organization that the user was in, which made the user leave the
    /// others.
    OtherOrganizationsLeft {
        /// The user, for example `user 7 (Ada)`.
        user: String,
        /// The number of organizations that the user left.
        left: usize,
    },
    /// `domain_names` with a new domain, which made the organization lose the others.
    OtherDomainsLost {
        /// The organization, for example `organization 9 (Acme)`.
        organization: String,
        /// The domains that it lost.
        lost: Vec<String>,
    },
    /// More updates of one user in a minute than Zendesk takes, and no later try that succeeded.
    UpdatedTooOften {
        /// The time after which the next one is taken, in seconds.
        seconds: u64,
    },
    /// The position of a failed item in the results of a job, in the place of an id.
    PositionTakenForId {
        /// The name of the place: `user_id`, for example.
        place: &'static str,
        /// The position.
        id: u64,
        /// The job.
        job: String,
    },
    /// Autocomplete was asked for a name that it never finds, and that an organization has.
    AutocompleteSkips {
        /// The name.
        name: String,
        /// The call that asked.
        asked_by: u64,
    },
    /// A ticket of a user who was merged into another one, requested again and again as if it would
    /// get another organization.
    TicketKeepsOrganization {
        /// The ticket.
        ticket: u64,
        /// The number of requests for it after the merge.
        polls: usize,
    },
    /// A merge of organizations that was looked for among the jobs.
    MergeIsNoJob {
        /// The merge.
        merge: String,
    },
    /// A merge of organizations that the program did not see to its end.
    MergeNotComplete {
        /// The merge.
        merge: String,
        /// The number of requests for its status.
        polls: usize,
    },
    /// A list was asked to filter by what only another operation finds.
    NotAFilter {
        /// The parameter.
        parameter: &'static str,
        /// The request that filters by it.
        search: &'static str,
    },
    /// The last page of an export was requested again and again.
    EndOfExportAskedAgain {
        /// The number of equal requests in a row.
        times: usize,
        /// The first of them.
        first: u64,
    },
    /// A page of an export had no cursor, because nothing was new, and the next run did not use the
    /// former one.
    CursorLost {
        /// The call that got the page without a cursor.
        empty: u64,
        /// The call that got the cursor to continue with.
        saved: u64,
    },
    /// An export lacks changes that are too recent, and only the test moves the double's clock.
    ChangesWithheld {
        /// The number of changed records.
        records: usize,
        /// How long changes are withheld, in seconds.
        seconds: u64,
    },
    /// An export was asked for changes since a time that is too recent on the double's clock.
    TooRecentStartTime {
        /// The latest time that is allowed, in seconds since 1970.
        latest: u64,
        /// The time of the double's clock.
        now: Timestamp,
    },
    /// The id of a record that an export showed as deleted.
    DeletedInExport {
        /// The kind of the record.
        kind: Kind,
        /// The id.
        id: u64,
        /// The call that got the page of the export.
        by: u64,
    },
    /// There were no credentials, or not those of this account.
    NotAuthenticated {
        /// The credentials without any secret, and what is wrong with them.
        why: String,
    },
    /// The caller's role is not sufficient.
    NotAllowed {
        /// Who called, and who may call the operation.
        why: String,
    },
    /// A job was queued and its status never requested: the first reply is not the result.
    JobNotAwaited {
        /// The job.
        job: String,
        /// The call that queued it.
        queued_by: u64,
    },
    /// The status of a job was requested, but not until the job was finished.
    JobNotFinished {
        /// The job.
        job: String,
        /// The number of requests for its status.
        polls: usize,
        /// The number of items that were done according to the last reply.
        done: usize,
        /// The total number of items.
        total: usize,
        /// The first items that were not done, as the request described them.
        outstanding: Vec<String>,
        /// Whether the job did not move at all, although it was asked for several times and only the
        /// test moves the double's clock.
        may_wait_for_test: bool,
    },
    /// A job is `completed`, but some of its items failed.
    ItemsFailed {
        /// The job.
        job: String,
        /// The number of items that failed.
        failed_items: usize,
        /// The total number of items.
        total: usize,
        /// The details of the first of them, if a reply has shown them.
        reasons: Vec<String>,
    },
}

impl Hint {
    /// Returns the hint with every text from the request or from a record replaced.
    pub(super) fn with_texts(mut self, change: &dyn Fn(&str) -> String) -> Self {
        let mut texts: Vec<&mut String> = match &mut self {
            Self::WrongMethod { sent, .. }
            | Self::WrongWrapper { sent, .. }
            | Self::IgnoredKey { sent, .. } => {
                vec![sent]
            }
            Self::UnknownField { sent, meant, .. } => {
                std::iter::once(sent).chain(meant.as_mut()).collect()
            }
            Self::OptionName { key, name, value } => vec![key, name, value],
            Self::NotDeclaredAsJson { content_type } => vec![content_type],
            Self::WrongKindOfId { place, is, .. } => vec![place, is],
            Self::SwappedIds { places, are, .. } => places.iter_mut().chain(are).collect(),
            Self::RemovedRecord { place, name, .. } => vec![place, name],
            Self::UnknownId { place, .. } => vec![place],
            Self::SecondaryAddress { address, of, email } => vec![address, of, email],
            Self::TwoUsersMeant {
                external_id,
                by_external_id,
                email,
                by_email,
            } => vec![external_id, by_external_id, email, by_email],
            Self::OtherCase {
                external_id,
                of,
                has,
            } => vec![external_id, of, has],
            Self::NameFindsNothing { name, of } => vec![name, of],
            Self::SecondaryAddressAdded { added, user, email } => vec![added, user, email],
            Self::OtherOrganizationsLeft { user, .. } => vec![user],
            Self::OtherDomainsLost { organization, lost } => {
                lost.iter_mut().chain([organization]).collect()
            }
            Self::AutocompleteSkips { name, .. } => vec![name],
            Self::NotAuthenticated { why } | Self::NotAllowed { why } => vec![why],
            Self::ItemsFailed { reasons, .. } => reasons.iter_mut().collect(),
            Self::JobNotFinished { outstanding, .. } => outstanding.iter_mut().collect(),
            Self::MissingWrapper { .. }
            | Self::MixedPagination
            | Self::TooManyItems { .. }
            | Self::NotAFilter { .. }
            | Self::UpdatedTooOften { .. }
            | Self::PositionTakenForId { .. }
            | Self::EndOfExportAskedAgain { .. }
            | Self::CursorLost { .. }
            | Self::ChangesWithheld { .. }
            | Self::TooRecentStartTime { .. }
            | Self::DeletedInExport { .. }
            | Self::TicketKeepsOrganization { .. }
            | Self::MergeIsNoJob { .. }
            | Self::MergeNotComplete { .. }
            | Self::JobNotAwaited { .. } => Vec::new(),
        };
        texts.iter_mut().for_each(|text| **text = change(text));
        self
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongMethod { sent, takes } => {
                write!(f, "this path takes {}, not {sent}", takes.join(" or "))
            }
            Self::MissingWrapper { root } => {
                write!(f, "the body lacks its wrapper key: send {{\"{root}\": …}} around the attributes")
            }
            Self::WrongWrapper { sent, root } => {
                write!(f, "the body has the key \"{sent}\" where this operation expects \"{root}\"")
            }
            Self::NotDeclaredAsJson { content_type } => {
                let has = if content_type.is_empty() { "none" } else { content_type };
                write!(f, "the body was not read: it needs the content-type application/json, and has {has}")
            }
            Self::IgnoredKey { sent, meant } => write!(f, "Zendesk ignores {sent}; did you mean {meant}?"),
            Self::UnknownField { sent, owner, meant } => {
                write!(f, "Zendesk drops {sent} without a warning, because the account has no active {owner} field with this key; ")?;
                match meant {
                    Some(meant) => write!(f, "did you mean {meant}?"),
                    None => f.write_str("create the field first"),
                }
            }
            Self::OptionName { key, name, value } => {
                write!(f, "{name} is the name of an option of {key}; a record takes its value, {value}")
            }
            Self::MixedPagination => {
                f.write_str("page or per_page (offset) is mixed with page[…] (cursor), and Zendesk uses the cursor")
            }
            Self::TooManyItems { sent } => write!(f, "one request may have at most 100 items, and this one has {sent}"),
            Self::WrongKindOfId { place, id, is } => write!(f, "{id}, sent as {place}, is {is}"),
            Self::SwappedIds { places: [one, other], are: [is_one, is_other], .. } => {
                write!(f, "{one} and {other} are swapped: {one} is {is_one}, and {other} is {is_other}")
            }
            Self::RemovedRecord { place, id, kind, name, removed_by } => {
                let was = if name.is_empty() { "it was".to_owned() } else { format!("it was {name},") };
                let by = removed_by.map_or_else(|| "the test".to_owned(), |call| format!("#{call}"));
                write!(f, "{id}, sent as {place}, is no {kind} of this account; {was} removed by {by}")
            }
            Self::UnknownId { place, id, kind } => {
                write!(f, "{id}, sent as {place}, is no {kind} of this account")
            }
            Self::SecondaryAddress { address, of, email } => write!(
                f,
                "{address} is a secondary address of {of}, whose email is {email}; no other user can have it"
            ),
            Self::TwoUsersMeant { external_id, by_external_id, email, by_email } => write!(
                f,
                "external_id {external_id:?} belongs to {by_external_id}, and email {email} to {by_email}; \
                 create_or_update updates the user with the external_id, and cannot give them the address of another user"
            ),
            Self::OtherCase { external_id, of, has } => write!(
                f,
                "external_id {external_id:?} is taken by {of}, which has it as {has:?}; Zendesk ignores the case of external ids"
            ),
            Self::NameFindsNothing { name, of } => write!(
                f,
                "create_or_update finds an organization by id or external_id, never by name; {name:?} is the name of {of}, \
                 and GET /api/v2/organizations/search?name=… finds it"
            ),
            Self::SecondaryAddressAdded { added, user, email } => write!(
                f,
                "{added} is now a secondary address of {user}, whose email is still {email}; \
                 PUT /api/v2/users/{{user_id}}/identities/{{identity_id}}/make_primary makes it the email"
            ),
            Self::OtherOrganizationsLeft { user, left } => {
                let others = if *left == 1 { "1 other".to_owned() } else { format!("{left} others") };
                write!(
                    f,
                    "organization_id replaces all organizations of a user: {user} left {others}; \
                     leave it out, or add one with POST /api/v2/organization_memberships"
                )
            }
            Self::OtherDomainsLost { organization, lost } => write!(
                f,
                "domain_names replaces all domains of an organization: {organization} lost {}; \
                 to add a domain, send all of them",
                domains(lost)
            ),
            Self::UpdatedTooOften { seconds } => write!(
                f,
                "Zendesk limits the updates of one user in a minute; wait {seconds} seconds, as Retry-After says, and \
                 do not parse the body of this reply, which is text"
            ),
            Self::PositionTakenForId { place, id, job } => write!(
                f,
                "{id}, sent as {place}, is the position of a failed item in the results of job {job}, and no id"
            ),
            Self::AutocompleteSkips { name, asked_by } => write!(
                f,
                "an organization is called {name:?}, though autocomplete (#{asked_by}) did not find it: it finds no name that \
                 starts with a sign; GET /api/v2/organizations/search?name=… does"
            ),
            Self::TicketKeepsOrganization { ticket, polls } => write!(
                f,
                "ticket {ticket} keeps its organization, since a merge of users does not change it; the program has requested \
                 the ticket {polls} times after the merge"
            ),
            Self::MergeIsNoJob { merge } => write!(
                f,
                "{merge} is a merge of organizations, and no job; GET /api/v2/organization_merges/{merge} shows its status"
            ),
            Self::MergeNotComplete { merge, polls: 0 } => write!(
                f,
                "the reply says only that merge {merge} is new; the program never requested its status, which says when it \
                 is complete: GET /api/v2/organization_merges/{merge}"
            ),
            Self::MergeNotComplete { merge, polls } => {
                let times = if *polls == 1 { "once".to_owned() } else { format!("{polls} times") };
                write!(
                    f,
                    "the program requested the status of merge {merge} {times}, and the merge is not complete; request it \
                     again until it is"
                )
            }
            Self::NotAFilter { parameter, search } => {
                write!(f, "Zendesk ignores {parameter} here and lists everything; {search} finds by it")
            }
            Self::EndOfExportAskedAgain { times, first } => write!(
                f,
                "the program requested the last page of this export {times} times in a row, from #{first} on; next_page is \
                 set on every page, so stop when end_of_stream is true"
            ),
            Self::CursorLost { empty, saved } => write!(
                f,
                "this does not continue where the former export ended: nothing was new in #{empty}, so its after_cursor is \
                 null; keep the cursor of #{saved} then"
            ),
            Self::ChangesWithheld { records, seconds } => {
                let are = if *records == 1 { "1 changed record is".to_owned() } else { format!("{records} changed records are") };
                write!(
                    f,
                    "{are} not older than {seconds} seconds, which exports withhold, and the double's clock stands still: call \
                     advance(Duration::from_secs({})) before the export, or set .export_delay(Duration::ZERO) on the builder",
                    seconds + 1
                )
            }
            Self::TooRecentStartTime { latest, now } => write!(
                f,
                "the double's clock shows {now}, so start_time may be at most {latest}; without .clock(…) on the builder it starts \
                 in 2024 and stands still"
            ),
            Self::DeletedInExport { kind, id, by } => {
                let sign = match kind {
                    Kind::User => "active: false",
                    Kind::Organization => "deleted_at",
                    _ => "the status deleted",
                };
                write!(f, "#{by} exported {kind} {id} with {sign}; exports show deleted records, too")
            }
            Self::NotAuthenticated { why } | Self::NotAllowed { why } => f.write_str(why),
            Self::JobNotAwaited { job, queued_by } => write!(
                f,
                "the reply to #{queued_by} says only that job {job} is queued; the program never requested its status, \
                 which says when it is done and which items failed"
            ),
            Self::JobNotFinished { job, polls, done, total, outstanding, may_wait_for_test } => {
                let times = if *polls == 1 { "once".to_owned() } else { format!("{polls} times") };
                let items = if *total == 1 { "item" } else { "items" };
                write!(
                    f,
                    "the program requested the status of job {job} {times}, and the job is not finished: {done} of {total} {items} done"
                )?;
                if !outstanding.is_empty() {
                    write!(f, ", outstanding: {}", outstanding.join(", "))?;
                    let more = total.saturating_sub(done + outstanding.len());
                    if more > 0 {
                        write!(f, " and {more} more")?;
                    }
                }
                f.write_str("; request it again until it is finished")?;
                if *may_wait_for_test {
                    f.write_str(
                        ". With JobPace::After it waits for the double's clock, which stands still: call `advance`, or set \
                         .clock(Clock::tokio()) on the builder; with JobPace::Manual it waits for `jobs()`",
                    )?;
                }
                Ok(())
            }
            Self::ItemsFailed { job, failed_items, total, reasons } => {
                let reasons = match reasons.as_slice() {
                    [] => "the reasons are in its results".to_owned(),
                    reasons => reasons.join("; "),
                };
                match (failed_items, total) {
                    (1, 1) => write!(f, "job {job} failed, because its only item failed; {reasons}"),
                    (failed, total) if failed == total => {
                        write!(f, "job {job} failed, because all {total} items failed; {reasons}")
                    }
                    _ => write!(
                        f,
                        "job {job} is completed, but {failed_items} of {total} items failed; {reasons}"
                    ),
                }
            }
        }
    }
}
