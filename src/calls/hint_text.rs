//! The texts of hints.

use std::fmt;

use crate::base::effect::domains;
use crate::base::ids::Kind;

use super::hint::Hint;

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
            Self::NotJson { why } => write!(f, "the body is not {why}"),
            Self::IdsWithoutCommas { sent, meant } => {
                write!(f, "commas separate ids: send ids={meant} instead of ids={sent}")
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
            Self::SearchLags { value, created_by, searched_by, look_up } => write!(
                f,
                "#{created_by} had created {value:?} when #{searched_by} searched for it: the index of the search lags, \
                 so not found does not mean missing; {look_up} finds it at once"
            ),
            Self::FirstResultTaken { phrase, name, searched_by } => write!(
                f,
                "the first result of #{searched_by} is {name:?}, not {phrase:?}: a quoted name also finds longer names, \
                 so compare the names of the results"
            ),
            Self::CursorOnSearch => f.write_str(
                "this search takes page and per_page alone; GET /api/v2/search/export has cursors, for one kind of record"
            ),
            Self::OffsetOnExport => f.write_str(
                "an export has neither page and per_page, nor count and next_page; follow links.next while meta.has_more is true"
            ),
            Self::SpacesAroundOperator { keyword, meant } => write!(
                f,
                "with spaces around the operator, {keyword} is a word to find; write {meant}"
            ),
            Self::PlusIsSpace { sent } => write!(f, "a bare + is a space in a url; write %2B{sent}"),
            Self::StarInAddress { sent } => write!(
                f,
                "* has no meaning in an address, so email:{sent} finds nobody; search for the domain without a keyword"
            ),
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
                        ". With JobPace::Manual it waits for `jobs()`; with JobPace::After it waits for the double's clock: \
                         call `advance`, or set .clock(Clock::tokio()) on the builder",
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
