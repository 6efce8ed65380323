//! Prints the OpenAPI document of what the double serves.

#![allow(
    clippy::print_stdout,
    reason = "the document is what this program is for"
)]

fn main() {
    println!("{:#}", mock_zendesk::openapi::document());
}
