//! [`Hint`]: common mistakes that can be recognized from what was sent. There are only a few,
//! because a hint that is sometimes wrong does more harm than no hint.

use serde::Serialize;

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
    /// The body is declared as JSON, and is none, or is no object.
    NotJson {
        /// What is wrong, and at which line and column of the body.
        why: String,
    },
    /// Several ids in one parameter, with another sign than a comma between them.
    IdsWithoutCommas {
        /// The value of `ids` that was sent.
        sent: String,
        /// The value that was probably meant.
        meant: String,
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
    /// A record was created again that the search did not find yet.
    SearchLags {
        /// The name, address or external id.
        value: String,
        /// The call that created the record.
        created_by: u64,
        /// The call that searched for it.
        searched_by: u64,
        /// The request that finds it at once.
        look_up: String,
    },
    /// The first result of a search for a quoted name, which has another name, was used.
    FirstResultTaken {
        /// The quoted name.
        phrase: String,
        /// The name of the first result.
        name: String,
        /// The call that searched for it.
        searched_by: u64,
    },
    /// A search with parameters of cursor pagination.
    CursorOnSearch,
    /// An export of a search with parameters of offset pagination.
    OffsetOnExport,
    /// A query with spaces around an operator.
    SpacesAroundOperator {
        /// The keyword.
        keyword: String,
        /// The term that was probably meant.
        meant: String,
    },
    /// A phone number in a query whose plus was not encoded.
    PlusIsSpace {
        /// The number without its plus.
        sent: String,
    },
    /// A query for a part of an e-mail address.
    StarInAddress {
        /// The value that was sent.
        sent: String,
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
        /// Whether the job did not move at all, although it was asked for so often that it probably
        /// waits for the test.
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
            Self::SearchLags { value, .. } => vec![value],
            Self::FirstResultTaken { phrase, name, .. } => vec![phrase, name],
            Self::SpacesAroundOperator { keyword, meant } => vec![keyword, meant],
            Self::PlusIsSpace { sent } | Self::StarInAddress { sent } => vec![sent],
            Self::NotAuthenticated { why } | Self::NotAllowed { why } | Self::NotJson { why } => {
                vec![why]
            }
            Self::IdsWithoutCommas { sent, meant } => vec![sent, meant],
            Self::ItemsFailed { reasons, .. } => reasons.iter_mut().collect(),
            Self::JobNotFinished { outstanding, .. } => outstanding.iter_mut().collect(),
            Self::MissingWrapper { .. }
            | Self::MixedPagination
            | Self::TooManyItems { .. }
            | Self::NotAFilter { .. }
            | Self::CursorOnSearch
            | Self::OffsetOnExport
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
