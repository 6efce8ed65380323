//! The double as a program: its options, its signals, its page.

mod binary;
mod faults;
mod page;
mod program;
