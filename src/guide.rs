//! Guides by task, each starting with the smallest example that works.
//!
//! | to | read |
//! |---|---|
//! | write a first test | [`first_test`] |
//! | test a program that starts background jobs | [`jobs`] |
//! | make calls fail, order a race, take the service down | [`faults`] |
//! | test rate limits, waits and timeouts | [`time`] |
//! | test a program that reads incremental exports | [`exports`] |
//! | test a program that receives webhooks | `webhooks`, with the feature of that name |
//! | find what succeeds in a test and is punished in production | [`advice`] |
//! | find mistakes that you did not think of | [`chaos`] |
//! | see which outcomes no test has met | [`coverage`] |
//! | see a failing test in a browser | `pages`, with the feature `html` |
//! | fill the account with many records | [`many_records`] |
//! | serve other programs, or do without a socket | [`standalone`] |
//! | generate a client, or run a fuzzer | `openapi`, with the feature of that name |
//! | use rstest, insta, nextest or tracing | [`recipes`] |
//! | call the double with reqwest, ureq, hyper or tower | [`clients`] |
//! | decide between this crate and mocks written by hand | [`comparison`] |
//! | know what a passing test does not prove | [`limits`] |
//! | compare the double with an account of your own | [`verified`] |

#[doc = include_str!("../docs/guide/first_test.md")]
pub mod first_test {}

#[doc = include_str!("../docs/guide/jobs.md")]
pub mod jobs {}

#[doc = include_str!("../docs/guide/faults.md")]
pub mod faults {}

#[doc = include_str!("../docs/guide/time.md")]
pub mod time {}

#[doc = include_str!("../docs/guide/exports.md")]
pub mod exports {}

#[cfg(feature = "webhooks")]
#[doc = include_str!("../docs/guide/webhooks.md")]
pub mod webhooks {}

#[doc = include_str!("../docs/guide/advice.md")]
pub mod advice {}

#[doc = include_str!("../docs/guide/chaos.md")]
pub mod chaos {}

#[doc = include_str!("../docs/guide/coverage.md")]
pub mod coverage {}

#[cfg(feature = "html")]
#[doc = include_str!("../docs/guide/pages.md")]
pub mod pages {}

#[doc = include_str!("../docs/guide/many_records.md")]
pub mod many_records {}

#[doc = include_str!("../docs/guide/standalone.md")]
pub mod standalone {}

#[cfg(feature = "openapi")]
#[doc = include_str!("../docs/guide/openapi.md")]
pub mod openapi {}

#[doc = include_str!("../docs/guide/recipes.md")]
pub mod recipes {}

#[doc = include_str!("../docs/guide/clients.md")]
pub mod clients {}

#[doc = include_str!("../docs/guide/comparison.md")]
pub mod comparison {}

#[doc = include_str!("../docs/guide/limits.md")]
pub mod limits {}

#[doc = include_str!("../docs/guide/verified.md")]
pub mod verified {}
