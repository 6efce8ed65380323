//! Assertions on the account in domain terms: who is in which organizations, and what a run
//! changed.

use std::collections::BTreeSet;

use crate::base::difference::Difference;
use crate::base::ids::{OrganizationId, UserId};
use crate::base::place::Place;
use crate::calls::{Call, Failure, FailureKind, state_failure};
use crate::handle::job_state::left_undone;
use crate::handle::zendesk::MockZendesk;
use crate::resources::account::Account;
use crate::resources::difference::AccountDiff;

/// Assertions on a user. [`MockZendesk::assert_user`] returns it.
#[must_use = "nothing is asserted about the user yet; call `organizations` or `default`"]
#[derive(Debug)]
pub struct AssertUser<'a> {
    zendesk: &'a MockZendesk,
    user: UserId,
}

/// Assertions on a membership. [`MockZendesk::assert_membership`] returns it.
#[must_use = "nothing is asserted about the membership yet; call `exists`, `is_default` or `absent`"]
#[derive(Debug)]
pub struct AssertMembership<'a> {
    zendesk: &'a MockZendesk,
    user: UserId,
    organization: OrganizationId,
}

/// # Assertions on the account
impl MockZendesk {
    /// Returns assertions on a user. Each checks the state at the time when it is called.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (ada, acme, globex) = (seed.user("Ada"), seed.organization("Acme"), seed.organization("Globex"));
    /// seed.membership(&ada, &acme);
    /// seed.membership(&ada, &globex);
    /// zendesk.assert_user(&ada).organizations([&globex, &acme]).default(&acme);
    /// # }
    /// ```
    pub fn assert_user(&self, user: impl Into<UserId>) -> AssertUser<'_> {
        AssertUser {
            zendesk: self,
            user: user.into(),
        }
    }

    /// Returns assertions on the membership of a user in an organization.
    ///
    /// Each checks the state at the time when it is called.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (ada, acme, globex) = (seed.user("Ada"), seed.organization("Acme"), seed.organization("Globex"));
    /// seed.membership(&ada, &acme);
    /// zendesk.assert_membership(&ada, &acme).exists();
    /// zendesk.assert_membership(&ada, &globex).absent();
    /// # }
    /// ```
    pub fn assert_membership(
        &self,
        user: impl Into<UserId>,
        organization: impl Into<OrganizationId>,
    ) -> AssertMembership<'_> {
        let (user, organization) = (user.into(), organization.into());
        AssertMembership {
            zendesk: self,
            user,
            organization,
        }
    }

    /// Asserts that exactly these changes happened in the account since this snapshot, in any
    /// order.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// # let zendesk = MockZendesk::start().await;
    /// let (ada, acme) = (zendesk.seed().user("Ada"), zendesk.seed().organization("Acme"));
    /// let before = zendesk.account();
    /// zendesk.seed().membership(&ada, &acme);
    /// zendesk.assert_changes(&before, [account::Difference::joined(&ada, &acme), account::Difference::default_gained(&ada, &acme)]);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the changes are not exactly these, or if no change is expected and no call came
    /// after the snapshot, though some came before, or if the snapshot is of another double.
    #[track_caller]
    pub fn assert_changes(&self, since: &Account, expected: impl IntoIterator<Item = Difference>) {
        Failure::or_panic(self.try_assert_changes(since, expected));
    }

    /// Returns what has changed in the account since this snapshot.
    #[must_use]
    pub fn changes_since(&self, snapshot: &Account) -> AccountDiff {
        self.account().changes_since(snapshot)
    }
}

impl MockZendesk {
    /// Compares the actual changes with the expected ones.
    #[track_caller]
    pub(super) fn check_changes(
        &self,
        since: &Account,
        expected: impl IntoIterator<Item = Difference>,
        place: Place,
    ) -> Result<(), Failure> {
        let journal = self.backend.journal();
        let is_ours = since
            .taken
            .is_none_or(|taken| taken.double == journal.double);
        assert!(
            is_ours,
            "this snapshot is from another double; take it with `account()` of this one"
        );
        let actual: BTreeSet<Difference> = self
            .changes_since(since)
            .differences()
            .iter()
            .cloned()
            .collect();
        let expected: BTreeSet<Difference> = expected.into_iter().collect();
        if actual == expected {
            return self.has_acted_since(since, &actual, place);
        }
        let account = self.account();
        let named = |difference: &Difference| account.describe(difference);
        let missing = expected
            .difference(&actual)
            .map(|difference| format!("missing:    {}", named(difference)));
        let unexpected = actual.difference(&expected).flat_map(|difference| {
            [
                format!("unexpected: {}", named(difference)),
                format!("            to expect it: {}", difference.as_code()),
            ]
        });
        let headline = format!(
            "expected {} in the account, got {}",
            changes(expected.len()),
            changes(actual.len())
        );
        let details = missing.chain(unexpected).collect();
        let records = expected
            .symmetric_difference(&actual)
            .flat_map(Difference::records);
        let ids: Vec<u64> = records
            .filter(|record| record.kind.shares_ids())
            .map(|record| record.id)
            .collect();
        let is_about_it =
            |call: &Call| !call.effects().is_empty() || ids.iter().any(|id| call.mentions(*id));
        Err(self.wrong_records(headline, place, details, is_about_it))
    }

    /// Fails if the snapshot was taken after the last call: that nothing has changed since then
    /// says nothing about the calls.
    fn has_acted_since(
        &self,
        since: &Account,
        actual: &BTreeSet<Difference>,
        place: Place,
    ) -> Result<(), Failure> {
        let received = self.backend.journal().received;
        let is_late = since
            .taken
            .is_some_and(|taken| taken.calls == received && received > 0);
        if !actual.is_empty() || !is_late {
            return Ok(());
        }
        let headline = format!(
            "expected no change in the account; the snapshot was taken after the last call, #{received}, so this says nothing about the program"
        );
        let head = [
            headline,
            format!("  asserted at {place}"),
            "  take the snapshot before the program acts".to_owned(),
        ];
        Err(Failure {
            kind: FailureKind::NothingToJudge,
            ..state_failure(&head, &self.backend.journal(), |_| false)
        })
    }

    /// Returns a failure about records, which says what the background jobs of these calls left
    /// undone.
    fn wrong_records(
        &self,
        headline: String,
        place: Place,
        mut details: Vec<String>,
        is_about_it: impl Fn(&Call) -> bool,
    ) -> Failure {
        let calls = self.calls();
        let about_it = calls.iter().filter(|call| is_about_it(call));
        details.extend(left_undone(&self.account(), about_it));
        self.wrong_state(headline, place, details, is_about_it)
    }

    pub(super) fn wrong_state(
        &self,
        headline: String,
        place: Place,
        details: Vec<String>,
        is_about_it: impl Fn(&Call) -> bool,
    ) -> Failure {
        // A body that cannot be read may be about anything.
        let is_about_it = |call: &Call| is_about_it(call) || call.is_unreadable();
        let mut head = vec![headline, format!("  asserted at {place}")];
        head.extend(details.into_iter().map(|detail| format!("  {detail}")));
        state_failure(&head, &self.backend.journal(), is_about_it)
    }
}

/// The number of organizations that are listed by name.
const MAX_SHOWN_NAMES: usize = 8;

fn changes(count: usize) -> String {
    match count {
        0 => "no change".to_owned(),
        1 => "1 change".to_owned(),
        count => format!("{count} changes"),
    }
}

/// # Assertions
impl AssertUser<'_> {
    /// Asserts that the user is in exactly these organizations, in any order.
    ///
    /// # Panics
    ///
    /// Panics if the user is in others, or not in all of these.
    #[track_caller]
    pub fn organizations<O: Into<OrganizationId>>(
        &self,
        organizations: impl IntoIterator<Item = O>,
    ) -> &Self {
        Failure::or_panic(self.try_organizations(organizations));
        self
    }

    /// Asserts that this is the user's default organization.
    ///
    /// # Panics
    ///
    /// Panics if it is not.
    #[track_caller]
    pub fn default(&self, organization: impl Into<OrganizationId>) -> &Self {
        Failure::or_panic(self.try_default(organization));
        self
    }
}

/// # Assertions that return a `Result`
impl AssertUser<'_> {
    /// Like [`AssertUser::organizations`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if the user is in others, or not in all of these.
    #[track_caller]
    pub fn try_organizations<O: Into<OrganizationId>>(
        &self,
        organizations: impl IntoIterator<Item = O>,
    ) -> Result<(), Failure> {
        let place = Place::here();
        let expected: BTreeSet<OrganizationId> =
            organizations.into_iter().map(Into::into).collect();
        let account = self.zendesk.account();
        let actual: BTreeSet<OrganizationId> =
            account.organization_ids_of_user(self.user).collect();
        let exists = account.user(self.user).is_some();
        if expected == actual && exists {
            return Ok(());
        }
        let headline = format!(
            "expected user {} to be in {}, but {}",
            account.name(self.user).brief(),
            names(&account, &expected),
            if exists {
                format!("the user is in {}", names(&account, &actual))
            } else {
                "there is no such user".to_owned()
            },
        );
        let missing: BTreeSet<_> = expected.difference(&actual).copied().collect();
        let unexpected: BTreeSet<_> = actual.difference(&expected).copied().collect();
        let differing: Vec<_> = missing.union(&unexpected).copied().collect();
        let mut details = Vec::new();
        if !missing.is_empty() {
            details.push(format!("missing:    {}", names(&account, &missing)));
        }
        if !unexpected.is_empty() {
            details.push(format!("unexpected: {}", names(&account, &unexpected)));
        }
        Err(self.wrong(headline, place, details, &differing))
    }

    /// Like [`AssertUser::default`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if it is not.
    #[track_caller]
    pub fn try_default(&self, organization: impl Into<OrganizationId>) -> Result<(), Failure> {
        self.check_default(organization.into(), Place::here())
    }
}

impl AssertUser<'_> {
    fn check_default(&self, expected: OrganizationId, place: Place) -> Result<(), Failure> {
        let account = self.zendesk.account();
        let actual = account
            .default_membership(self.user)
            .map(|membership| membership.organization_id);
        if actual == Some(expected) {
            return Ok(());
        }
        let organizations: Vec<_> = actual.into_iter().chain([expected]).collect();
        let actual = actual.map_or_else(
            || "there is none".to_owned(),
            |id| format!("it is {}", account.name(id).brief()),
        );
        let headline = format!(
            "expected the default organization of user {} to be {}, but {actual}",
            account.name(self.user).brief(),
            account.name(expected).brief(),
        );
        Err(self.wrong(headline, place, Vec::new(), &organizations))
    }

    /// Returns the failure that shows what happened to the user, and which requests about these
    /// organizations were refused.
    fn wrong(
        &self,
        headline: String,
        place: Place,
        details: Vec<String>,
        organizations: &[OrganizationId],
    ) -> Failure {
        let user = self.user;
        self.zendesk
            .wrong_records(headline, place, details, |call| {
                call.concerns(user.into())
                    || call.mentions(user.get())
                    || organizations
                        .iter()
                        .any(|organization| is_refused_about(call, *organization))
            })
    }
}

/// # Assertions
impl AssertMembership<'_> {
    /// Asserts that the user is in the organization.
    ///
    /// # Panics
    ///
    /// Panics if the user is not in it.
    #[track_caller]
    pub fn exists(&self) {
        Failure::or_panic(self.try_exists());
    }

    /// Asserts that the user is in the organization, and that it is the user's default one.
    ///
    /// # Panics
    ///
    /// Panics if the user is not in it, or if it is not the default.
    #[track_caller]
    pub fn is_default(&self) {
        Failure::or_panic(self.try_is_default());
    }

    /// Asserts that the user is not in the organization.
    ///
    /// # Panics
    ///
    /// Panics if the user is in it, or if the user never existed.
    #[track_caller]
    pub fn absent(&self) {
        Failure::or_panic(self.try_absent());
    }
}

/// # Assertions that return a `Result`
impl AssertMembership<'_> {
    /// Like [`AssertMembership::exists`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if the user is not in it.
    #[track_caller]
    pub fn try_exists(&self) -> Result<(), Failure> {
        self.check(true, Place::here())
    }

    /// Like [`AssertMembership::is_default`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if the user is not in it, or if it is not the default.
    #[track_caller]
    pub fn try_is_default(&self) -> Result<(), Failure> {
        let place = Place::here();
        self.check(true, place)?;
        let user = AssertUser {
            zendesk: self.zendesk,
            user: self.user,
        };
        user.check_default(self.organization, place)
    }

    /// Like [`AssertMembership::absent`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if the user is in it, or if the user never existed.
    #[track_caller]
    pub fn try_absent(&self) -> Result<(), Failure> {
        self.check(false, Place::here())
    }
}

impl AssertMembership<'_> {
    fn check(&self, expected: bool, place: Place) -> Result<(), Failure> {
        let account = self.zendesk.account();
        // Deleted users stay in the account, so this one never existed.
        let is_nobody = account.user(self.user).is_none() && !expected;
        if account.membership(self.user, self.organization).is_some() == expected && !is_nobody {
            return Ok(());
        }
        if is_nobody {
            let headline = format!(
                "expected user {} not to be in an organization; this account never had this user, so there is nothing to check",
                self.user
            );
            let failure = self
                .zendesk
                .wrong_state(headline, place, Vec::new(), |call| {
                    call.mentions(self.user.get())
                });
            return Err(Failure {
                kind: FailureKind::NothingToJudge,
                ..failure
            });
        }
        let (expected, actual) = if expected {
            ("to be", "the user is not")
        } else {
            ("not to be", "the user is")
        };
        let headline = format!(
            "expected user {} {expected} in organization {}, but {actual}",
            account.name(self.user).brief(),
            account.name(self.organization).brief(),
        );
        let (user, organization) = (self.user, self.organization);
        let is_about_it = |call: &Call| {
            call.concerns(user.into())
                || call.concerns(organization.into())
                || call.mentions(user.get())
                || is_refused_about(call, organization)
        };
        Err(self
            .zendesk
            .wrong_records(headline, place, Vec::new(), is_about_it))
    }
}

/// Returns whether a call names the organization anywhere, and was refused.
fn is_refused_about(call: &Call, organization: OrganizationId) -> bool {
    call.is_refused() && call.mentions(organization.get())
}

fn names(account: &Account, organizations: &BTreeSet<OrganizationId>) -> String {
    let names = organizations.iter().map(|id| account.name(*id).brief());
    match organizations.len() {
        0 => "no organization".to_owned(),
        1 => format!("organization {}", names.collect::<String>()),
        count if count > MAX_SHOWN_NAMES => format!("{count} organizations"),
        _ => format!("organizations {}", names.collect::<Vec<_>>().join(", ")),
    }
}
