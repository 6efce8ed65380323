//! [`Span`]: a time in a query of Zendesk's search. It is a day, a second, or a time before now.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408886879258>

use crate::base::calendar::day_number;
use crate::base::time::Timestamp;

use super::search_query::Operator;

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// The units of a relative time, in seconds. A month has 30 days and a year 365.
const UNITS: [(&str, i64); 6] = [
    ("minute", 60),
    ("hour", 60 * 60),
    ("day", SECONDS_PER_DAY),
    ("week", 7 * SECONDS_PER_DAY),
    ("month", 30 * SECONDS_PER_DAY),
    ("year", 365 * SECONDS_PER_DAY),
];

/// The first and the last second of a time in a query, since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    first: i64,
    last: i64,
}

impl Span {
    /// Parses `2024-09-06`, `2024-09-06T18:52:11Z`, the same with an offset such as `+02:00`, or
    /// `4hours`, which means four hours before `now`. `None` means that it is something else.
    pub(crate) fn parse(text: &str, now: Timestamp) -> Option<Self> {
        let whole = text.trim();
        if let Some(length) = relative(whole) {
            let now = i64::try_from(now.unix_seconds()).ok()?;
            return Some(Self::second(now.saturating_sub(length)));
        }
        let Some((day, time)) = whole.split_once(['T', 't']) else {
            let first = day_number(whole)? * SECONDS_PER_DAY;
            let last = first + SECONDS_PER_DAY - 1;
            return Some(Self { first, last });
        };
        Some(Self::second(
            day_number(day)? * SECONDS_PER_DAY + seconds(time)?,
        ))
    }

    /// Returns whether a text is a length of time before now.
    pub(crate) fn is_relative(text: &str) -> bool {
        relative(text.trim()).is_some()
    }

    const fn second(second: i64) -> Self {
        Self {
            first: second,
            last: second,
        }
    }

    /// Returns whether a time compares in this way. Later than a day is after its end.
    pub(crate) fn compares(self, time: Timestamp, operator: Operator) -> bool {
        let time = i64::try_from(time.unix_seconds()).unwrap_or(i64::MAX);
        self.compares_second(time, operator)
    }

    /// As [`Span::compares`], for a day such as `2018-11-04`, which is its first second.
    pub(crate) fn compares_day(self, day: &str, operator: Operator) -> bool {
        let first = day_number(day).map(|day| day * SECONDS_PER_DAY);
        first.is_some_and(|first| self.compares_second(first, operator))
    }

    fn compares_second(self, time: i64, operator: Operator) -> bool {
        match operator {
            Operator::Is => (self.first..=self.last).contains(&time),
            Operator::Less => time < self.first,
            Operator::Greater => time > self.last,
            Operator::AtMost => time <= self.last,
            Operator::AtLeast => time >= self.first,
        }
    }
}

/// Parses `4hours` or `1 day`, as a number of seconds.
fn relative(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at(text.find(|letter: char| !letter.is_ascii_digit())?);
    let unit = unit.trim_start().to_lowercase();
    let unit = unit.strip_suffix('s').unwrap_or(&unit);
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let number: i64 = match number {
        "" => return None,
        number => number.parse().unwrap_or(i64::MAX),
    };
    Some(number.saturating_mul(*seconds))
}

/// Parses the time of a day with its offset, as seconds since the start of that day in UTC.
fn seconds(text: &str) -> Option<i64> {
    let (clock, offset) = match text.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0),
        None => {
            let (clock, offset) = text.split_at(text.rfind(['+', '-'])?);
            let [hours, minutes] = numbers(offset.get(1..)?, ':')?;
            let seconds = within(hours, 23)? * 3600 + within(minutes, 59)? * 60;
            let sign = if offset.starts_with('-') { -1 } else { 1 };
            (clock, sign * seconds)
        }
    };
    let clock = clock.split_once('.').map_or(clock, |(clock, _)| clock);
    let [hours, minutes, seconds] = numbers(clock, ':')?;
    let clock = within(hours, 23)? * 3600 + within(minutes, 59)? * 60 + within(seconds, 59)?;
    Some(clock - offset)
}

/// Parses numbers of two digits each.
fn numbers<const N: usize>(text: &str, separator: char) -> Option<[i64; N]> {
    let parts = text.split(separator);
    let parts = parts.map(|part| Some(part).filter(|part| part.len() == 2).and_then(number));
    parts.collect::<Option<Vec<i64>>>()?.try_into().ok()
}

/// Parses digits without a sign.
fn number(digits: &str) -> Option<i64> {
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

fn within(number: i64, largest: i64) -> Option<i64> {
    Some(number).filter(|number| *number <= largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_time_is_a_day_a_second_or_a_length_before_now() {
        let now = at("2024-03-01T00:00:30Z");
        let rows = [
            ("2024-02-29", "2024-02-29T00:00:00Z", "2024-02-29T23:59:59Z"),
            ("1970-01-01", "1970-01-01T00:00:00Z", "1970-01-01T23:59:59Z"),
            ("2000-12-31", "2000-12-31T00:00:00Z", "2000-12-31T23:59:59Z"),
            ("9999-12-31", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59Z"),
            ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z", ""),
            ("2024-01-02t03:04:05.123z", "2024-01-02T03:04:05Z", ""),
            ("2024-01-01T01:30:00+02:00", "2023-12-31T23:30:00Z", ""),
            ("2023-12-31T23:30:00-02:30", "2024-01-01T02:00:00Z", ""),
            ("30minutes", "2024-02-29T23:30:30Z", ""),
            ("1Hour", "2024-02-29T23:00:30Z", ""),
            ("1 day", "2024-02-29T00:00:30Z", ""),
            ("2weeks", "2024-02-16T00:00:30Z", ""),
            ("1months", "2024-01-31T00:00:30Z", ""),
            ("1year", "2023-03-02T00:00:30Z", ""),
        ];
        for (text, first, last) in rows {
            let last = if last.is_empty() { first } else { last };
            let seconds = |time| i64::try_from(at(time).unix_seconds()).expect("small");
            let expected = Span {
                first: seconds(first),
                last: seconds(last),
            };
            assert_eq!(Span::parse(text, now), Some(expected), "{text}");
        }
    }

    #[test]
    fn times_at_the_edges_are_compared_without_overflow() {
        let (now, early) = (at("2024-03-01T00:00:00Z"), at("1970-01-01T00:00:00Z"));
        let compares = |text: &str, operator| {
            let span = Span::parse(text, now).expect(text);
            span.compares(early, operator)
        };
        assert!(compares("0000-01-01", Operator::Greater));
        assert!(!compares("1969-12-31", Operator::AtMost));
        assert!(compares("99999999999999999999years", Operator::Greater));
        assert!(compares("1970-01-01", Operator::AtMost));
        assert!(!compares("1970-01-01", Operator::Greater));
        assert!(compares("1970-01-01", Operator::Is));
    }

    #[test]
    fn what_is_no_time_is_none() {
        let texts = [
            "",
            "x",
            "2024",
            "2024-13-01",
            "2023-02-29",
            "1900-02-29",
            "2024-00-10",
            "2024-1-5",
            "2024-01-32",
            "10000-01-01",
            "+024-01-01",
            "2024-01-01T",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:00",
            "2024-01-01T00:00:00 00:00",
            "2024-01-01T00:00:60Z",
            "2024-01-01T00:00:00+24:00",
            "hours",
            "4fortnights",
            "-4hours",
            "<1 day",
            "2024-01-01Z",
            "٢٠٢٤-٠١-٠١",
            "2024-01-01T00:00:00+\u{301}0:00",
        ];
        for text in texts {
            assert_eq!(
                Span::parse(text, at("2024-03-01T00:00:00Z")),
                None,
                "{text}"
            );
        }
    }
}
