//! Look-ups by e-mail address, external id, name and prefix: what they cost in a million records
//! against a thousand.

use std::hint::black_box;

use mock_zendesk::{MockZendesk, fixtures::Plan, organizations::NewOrganization, users::NewUser};

use crate::measure::{Row, time_ratio};
use crate::scale::{double, get};

/// How many look-ups one measurement makes.
const LOOK_UPS: usize = 2_000;

/// An account of this many users and organizations, among them one of each that is looked up.
fn account(records: usize) -> MockZendesk {
    let zendesk = double();
    let seed = zendesk.seed();
    // Most of the records are users: an account has many more of them than organizations.
    let organizations = records / 4;
    seed.plan(
        Plan::new()
            .users(records - organizations)
            .organizations(organizations),
    );
    let works = NewOrganization::new("Xylophone Works").tags(["needle-org"]);
    let works = seed.organization(works.external_id("needle-1"));
    let needle = NewUser::new("Xqzavier Zweig").organization_id(&works);
    let needle = needle.email("needle@example.net").external_id("needle-1");
    seed.user(needle.tags(["needle-user"]));
    zendesk
}

pub fn rows() -> Vec<Row> {
    let (large, small) = (account(1_000_000), account(1_000));
    let paths = [
        (
            "a user by e-mail address",
            "/api/v2/users/search?query=needle@example.net",
        ),
        (
            "a user by external id",
            "/api/v2/users/search?external_id=NEEDLE-1",
        ),
        (
            "a user by words of its name",
            "/api/v2/users/search?query=xqzavier%20zweig",
        ),
        (
            "a user by the beginning of its name",
            "/api/v2/users/autocomplete?name=xqzavier%20z",
        ),
        (
            "an organization by name",
            "/api/v2/organizations/search?name=xylophone%20works",
        ),
        (
            "an organization by external id",
            "/api/v2/organizations/search?external_id=needle-1",
        ),
        (
            "an organization by the beginning of its name",
            "/api/v2/organizations/autocomplete?name=xyloph",
        ),
        (
            "a search for an e-mail address",
            "/api/v2/search?query=type:user%20email:needle@example.net",
        ),
        (
            "a search for an external id",
            "/api/v2/search?query=type:user%20external_id:needle-1",
        ),
        (
            "a search for words of any record",
            "/api/v2/search?query=xylophone%20works",
        ),
        (
            "a search for words of a name",
            "/api/v2/search?query=type:user%20name:zweig",
        ),
        (
            "a search for the members of an organization",
            "/api/v2/search?query=type:user%20organization:xylophone",
        ),
        (
            "a search for a tag",
            "/api/v2/search?query=tags:needle-user",
        ),
        (
            "a search for a tag of organizations",
            "/api/v2/search?query=type:organization%20tags:needle-org",
        ),
    ];
    let row = |(what, path): (&str, &str)| {
        let look_up = |zendesk: &MockZendesk| {
            for _ in 0..LOOK_UPS {
                let found = black_box(get(zendesk, path));
                assert!(found.ends_with(b"\"count\":1}"), "{path}");
            }
        };
        let ratio = time_ratio(|| look_up(&large), || look_up(&small));
        Row {
            what: format!("{what}, in a million records: time"),
            against: "the same in a thousand",
            ratio: format!("{ratio:.2}"),
            // The search asks several indexes.
            bound: match path.starts_with("/api/v2/search") {
                true => "at most 2.00",
                false => "at most 1.50",
            },
        }
    };
    paths.map(row).into()
}
