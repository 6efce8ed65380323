//! [`Ends`]: which requests got the last page of an export again and again.
//!
//! `next_page` is set on every page of a time-based export, so a program that stops only without it
//! never stops. Each of its requests is allowed, so without this a test of it would hang.

use std::collections::BTreeMap;

use crate::base::time::Timestamp;

/// How often the same request may get the last page of an export in a minute of the clock. Zendesk
/// allows no more time-based exports in a minute.
const MAX_ENDS: u32 = 10;

/// The requests of the current minute that got the last page of an export, by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ends {
    minute: u64,
    last: BTreeMap<String, (String, u32)>,
}

impl Ends {
    /// Returns how often this request got the last page, if that was too often.
    pub(crate) fn too_many(&mut self, path: &str, query: &str, now: Timestamp) -> Option<u32> {
        let minute = now.unix_seconds() / 60;
        if minute != self.minute {
            (self.minute, self.last) = (minute, BTreeMap::new());
        }
        let (last, times) = self.last.get(path)?;
        (last == query && *times >= MAX_ENDS).then_some(*times)
    }

    /// Notes that this request got a page of an export. Any other page starts the count anew.
    pub(crate) fn note(&mut self, path: &str, query: &str, is_end: bool) {
        let entry = self.last.entry(path.to_owned()).or_default();
        if entry.0 != query || !is_end {
            *entry = (query.to_owned(), 0);
        }
        entry.1 += u32::from(is_end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_last_page_in_the_same_minute_is_too_much() {
        let mut ends = Ends::default();
        let now = Timestamp::from_unix_seconds(600);
        let mut ask = |query: &str, is_end: bool, now: Timestamp| {
            let refused = ends.too_many("/users", query, now);
            if refused.is_none() {
                ends.note("/users", query, is_end);
            }
            refused
        };
        for _ in 0..9 {
            assert_eq!(ask("start_time=1", true, now), None);
        }
        assert_eq!(ask("start_time=2", true, now), None);
        for _ in 0..10 {
            assert_eq!(ask("start_time=1", true, now), None);
        }
        assert_eq!(ask("start_time=1", true, now), Some(10));
        assert_eq!(ask("start_time=1", true, now), Some(10));
        let later = Timestamp::from_unix_seconds(660);
        assert_eq!(ask("start_time=1", true, later), None);
        for _ in 0..20 {
            assert_eq!(ask("start_time=1", false, later), None);
        }
    }
}
