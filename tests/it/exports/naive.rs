//! Exports against a model that sorts all records for each page.

use std::collections::BTreeMap;

use super::*;

/// One thing that happens. The numbers choose among the users that are there.
#[derive(Clone, Debug)]
enum Act {
    Wait(u64),
    Create,
    Tag(usize),
    Join(usize),
    Delete(usize),
    Export {
        by_cursor: bool,
        per_page: usize,
        /// How long before the present the export starts.
        before: u64,
    },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (0..40_u64).prop_map(Act::Wait),
        3 => Just(Act::Create),
        2 => (0..20_usize).prop_map(Act::Tag),
        2 => (0..20_usize).prop_map(Act::Join),
        1 => (0..20_usize).prop_map(Act::Delete),
        4 => (any::<bool>(), 1..6_usize, 0..400_u64).prop_map(|(by_cursor, per_page, before)| {
            Act::Export { by_cursor, per_page, before }
        }),
    ]
}

/// All users ever: when they changed last, and whether they are deleted.
struct Model {
    now: u64,
    users: BTreeMap<u64, (u64, bool)>,
}

impl Model {
    /// Changes one of the users that are not deleted, except the owner, and returns it.
    fn change(&mut self, place: usize, owner: u64) -> Option<u64> {
        let live = self
            .users
            .iter()
            .filter(|(id, (_, is_deleted))| **id != owner && !is_deleted);
        let live: Vec<u64> = live.map(|(id, _)| *id).collect();
        let id = *live.get(place % live.len().max(1))?;
        self.users.insert(id, (self.now, false));
        Some(id)
    }

    /// How many users changed last at this time or later, shown or not.
    fn changed_from(&self, start: u64) -> usize {
        let times = self.users.values().map(|(time, _)| *time);
        times.filter(|time| *time >= start).count()
    }

    /// The users that an export shows from this time on, as pairs of a time and an id, in order.
    fn from(&self, start: u64) -> Vec<(u64, u64)> {
        let rows = self.users.iter().map(|(id, (time, _))| (*time, *id));
        let mut rows: Vec<(u64, u64)> = rows
            .filter(|(time, _)| *time >= start && *time + 60 <= self.now)
            .collect();
        rows.sort_unstable();
        rows
    }
}

fn ids(rows: &[(u64, u64)]) -> Vec<u64> {
    rows.iter().map(|(_, id)| *id).collect()
}

/// The ids, the `end_time` and the `end_of_stream` of the first time-based page of these rows.
fn time_page(rows: &[(u64, u64)], per_page: usize) -> (Vec<u64>, Option<u64>, bool) {
    let last = rows
        .iter()
        .take(per_page)
        .next_back()
        .map(|(time, _)| *time);
    if rows.len() < per_page {
        return (ids(rows), last, true);
    }
    let of_first_second = rows.iter().filter(|(time, _)| *time == rows[0].0).count();
    if of_first_second >= per_page {
        return (
            ids(&rows[..of_first_second]),
            last.map(|last| last + 1),
            false,
        );
    }
    (ids(&rows[..per_page]), last, false)
}

/// Follows an export for a few pages, and compares each of them.
fn compare(zendesk: &MockZendesk, model: &Model, by_cursor: bool, per_page: usize, start: u64) {
    let kind = if by_cursor { "/cursor" } else { "" };
    let mut next = format!("/incremental/users{kind}?per_page={per_page}&start_time={start}");
    let mut from = start;
    // The place behind the last row, under a cursor.
    let mut behind = None;
    for _ in 0..12 {
        let (status, page) = send(zendesk, "GET", &next, &Value::Null);
        let is_start = behind.is_none();
        // A full page of the last second that is shown links to the second behind it.
        let is_linked = !by_cursor
            && from + 60 == model.now + 1
            && model.changed_from(from.saturating_sub(1)) >= per_page;
        if is_start && from + 60 > model.now && !is_linked {
            assert_eq!(status, 422, "{next} at {}", model.now);
            return;
        }
        assert_eq!(status, 200, "{next} at {}: {page}", model.now);
        let shown: Vec<u64> = super::rows(&page).iter().map(|(id, _)| *id).collect();
        for (id, is_deleted) in super::rows(&page) {
            assert_eq!(is_deleted, model.users[&id].1, "{id} in {next}");
        }
        if by_cursor {
            let rows = model.from(from);
            let rows: Vec<(u64, u64)> = rows
                .into_iter()
                .filter(|row| behind.is_none_or(|behind| *row > behind))
                .collect();
            let expected = &rows[..rows.len().min(per_page)];
            assert_eq!(shown, ids(expected), "{next}");
            assert_eq!(page["end_of_stream"], expected.len() < per_page, "{next}");
            behind = expected.last().copied().or(behind);
        } else {
            let (expected, end_time, is_end) = time_page(&model.from(from), per_page);
            assert_eq!(shown, expected, "{next}");
            assert_eq!(page["end_time"].as_u64(), end_time, "{next}");
            assert_eq!(page["end_of_stream"], is_end, "{next}");
            from = end_time.unwrap_or(from);
        }
        if page["end_of_stream"] == true {
            return;
        }
        let url = page["next_page"].as_str().or(page["after_url"].as_str());
        next = url.unwrap().to_owned();
    }
}

proptest! {
    #![proptest_config(seeded(80))]
    #[test]
    fn every_page_is_that_of_a_model_that_sorts_everything(
        acts in prop::collection::vec(act(), 1..60)
    ) {
        let zendesk = start();
        let owner = zendesk.account().owner().get();
        let mut model = Model { now: NOW, users: BTreeMap::from([(owner, (NOW, false))]) };
        let put = |id: u64, user: Value| {
            send(&zendesk, "PUT", &format!("/users/{id}"), &json!({ "user": user })).0
        };
        for (step, act) in acts.into_iter().enumerate() {
            match act {
                Act::Wait(seconds) => {
                    model.now += seconds;
                    zendesk.advance(Duration::from_secs(seconds));
                }
                Act::Create => {
                    let id = zendesk.seed().user("New").id.get();
                    model.users.insert(id, (model.now, false));
                }
                Act::Tag(place) => {
                    if let Some(id) = model.change(place, owner) {
                        prop_assert_eq!(put(id, json!({"tags": ["t"]})), 200);
                    }
                }
                Act::Join(place) => {
                    if let Some(id) = model.change(place, owner) {
                        let seed = zendesk.seed();
                        seed.membership(mock_zendesk::UserId::new(id), &seed.organization(format!("O{step}")));
                    }
                }
                Act::Delete(place) => {
                    if let Some(id) = model.change(place, owner) {
                        model.users.insert(id, (model.now, true));
                        let (status, _) = send(&zendesk, "DELETE", &format!("/users/{id}"), &Value::Null);
                        prop_assert_eq!(status, 200);
                    }
                }
                Act::Export { by_cursor, per_page, before } => {
                    compare(&zendesk, &model, by_cursor, per_page, model.now - before);
                }
            }
        }
    }
}
