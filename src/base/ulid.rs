//! ULIDs: ids of 26 characters that start with the time of their creation.
//!
//! <https://github.com/ulid/spec>

use super::ids::scatter;
use super::time::Moment;

/// Crockford's alphabet, which has no I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The number of characters of a ULID.
const LENGTH: usize = 26;

/// The number of bits after the time.
const RANDOM_BITS: u32 = 80;

/// Returns the ULID for a moment and a number. The part that is random in other ULIDs is derived
/// from the number.
pub(crate) fn ulid(moment: Moment, number: u64) -> String {
    let random = u128::from(scatter(number)) << 64 | u128::from(scatter(!number));
    ulid_with_random(moment, random >> (u128::BITS - RANDOM_BITS))
}

/// Returns the ULID for a moment and a random part, whose lowest 80 bits count.
pub(crate) fn ulid_with_random(moment: Moment, random: u128) -> String {
    let random = random & ((1 << RANDOM_BITS) - 1);
    let bits = moment.millis() << RANDOM_BITS | random;
    let digit = |place: usize| {
        let digit = bits >> (5 * (LENGTH - 1 - place)) & 31;
        char::from(ALPHABET[digit as usize])
    };
    (0..LENGTH).map(digit).collect()
}

/// Returns whether a text has the form of a ULID.
pub(crate) fn is_ulid(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The example of the specification has this time.
    #[test]
    fn a_ulid_starts_with_the_time_and_ends_with_what_the_number_makes() {
        let moment = Moment::since_epoch(Duration::from_millis(1_469_922_850_259));
        let (one, two) = (ulid(moment, 1), ulid(moment, 2));
        assert_eq!(&one[..10], "01ARZ3NDEK");
        assert_ne!(one, two);
        assert!(is_ulid(&one) && is_ulid(&two), "{one} {two}");
        let later = ulid(moment.plus(Duration::from_millis(1)), 1);
        assert!(later > one && later[10..] == one[10..], "{one} {later}");
        assert!(!is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAI"), "I is no digit");
    }
}
