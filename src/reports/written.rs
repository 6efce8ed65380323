//! The coverage as JSON, and back.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::api::operation::Operation;

use super::coverage::{Coverage, Covered, Met};
use super::outcome::Outcome;

/// The number of the form of this JSON. It changes when an older reader would misread a newer text.
const FORMAT: u32 = 1;

/// The JSON. What follows from the rest is not read again.
#[derive(Serialize, Deserialize)]
struct Written {
    format: u32,
    doubles: u64,
    operations: BTreeMap<String, WrittenOperation>,
    #[serde(skip_deserializing)]
    not_called: Vec<&'static str>,
}

#[derive(Serialize, Deserialize)]
struct WrittenOperation {
    calls: u64,
    met: BTreeMap<Outcome, WrittenMet>,
    #[serde(skip_deserializing)]
    not_met: Vec<Outcome>,
}

#[derive(Serialize, Deserialize)]
struct WrittenMet {
    count: u64,
    first: String,
}

impl Serialize for Coverage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let met = |met: &Met| WrittenMet {
            count: met.count,
            first: met.first.clone(),
        };
        let operation = |covered: &Covered| WrittenOperation {
            calls: covered.calls,
            met: covered
                .met
                .iter()
                .map(|(outcome, of)| (*outcome, met(of)))
                .collect(),
            not_met: covered.not_met().collect(),
        };
        let operations = self.called.iter();
        Written {
            format: FORMAT,
            doubles: self.doubles,
            operations: operations
                .map(|(id, covered)| ((*id).to_owned(), operation(covered)))
                .collect(),
            not_called: self.not_called().iter().map(Operation::id).collect(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Coverage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        if written.format != FORMAT {
            return Err(D::Error::custom(format!(
                "it has the format {}, and this version of mock-zendesk reads {FORMAT}",
                written.format
            )));
        }
        let mut called = BTreeMap::new();
        for (id, WrittenOperation { calls, met, .. }) in written.operations {
            let operation = Operation::all().find(|operation| operation.id() == id);
            let operation = operation.ok_or_else(|| {
                D::Error::custom(format!(
                    "this version of mock-zendesk does not have the operation {id}"
                ))
            })?;
            let met = met
                .into_iter()
                .map(|(outcome, WrittenMet { count, first })| (outcome, Met { count, first }));
            let covered = Covered {
                operation,
                calls,
                met: met.collect(),
            };
            called.insert(operation.id(), covered);
        }
        Ok(Self {
            doubles: written.doubles,
            called,
        })
    }
}
