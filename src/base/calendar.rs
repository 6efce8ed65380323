//! Days as texts: whether there is such a day, and its number.

/// The calendar repeats after this many years.
const YEARS_OF_ERA: i64 = 4 * 100;

const DAYS_OF_ERA: i64 = 146_097;

/// The days from the first of March of the year 0 to 1970.
const DAYS_TO_1970: i64 = 719_468;

/// Returns the number of days from 1970-01-01 to a day such as `2024-09-06`. `None` means that there
/// is no such day, or that the text has another form.
pub(crate) fn day_number(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| -> Option<i64> {
        let part = parts.next().filter(|part| part.len() == digits)?;
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse().ok())?
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if parts.next().is_some() || !(1..=length_of_month(year, month)?).contains(&day) {
        return None;
    }
    // The year starts in March here, so that the leap day is its last one. All eras have the same
    // number of days.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(YEARS_OF_ERA), year.rem_euclid(YEARS_OF_ERA));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some(era * DAYS_OF_ERA + days - DAYS_TO_1970)
}

fn length_of_month(year: i64, month: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % YEARS_OF_ERA == 0);
    match month {
        4 | 6 | 9 | 11 => Some(30),
        2 if is_leap => Some(29),
        2 => Some(28),
        1..=12 => Some(31),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_follows_the_one_before() {
        let mut last = day_number("1599-12-31").expect("a day");
        for year in 1600..2401 {
            for (month, day) in (1..13).flat_map(|month| (1..32).map(move |day| (month, day))) {
                if let Some(number) = day_number(&format!("{year}-{month:02}-{day:02}")) {
                    assert_eq!(number, last + 1, "{year}-{month}-{day}");
                    last = number;
                }
            }
        }
    }

    #[test]
    fn what_is_no_day_has_no_number() {
        assert_eq!(day_number("1970-01-02"), Some(1));
        let texts = [
            "",
            "1970",
            "1970-01",
            "1970-01-02-",
            "1970-1-02",
            "1970-01-2",
            "197-01-02",
            "1970-00-02",
            "1970-13-02",
            "1970-01-00",
            "1970-01-32",
            "+970-01-02",
            "1970-+1-02",
        ];
        for text in texts {
            assert_eq!(day_number(text), None, "{text}");
        }
    }
}
