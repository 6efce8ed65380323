//! The list of the open questions.
//!
//! The documentation, the table in `docs/evidence.md` and the failure texts all come from it.

/// Makes the questions from one entry each.
macro_rules! open_questions {
    ($($name:ident {
        question: $question:literal,
        usual: $usual:literal,
        other: $other:literal,
        evidence: $evidence:literal,
        rows: [$($row:literal),+],
    })+) => {
        /// A question that Zendesk's documentation leaves open, where Zendesk might do either of
        /// two things.
        ///
        /// The double gives the usual answer unless the builder asks for the other one with
        /// [`other_answer`](crate::MockZendeskBuilder::other_answer) or, for all questions at once,
        /// with [`all_other_answers`](crate::MockZendeskBuilder::all_other_answers). A client that
        /// is right under both answers does not depend on what nobody knows.
        ///
        /// Neither answer contradicts Zendesk's documentation or a recording. The rows of
        /// `docs/evidence.md` that [`rows`](Self::rows) names have the sources.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum OpenQuestion {
            $(
                #[doc = concat!(
                    $question,
                    "\n\n- Usual answer: ", $usual, ".\n- Other answer: ", $other, ".\n\n", $evidence
                )]
                $name,
            )+
        }

        /// All questions, in the order of the enum.
        pub(super) const ALL: &[OpenQuestion] = &[$(OpenQuestion::$name),+];

        impl OpenQuestion {
            /// Returns the question as a sentence.
            #[must_use]
            pub fn question(self) -> &'static str {
                match self { $(Self::$name => $question),+ }
            }

            /// Returns what the double does unless the builder says otherwise.
            #[must_use]
            pub fn usual(self) -> &'static str {
                match self { $(Self::$name => $usual),+ }
            }

            /// Returns what Zendesk might do as well.
            #[must_use]
            pub fn other(self) -> &'static str {
                match self { $(Self::$name => $other),+ }
            }

            /// Returns what is known, and why it does not decide the question.
            #[must_use]
            pub fn evidence(self) -> &'static str {
                match self { $(Self::$name => $evidence),+ }
            }

            /// Returns the ids of the rows in `docs/evidence.md` that describe the usual answer,
            /// with their sources.
            #[must_use]
            pub fn rows(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($row),+]),+ }
            }
        }
    };
}

open_questions! {
    NonDefaultValue {
        question: "What is `default` in a membership that is not the default?",
        usual: "null",
        other: "false, as in group memberships",
        evidence: "The documentation says null. There is no recording of one.",
        rows: ["OM2"],
    }
    UserListUnderCursor {
        question: "What is the order of a user's memberships under cursor pagination?",
        usual: "the default first, then by organization name, as under offset pagination",
        other: "by membership id",
        evidence: "The documentation makes no exception for a kind of pagination. Organizations are \
                   recorded by name under offset pagination and by id under cursor pagination.",
        rows: ["L4"],
    }
    OrganizationIdsOnWrite {
        question: "What does `organization_ids` do when a request writes it to a user?",
        usual: "afterwards the user is in these organizations and in no others",
        other: "it is dropped, and the reply warns of that",
        evidence: "The OpenAPI document has it as writable and does not say what it does. Other \
                   pages do not mention that.",
        rows: ["X7", "NU77"],
    }
    UpsertOrganization {
        question: "What does the organization of an upsert mean for a user who exists?",
        usual: "it becomes the only one, as in an update",
        other: "the user joins it and stays in the others",
        evidence: "The documentation of updates says that `organization_id` removes all other \
                   organizations. An example of upserts says that the user is added to one.",
        rows: ["NU73"],
    }
    NamedOrganization {
        question: "What happens if a user is put into an organization by a name that no \
                   organization has?",
        usual: "the organization is created",
        other: "404, as for an unknown id",
        evidence: "The documentation says only that the organization is named.",
        rows: ["NU74"],
    }
    UnknownGroup {
        question: "What happens to an organization that is given the `group_id` of no group, or of \
                   a deleted one?",
        usual: "422 on `group`",
        other: "the id is kept as given, and has no effect",
        evidence: "Nothing is known.",
        rows: ["Q-NO2"],
    }
    InvalidFieldValue {
        question: "What happens to a user or an organization that is given a value that a custom \
                   field cannot have?",
        usual: "422 on `base`, with the title of the field",
        other: "the value is dropped, and the field keeps the one that it has",
        evidence: "Nothing is known of users and organizations. Tickets are reported to drop such a \
                   value.",
        rows: ["Q-NO8", "NU180"],
    }
    WrongTokenOnUsersMe {
        question: "What does `users/me` answer to a wrong token?",
        usual: "401, as everywhere else",
        other: "200 with the anonymous user",
        evidence: "Reports contradict each other: clients of 2016 and 2023 saw the anonymous user.",
        rows: ["A5"],
    }
    QuotedEmail {
        question: "Whom does a search for `email:\"dwight@example.com\"` find, with quotes?",
        usual: "the user with this address",
        other: "every user with an address that starts with the part before the `@`",
        evidence: "The documentation says that it may return any user whose address starts so.",
        rows: ["Q-NS3"],
    }
    NextDefault {
        question: "Which membership becomes the default when the default is deleted?",
        usual: "the one with the lowest id",
        other: "the one with the highest id",
        evidence: "The documentation says only that one of the others does.",
        rows: ["D4"],
    }
    UnknownUser {
        question: "What is the answer to a new membership of a user who does not exist, or is deleted?",
        usual: "422 on `user`, as for an organization that does not exist",
        other: "404",
        evidence: "Nothing is known of users.",
        rows: ["C9", "C22"],
    }
    ListOfDeletedUser {
        question: "What is the list of memberships of a deleted user?",
        usual: "200, and empty",
        other: "404, as for a user who never existed",
        evidence: "A deleted user can still be shown. Nothing is known of the list.",
        rows: ["L6", "X11"],
    }
    ReplyOfMakeDefault {
        question: "Which keys of a page does the reply of `make_default` have?",
        usual: "`next_page`, `previous_page` and `count`",
        other: "none, only the list",
        evidence: "The documentation shows only that it is a list.",
        rows: ["K1"],
    }
    KeptMembership {
        question: "What becomes of the membership of a user whose `organization_id` is set to an \
                   organization that the user is in?",
        usual: "it keeps its id",
        other: "another membership with another id takes its place",
        evidence: "It is reported that the user stays in the organization and leaves the others.",
        rows: ["X4"],
    }
    OrganizationsOfAgents {
        question: "May an agent unassign an agent from an organization, or make it the default, by \
                   the id of the organization?",
        usual: "no, 403",
        other: "yes",
        evidence: "The page of memberships allows it to agents. The help centre lets only admins \
                   manage the organizations of agents.",
        rows: ["RO4"],
    }
    FailedCreation {
        question: "Which keys does the result of a membership have that `create_many` could not create?",
        usual: "`index`, `error` and `details`",
        other: "`action`, `details`, `error`, `id`, which is its index, and `success`",
        evidence: "The first are recorded of organizations, the others are in the OpenAPI document.",
        rows: ["JS9"],
    }
    FailedDeletion {
        question: "Which keys does the result of a membership have that `destroy_many` did not find?",
        usual: "`action`, `id`, `success`, `error` and `details`",
        other: "`index`, `error`, `id` and `details`",
        evidence: "The first are in the OpenAPI document, the others are recorded of updates of \
                   organizations.",
        rows: ["JS11"],
    }
    EmptyArrayOfItems {
        question: "What is the answer to a bulk operation with an empty array?",
        usual: "a job that has nothing to do",
        other: "400 `ParameterMissing`",
        evidence: "Nothing is known.",
        rows: ["J3"],
    }
    ItemsBeyondTheRole {
        question: "What is the answer to a bulk operation of which the caller's role does not allow \
                   an item?",
        usual: "a job in which this item fails",
        other: "403, and no job",
        evidence: "Nothing is known.",
        rows: ["Q36"],
    }
    IdsInBrackets {
        question: "What does a bulk operation make of `ids[]=1&ids[]=2`?",
        usual: "both ids count",
        other: "it has no ids, so 400 `ParameterMissing`",
        evidence: "Nothing is known. Of `ids=1&ids=2` only the last one counts, as reported.",
        rows: ["Y3"],
    }
    ListOfJobs {
        question: "Which envelope does the list of jobs have if the request does not ask for one?",
        usual: "that of cursor pagination",
        other: "that of offset pagination",
        evidence: "The documentation names only cursor pagination. Other lists have it only if a request \
                   asks for it, and there is no recording of a request that does not.",
        rows: ["G3"],
    }
    DeletingOneself {
        question: "What is the answer to a user who deletes itself?",
        usual: "403",
        other: "422 on `base`",
        evidence: "Nothing is known.",
        rows: ["NUQ9"],
    }
    SideloadedOrganizations {
        question: "Which organizations does `include=organizations` add to users?",
        usual: "the default ones",
        other: "all that the users are in",
        evidence: "The documentation only has the name.",
        rows: ["I3b", "NU120"],
    }
    SecondaryAddress {
        question: "What is the `email` of a user whom `users/search` finds by a secondary address?",
        usual: "the primary address",
        other: "the address that was asked for",
        evidence: "The latter was recorded once, seconds after a change of the primary address.",
        rows: ["NU124"],
    }
    OrderOfUserSearch {
        question: "In which order does `users/search` list what it finds?",
        usual: "by id",
        other: "by id, the newest first",
        evidence: "There is a report of a random order. Zendesk promises none.",
        rows: ["NU130"],
    }
    UsersSearchByBoth {
        question: "What does `users/search` look for if it gets both `query` and `external_id`?",
        usual: "the external id",
        other: "the query",
        evidence: "Nothing is known.",
        rows: ["NU128"],
    }
    UsersSearchByNothing {
        question: "What is the answer to `users/search` without `query` and `external_id`?",
        usual: "200, and nobody is found",
        other: "400 `ParameterMissing`",
        evidence: "Nothing is known.",
        rows: ["NU129"],
    }
    OrganizationsSearchByBoth {
        question: "What does `organizations/search` look for if it gets both `external_id` and \
                   `name`?",
        usual: "the external id",
        other: "the name",
        evidence: "The documentation only says not to send both.",
        rows: ["Q-NO3"],
    }
    OrganizationsSearchByNothing {
        question: "What is the answer to `organizations/search` and autocomplete of organizations \
                   without a parameter?",
        usual: "400 `ParameterMissing`",
        other: "200, and nothing is found",
        evidence: "A comment in a client mentions a 400 of autocomplete.",
        rows: ["Q-NO4"],
    }
    TakenExternalId {
        question: "On which key is the error of an organization whose external id is taken?",
        usual: "`external_id`",
        other: "`name`",
        evidence: "Only the words are known.",
        rows: ["Q-NO15"],
    }
    UpsertByUnknownId {
        question: "What does an upsert of an organization do with an `id` that no organization has?",
        usual: "404, and nothing is created",
        other: "the id does not count, so an organization is created",
        evidence: "The documentation only says that a known id updates.",
        rows: ["Q-NO5"],
    }
    BatchByExternalId {
        question: "Does an item in a batch of `update_many` find its organization by `external_id` \
                   alone?",
        usual: "no, the item fails",
        other: "yes, as in a batch of users",
        evidence: "Nothing is known.",
        rows: ["Q-NO6"],
    }
    OtherKeysOfAgents {
        question: "What is the answer to an agent who changes more of an organization than its \
                   notes?",
        usual: "403, and nothing changes",
        other: "200, and only the notes change",
        evidence: "The documentation only says that agents can only update notes.",
        rows: ["Q-NO13"],
    }
    StatusOfTags {
        question: "What is the status of a POST to the tags of an organization?",
        usual: "201",
        other: "200",
        evidence: "It is 201 for tickets. Older documentation has 200.",
        rows: ["Q-NO17"],
    }
    NextDefaultGroup {
        question: "Which group membership becomes the default when the default is deleted?",
        usual: "the one with the lowest id",
        other: "the one with the highest id",
        evidence: "It is known that the default can be deleted.",
        rows: ["Q-NO11"],
    }
    DeletingADeletedGroup {
        question: "What is the answer to a second DELETE of a group?",
        usual: "404",
        other: "204",
        evidence: "A deleted group can still be shown. Nothing is known of another DELETE.",
        rows: ["Q-NO9"],
    }
    NoCustomRoles {
        question: "What is the list of custom roles of an account that has none?",
        usual: "200, and empty",
        other: "403",
        evidence: "Only some plans have custom roles. Nothing is known of the others.",
        rows: ["NO158"],
    }
    FieldsUnderCursor {
        question: "What is the order of custom fields under cursor pagination?",
        usual: "by id",
        other: "by position, as under offset pagination",
        evidence: "Nothing is known.",
        rows: ["Q-NO18"],
    }
    SearchWithoutQuery {
        question: "What is the answer to a search without `query`?",
        usual: "400 `ParameterMissing`",
        other: "200, and nothing is found",
        evidence: "Nothing is known.",
        rows: ["Q-NS1"],
    }
    OrganizationOfATicket {
        question: "Which tickets does `organization:` find in a search?",
        usual: "those of the organization",
        other: "those of its members",
        evidence: "The help centre says tickets by requesters who are members. That text is older \
                   than users in several organizations.",
        rows: ["Q-NS16"],
    }
    EmptyExportPage {
        question: "What are `end_time` and `next_page` of a time-based export page without rows?",
        usual: "null",
        other: "the time that was asked for, and a link to the same page",
        evidence: "The cursor of such a page is recorded as null in cursor-based exports. The \
                   OpenAPI document allows `end_time` to be null.",
        rows: ["Q-NS8"],
    }
    PageOutOfRange {
        question: "What is the answer to a `per_page` that is not between 1 and 100, or a `page` \
                   below 1?",
        usual: "`per_page` counts as 100, and `page` as 1",
        other: "400 `InvalidPaginationParameter`",
        evidence: "The documentation says only that 100 is the largest.",
        rows: ["O4", "O5", "O7"],
    }
    CursorErrors {
        question: "Which envelope does the error of a bad cursor or page size have?",
        usual: "`error` and `description`",
        other: "`errors`, an array with `code` and `title`",
        evidence: "The documentation has both, each for other resources.",
        rows: ["E14", "E15"],
    }
    MalformedJson {
        question: "What is the body of the error for malformed JSON?",
        usual: "400 with a text",
        other: "400 with JSON",
        evidence: "The documentation says only that a bad request may get text.",
        rows: ["E17"],
    }
    PluralRoot {
        question: "What is the answer to the root key of several memberships where one is expected?",
        usual: "400 `TooManyValues`",
        other: "422 `RecordInvalid`",
        evidence: "The first was reported in 2024 without its status, the other status in 2020.",
        rows: ["C16"],
    }
    BodyOfAnotherType {
        question: "What is the answer to a body whose `Content-Type` is not that of JSON?",
        usual: "the body is not read, so its root key is missing",
        other: "415",
        evidence: "The documentation says only that requests must say JSON.",
        rows: ["F13"],
    }
    SuspendedCaller {
        question: "What is the answer to a suspended user?",
        usual: "401",
        other: "403",
        evidence: "Nothing is known.",
        rows: ["A9"],
    }
    UndocumentedAttributes {
        question: "Does a record have attributes that the documentation does not have?",
        usual: "no",
        other: "every record in a reply ends with `undocumented_attribute`, an array",
        evidence: "Zendesk \"may modify the attributes and resources available to the API\" without \
                   advance notice.",
        rows: ["W20"],
    }
}
