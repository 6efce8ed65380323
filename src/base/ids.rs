//! The kinds of records, a type of ids for each, and the sequence that new ids are drawn from.
//!
//! A user id in the place of an organization id is *the* bug of programs that manage memberships,
//! so the compiler tells them apart here. On the wire all of them are bare integers.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// What the stores and the pagination need of any record id.
pub(crate) trait RecordId: Copy + Ord + fmt::Debug + fmt::Display + Into<RecordRef> {
    const KIND: Kind;

    fn from_number(number: u64) -> Self;
    fn number(self) -> u64;

    /// The id that a request gives as a number. A negative one is the id of nothing.
    fn from_given(number: i64) -> Result<Self, Refusal> {
        u64::try_from(number)
            .map(Self::from_number)
            .map_err(|_| Refusal::NotFound)
    }
}

/// The kinds of records, each with what texts call it, what Zendesk calls it, and the type of its
/// ids.
macro_rules! kinds {
    ($($kind:ident($text:literal, $wire:literal): $id:ident;)*) => {
        /// What kind of record something is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Kind {
            $(#[doc = concat!("As in `", $wire, "_id`.")] $kind,)*
        }

        impl Kind {
            /// Every kind, in the order in which differences name them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// What texts call it.
            pub(crate) const fn text(self) -> &'static str {
                match self { $(Self::$kind => $text,)* }
            }

            /// What Zendesk calls it in the names of parameters, where `_id` stands behind it.
            pub(crate) const fn wire(self) -> &'static str {
                match self { $(Self::$kind => $wire,)* }
            }

            /// The name of the type of its ids.
            pub(crate) const fn id_type(self) -> &'static str {
                match self { $(Self::$kind => stringify!($id),)* }
            }
        }

        $(
            #[doc = concat!("The id of a record of the kind `", $wire, "`.")]
            ///
            /// Serialized as a bare integer. Zendesk's ids are positive and fit 63 bits. Compared
            /// with a number, it is that number; `u64::from(id)` gives it.
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $id(u64);

            impl $id {
                /// The id with this number. A number that no record has is allowed: asking for it
                /// is how a test sees a 404.
                #[must_use]
                pub const fn new(number: u64) -> Self {
                    Self(number)
                }

                /// The number as it stands in JSON and in paths.
                #[must_use]
                pub const fn get(self) -> u64 {
                    self.0
                }
            }

            impl RecordId for $id {
                const KIND: Kind = Kind::$kind;

                fn from_number(number: u64) -> Self {
                    Self(number)
                }

                fn number(self) -> u64 {
                    self.0
                }
            }

            impl From<u64> for $id {
                fn from(number: u64) -> Self {
                    Self(number)
                }
            }

            impl From<$id> for u64 {
                fn from(id: $id) -> Self {
                    id.0
                }
            }

            /// The program under test takes numbers, and so do its replies.
            impl PartialEq<u64> for $id {
                fn eq(&self, number: &u64) -> bool {
                    self.0 == *number
                }
            }

            impl PartialEq<$id> for u64 {
                fn eq(&self, id: &$id) -> bool {
                    *self == id.0
                }
            }

            impl From<$id> for RecordRef {
                fn from(id: $id) -> Self {
                    Self { kind: Kind::$kind, id: id.0 }
                }
            }

            impl fmt::Display for $id {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl fmt::Debug for $id {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, concat!(stringify!($id), "({})"), self.0)
                }
            }
        )*
    };
}

// The only place that lists the kinds.
kinds! {
    User("user", "user"): UserId;
    Organization("organization", "organization"): OrganizationId;
    OrganizationMembership("membership", "organization_membership"): MembershipId;
    Ticket("ticket", "ticket"): TicketId;
    Group("group", "group"): GroupId;
    GroupMembership("group membership", "group_membership"): GroupMembershipId;
    Identity("identity", "identity"): IdentityId;
}

impl Kind {
    /// The kind whose ids stand under this name in a path or a body: `user_id`, or one of the parts
    /// that users have.
    pub(crate) fn of_parameter(name: &str) -> Option<Self> {
        let wire = name.strip_suffix("_id")?;
        match wire {
            "requester" | "submitter" | "assignee" => Some(Self::User),
            wire => Self::ALL.iter().copied().find(|kind| kind.wire() == wire),
        }
    }

    /// What Zendesk calls several of them, in paths and in lists.
    pub(crate) fn plural(self) -> String {
        match self.wire().strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None => format!("{}s", self.wire()),
        }
    }

    /// Whether its ids come from the sequence that most kinds share. Tickets are numbered from 1,
    /// as in a real account.
    pub(crate) const fn shares_ids(self) -> bool {
        !matches!(self, Self::Ticket)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// A record of any kind, by its id. Every typed id turns into one. Shown as `user 72`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RecordRef {
    /// What kind of record it is.
    pub kind: Kind,
    /// Its id.
    pub id: u64,
}

impl fmt::Display for RecordRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// Where the ranges of plans start, how long one is, and how many there are. All of them have 14
/// digits.
const FIRST_RANGE: u64 = 22_000_000_000_000;
const RANGE: u64 = 1 << 32;
const RANGES: u64 = 16_000;

/// Behind this number new ids are drawn.
const BEFORE_ALL: u64 = 21_859_498_328_596;

/// Ids that are drawn lie multiples of this apart, as recorded ids of one batch do.
const STEP: u64 = 128;

/// What follows from small ids starts at ten times this.
const FIRST_BESIDE: u64 = 1_000_000_000_000;

/// Smaller ids were not drawn.
const FIRST_BIRTH: u64 = BEFORE_ALL - 32 * STEP;

/// The largest id that a record may have: Zendesk's fit 63 bits.
pub(crate) const LARGEST: u64 = i64::MAX as u64;

/// Behind larger ones nothing is drawn: as many as anybody draws still fit the 53 bits of a float.
const LARGEST_DRAWN: u64 = 1 << 52;

/// The tickets of the first range start behind this number.
const FIRST_TICKETS: u64 = 1_000_000;

/// Draws the ids of new records.
///
/// All kinds but tickets share one sequence, so that an id of one kind is never an id of another
/// and a swapped pair cannot pass unnoticed. Like Zendesk's they rise, leave gaps, and have 14
/// digits: more than 32 bits, fewer than the 53 that a float holds.
#[derive(Clone, Debug)]
pub(crate) struct IdSequence {
    last: u64,
    last_ticket: u64,
}

impl IdSequence {
    pub(crate) const fn new() -> Self {
        Self {
            last: BEFORE_ALL,
            last_ticket: 0,
        }
    }

    /// The ids of a plan: each seed number has its own range, so that they do not depend on what
    /// else is drawn. Zendesk's ids come from several interleaved ranges, too.
    pub(crate) const fn of_plan(seed: u64) -> Self {
        // Small numbers, as people take them, all get ranges of their own: this step has no divisor
        // in common with 16,000.
        let range = (seed % RANGES * 7_919) % RANGES;
        Self {
            last: FIRST_RANGE + range * RANGE,
            last_ticket: FIRST_TICKETS * (1 + range),
        }
    }

    /// One of the few ids that records have with which an account is born. They lie before all that
    /// are drawn.
    pub(crate) fn birth_id<T: RecordId>(&self, number: u64) -> T {
        T::from_number(BEFORE_ALL - 2 * STEP * (number + 1))
    }

    /// An id that follows from that of another record, is never drawn, and follows from no other
    /// one: halfway to the next one after an id that was drawn; of a small number, as people write
    /// them into fixtures, one of 14 digits that ends in it. `None` of others.
    pub(crate) fn beside(&self, id: impl RecordId) -> Option<u64> {
        match id.number() {
            small @ 0..FIRST_BESIDE => Some(FIRST_BESIDE * 10 + small),
            drawn @ FIRST_BIRTH..=LARGEST_DRAWN => Some(drawn + STEP / 2),
            _ => None,
        }
    }

    /// Goes on behind this id, which has been given out elsewhere, unless it is larger than any
    /// that is drawn.
    pub(crate) fn skip(&mut self, id: u64) {
        if id <= LARGEST_DRAWN {
            self.last = self.last.max(id);
        }
    }

    /// Goes on behind this ticket, unless its number is larger than any that is drawn.
    pub(crate) fn skip_ticket(&mut self, ticket: TicketId) {
        if ticket.get() <= LARGEST_DRAWN {
            self.last_ticket = self.last_ticket.max(ticket.get());
        }
    }

    pub(crate) fn draw<T: RecordId>(&mut self) -> T {
        self.last += STEP * (1 + scatter(self.last) % 4);
        T::from_number(self.last)
    }

    pub(crate) fn draw_ticket(&mut self) -> TicketId {
        self.last_ticket += 1;
        TicketId(self.last_ticket)
    }
}

/// Puts the ids for the items of one background job in another order than that of the items.
///
/// Zendesk works the items of a job side by side: recorded jobs show one id for each item, and the
/// ids are not in ascending order.
pub(crate) fn out_of_order<T>(ids: &mut [T]) {
    for pair in ids.chunks_exact_mut(2) {
        pair.swap(0, 1);
    }
}

/// Turns a number into another that looks random: splitmix64's finalizer. The same number gives the
/// same result on every platform.
pub(crate) const fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_leave_gaps_and_need_more_than_32_bits() {
        let mut ids = IdSequence::new();
        let drawn: Vec<UserId> = (0..100).map(|_| ids.draw()).collect();
        for pair in drawn.windows(2) {
            assert!(pair[1].get() >= pair[0].get() + 128, "{pair:?}");
        }
        assert!(drawn[0].get() > u64::from(u32::MAX));
        assert!(drawn[99].get() < 1 << 53);
    }

    #[test]
    fn small_seed_numbers_have_ranges_of_their_own() {
        let starts: std::collections::BTreeSet<u64> = (0..RANGES)
            .map(|seed| IdSequence::of_plan(seed).last)
            .collect();
        assert_eq!(starts.len() as u64, RANGES);
    }

    #[test]
    fn ids_of_one_job_are_not_in_ascending_order() {
        let mut ids = IdSequence::new();
        let mut drawn: Vec<MembershipId> = (0..5).map(|_| ids.draw()).collect();
        out_of_order(&mut drawn);
        assert!(!drawn.is_sorted(), "{drawn:?}");
    }
}
