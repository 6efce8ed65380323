//! Zendesk's texts for groups that break its rules.

use crate::base::refusal::Violation;

pub(super) fn name_blank() -> Violation {
    Violation::blank("name", "Name: cannot be blank")
}

/// The documentation says that this is refused. The exact text is not known.
pub(super) fn stays_private() -> Violation {
    Violation::invalid("is_public", "Is public: is invalid")
}

/// The sentence is documented. Its place in the reply is not known.
pub(super) fn is_a_default() -> Violation {
    let sentence = "Group not updated. This is the default group for one or more agents and cannot be deleted.";
    Violation::uncoded("base", sentence)
}

/// Returns the violation for a record that names a group that does not exist.
pub(crate) fn group_blank() -> Violation {
    Violation::blank("group", "Group cannot be blank")
}
