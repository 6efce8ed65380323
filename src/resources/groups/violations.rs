//! What Zendesk says of groups that break its rules.

use crate::base::refusal::Violation;

pub(super) fn name_blank() -> Violation {
    Violation::blank("name", "Name: cannot be blank")
}

/// That it is refused is documented; the words are not known.
pub(super) fn stays_private() -> Violation {
    Violation::invalid("is_public", "Is public: is invalid")
}

/// The sentence is documented; where it stands in the reply is not known.
pub(super) fn is_a_default() -> Violation {
    let sentence = "Group not updated. This is the default group for one or more agents and cannot be deleted.";
    Violation::uncoded("base", sentence)
}

/// The group that another record names is not there.
pub(crate) fn group_blank() -> Violation {
    Violation::blank("group", "Group cannot be blank")
}
