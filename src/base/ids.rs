//! The kinds of records, an id type for each, and the sequence of new ids.
//!
//! A user id in the place of an organization id is *the* bug of programs that manage memberships,
//! so the types let the compiler find it. On the wire all ids are bare integers.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// What stores and pagination need from the id of a record.
pub(crate) trait RecordId: Copy + Ord + fmt::Debug + fmt::Display + Into<RecordRef> {
    const KIND: Kind;

    fn from_number(number: u64) -> Self;
    fn number(self) -> u64;

    /// Returns the id for a number from a request. A number that is negative or beyond 64 bits is
    /// not the id of any record.
    fn from_given(number: i128) -> Result<Self, Refusal> {
        u64::try_from(number)
            .map(Self::from_number)
            .map_err(|_| Refusal::NotFound)
    }
}

/// Lists the kinds of records: the name in texts, Zendesk's name, and the id type of each.
macro_rules! kinds {
    ($($kind:ident($text:literal, $wire:literal): $id:ident;)*) => {
        /// A kind of record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Kind {
            $(#[doc = concat!("The record that `", $wire, "_id` names.")] $kind,)*
        }

        impl Kind {
            /// Every kind, in the order in which differences list them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// Returns its name in texts.
            pub(crate) const fn text(self) -> &'static str {
                match self { $(Self::$kind => $text,)* }
            }

            /// Returns Zendesk's name for it in parameters, where `_id` follows it.
            pub(crate) const fn wire(self) -> &'static str {
                match self { $(Self::$kind => $wire,)* }
            }

            /// Returns the name of its id type.
            pub(crate) const fn id_type(self) -> &'static str {
                match self { $(Self::$kind => stringify!($id),)* }
            }
        }

        $(
            #[doc = concat!("The id of a record of the kind `", $wire, "`.")]
            ///
            /// Serialized as a bare integer. Zendesk's ids are positive and fit 63 bits. An id can
            /// be compared with a number, and `u64::from(id)` returns that number.
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $id(u64);

            impl $id {
                /// Returns the id with this number. The record does not have to exist: a test can
                /// use such an id to see a 404.
                #[must_use]
                pub const fn new(number: u64) -> Self {
                    Self(number)
                }

                /// Returns the number, as in JSON and in paths.
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

            /// The program under test uses bare numbers, and so do its replies.
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
    OrganizationSubscription("subscription", "organization_subscription"): SubscriptionId;
    CustomRole("custom role", "custom_role"): CustomRoleId;
    UserField("user field", "user_field"): UserFieldId;
    OrganizationField("organization field", "organization_field"): OrganizationFieldId;
}

impl Kind {
    /// Returns the kind whose ids have this name in a path or a body: `user_id`, or the role of a
    /// user such as `assignee_id`.
    pub(crate) fn of_parameter(name: &str) -> Option<Self> {
        let wire = name.strip_suffix("_id")?;
        match wire {
            "requester" | "submitter" | "assignee" => Some(Self::User),
            "winner" => Some(Self::Organization),
            wire => Self::ALL.iter().copied().find(|kind| kind.wire() == wire),
        }
    }

    /// Returns Zendesk's plural name, as in paths and lists.
    pub(crate) fn plural(self) -> String {
        match self.wire().strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None => format!("{}s", self.wire()),
        }
    }

    /// Returns whether its ids come from the sequence that most kinds share. Tickets are numbered
    /// from 1, as in a real account.
    pub(crate) const fn shares_ids(self) -> bool {
        !matches!(self, Self::Ticket)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// A record of any kind, by its id. Every typed id converts into one. Shown as `user 72`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RecordRef {
    /// The kind of record.
    pub kind: Kind,
    /// Its id.
    pub id: u64,
}

impl fmt::Display for RecordRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// The ranges from which plans draw ids: the start of the first, the length of each, and their
/// number. All ids in them have 14 digits.
const PLAN_RANGES_START: u64 = 22_000_000_000_000;
const PLAN_RANGE_LENGTH: u64 = 1 << 32;
const PLAN_RANGE_COUNT: u64 = 16_000;

/// New ids are above this number.
const DRAWN_IDS_START: u64 = 21_859_498_328_596;

/// The distance between drawn ids is a multiple of this, as in recorded ids of one batch.
const ID_STEP: u64 = 128;

/// Smaller ids count as small, as people write them into fixtures. Ids that are derived from small
/// ids start at ten times this.
const SMALL_ID_LIMIT: u64 = 1_000_000_000_000;

/// The sequence never assigns a smaller id, not even to the records that a new account contains.
const MIN_ASSIGNED_ID: u64 = DRAWN_IDS_START - 32 * ID_STEP;

/// The largest id that a record may have: Zendesk's fit 63 bits.
pub(crate) const MAX_ID: u64 = i64::MAX as u64;

/// The sequence does not continue after a larger id. That leaves room for new ids within the 53
/// bits of a float.
const MAX_DRAWN_ID: u64 = 1 << 52;

/// The tickets of the first range of a plan start above this number.
const PLAN_TICKETS_START: u64 = 1_000_000;

/// Draws the ids of new records.
///
/// All kinds except tickets share one sequence, so that an id of one kind is never an id of another
/// and swapped ids are noticed. As in Zendesk, ids rise, leave gaps, and have 14 digits: more than
/// 32 bits, but fewer than the 53 bits that a float can hold.
#[derive(Clone, Debug)]
pub(crate) struct IdSequence {
    last: u64,
    last_ticket: u64,
    order: Order,
}

/// The order in which new ids come.
#[derive(Clone, Copy, Debug)]
enum Order {
    Rising,
    /// Of each two ids, the larger one comes first. The smaller one is kept until then.
    InSwappedPairs {
        kept: Option<u64>,
    },
}

impl IdSequence {
    pub(crate) const fn new() -> Self {
        Self {
            last: DRAWN_IDS_START,
            last_ticket: 0,
            order: Order::Rising,
        }
    }

    /// Returns the ids of a plan. Each seed number has a private range, so that a plan's ids do not
    /// depend on other ids that are drawn. Zendesk's ids also come from several interleaved ranges.
    pub(crate) const fn of_plan(seed: u64) -> Self {
        // Small numbers, which people use most, all get different ranges, because this factor and
        // 16,000 have no common divisor.
        let range = (seed % PLAN_RANGE_COUNT * 7_919) % PLAN_RANGE_COUNT;
        Self {
            last: PLAN_RANGES_START + range * PLAN_RANGE_LENGTH,
            last_ticket: PLAN_TICKETS_START * (1 + range),
            order: Order::Rising,
        }
    }

    /// Returns one of the few ids of the records that a new account contains. They are below all
    /// drawn ids.
    pub(crate) fn birth_id<T: RecordId>(&self, number: u64) -> T {
        T::from_number(DRAWN_IDS_START - 2 * ID_STEP * (number + 1))
    }

    /// Returns an id that is derived from the id of another record, that is never drawn, and that
    /// is derived from no other id. For a drawn id, this is halfway to the next one. For a small
    /// id, as people write them into fixtures, it has 14 digits and ends in that id. `None` means
    /// that the id is neither.
    pub(crate) fn beside(&self, id: impl RecordId) -> Option<u64> {
        match id.number() {
            small @ 0..SMALL_ID_LIMIT => Some(SMALL_ID_LIMIT * 10 + small),
            drawn @ MIN_ASSIGNED_ID..=MAX_DRAWN_ID => Some(drawn + ID_STEP / 2),
            _ => None,
        }
    }

    /// Continues after this id, which was assigned elsewhere. Ignores an id that is larger than
    /// any drawn one.
    pub(crate) fn skip(&mut self, id: u64) {
        if id <= MAX_DRAWN_ID {
            self.last = self.last.max(id);
        }
    }

    /// Continues after this ticket. Ignores a number that is larger than any drawn one.
    pub(crate) fn skip_ticket(&mut self, ticket: TicketId) {
        if ticket.get() <= MAX_DRAWN_ID {
            self.last_ticket = self.last_ticket.max(ticket.get());
        }
    }

    pub(crate) fn draw<T: RecordId>(&mut self) -> T {
        let id = match self.order {
            Order::Rising => self.next(),
            Order::InSwappedPairs { kept: Some(kept) } => {
                self.order = Order::InSwappedPairs { kept: None };
                kept
            }
            Order::InSwappedPairs { kept: None } => {
                let kept = Some(self.next());
                self.order = Order::InSwappedPairs { kept };
                self.next()
            }
        };
        T::from_number(id)
    }

    fn next(&mut self) -> u64 {
        self.last += ID_STEP * (1 + scatter(self.last) % 4);
        self.last
    }

    /// Lets further ids come out of order, as Zendesk's do at times.
    pub(crate) fn come_out_of_order(&mut self) {
        self.order = Order::InSwappedPairs { kept: None };
    }

    pub(crate) fn draw_ticket(&mut self) -> TicketId {
        self.last_ticket += 1;
        TicketId(self.last_ticket)
    }
}

/// Puts the ids for the items of one background job into another order than that of the items.
///
/// Zendesk processes the items of a job in parallel. Recorded jobs show one id for each item, and
/// the ids are not in ascending order.
pub(crate) fn out_of_order<T>(ids: &mut [T]) {
    for pair in ids.chunks_exact_mut(2) {
        pair.swap(0, 1);
    }
}

/// Turns a number into another that looks random, with splitmix64's finalizer. The result is the
/// same on every platform.
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
        let starts: std::collections::BTreeSet<u64> = (0..PLAN_RANGE_COUNT)
            .map(|seed| IdSequence::of_plan(seed).last)
            .collect();
        assert_eq!(starts.len() as u64, PLAN_RANGE_COUNT);
    }

    #[test]
    fn ids_of_one_job_are_not_in_ascending_order() {
        let mut ids = IdSequence::new();
        let mut drawn: Vec<MembershipId> = (0..5).map(|_| ids.draw()).collect();
        out_of_order(&mut drawn);
        assert!(!drawn.is_sorted(), "{drawn:?}");
    }
}
