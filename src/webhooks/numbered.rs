//! Ids that look random and are the same in every run, as Zendesk writes them.

use crate::base::ids::scatter;
use crate::base::time::Moment;
use crate::base::ulid::ulid_with_random;

/// What ids are drawn for. Those for different purposes differ.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Event,
    Webhook,
    Invocation,
    Secret,
}

/// Returns 128 bits for the number of a thing.
fn bits(purpose: Purpose, number: u64) -> u128 {
    let start = (number << 3) | purpose as u64;
    (u128::from(scatter(start)) << 64) | u128::from(scatter(!start))
}

/// Returns a UUID of version 4.
pub(super) fn uuid(purpose: Purpose, number: u64) -> String {
    let bits = bits(purpose, number);
    let versioned = bits & !(0xf << 76) & !(0b11 << 62) | (0x4 << 76) | (0b10 << 62);
    let hex = format!("{versioned:032x}");
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

/// Returns a ULID, which starts with the time.
pub(super) fn ulid(purpose: Purpose, number: u64, now: Moment) -> String {
    ulid_with_random(now, bits(purpose, number))
}

/// Returns the bytes of a secret.
pub(super) fn secret_bytes(number: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    let halves = [2 * number, 2 * number + 1].map(|half| bits(Purpose::Secret, half));
    bytes[..16].copy_from_slice(&halves[0].to_be_bytes());
    bytes[16..].copy_from_slice(&halves[1].to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::*;

    #[test]
    fn ids_have_the_form_of_zendesks_and_differ() {
        let event = uuid(Purpose::Event, 1);
        let lengths: Vec<usize> = event.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert!(event[14..].starts_with('4'), "{event}");
        assert!("89ab".contains(&event[19..20]), "{event}");

        // The time of the documented id 01F1KRFQ6BG29CNWFR60NK5FNY.
        let time = Moment::since_epoch(Duration::from_millis(1_616_644_660_427));
        let webhook = ulid(Purpose::Webhook, 1, time);
        assert_eq!((webhook.len(), &webhook[..10]), (26, "01F1KRFQ6B"));

        let ids = (0..1_000).flat_map(|number| {
            [Purpose::Event, Purpose::Webhook, Purpose::Invocation]
                .map(|purpose| uuid(purpose, number))
        });
        assert_eq!(ids.collect::<BTreeSet<_>>().len(), 3_000);
        assert_ne!(secret_bytes(1), secret_bytes(2));
    }
}
