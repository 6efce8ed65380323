//! Compares JSON values: whether one includes another, and where it does not.

use serde_json::Value;

/// A place at which a value differs from the expected one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The place, with dots: `organization_membership.user_id`, `users[0].name`. Empty for the
    /// value itself.
    pub(super) path: String,
    pub(super) expected: Value,
    /// `None` means that there is no value.
    pub(super) actual: Option<Value>,
}

/// Returns where `actual` does not include `expected`.
///
/// An object includes another one if it has all its keys, with values that include its values. An
/// array includes one of the same length if each element includes its counterpart. Everything else
/// must be equal.
pub(super) fn differences(expected: &Value, actual: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", expected, Some(actual), &mut found);
    found
}

fn compare(path: &str, expected: &Value, actual: Option<&Value>, found: &mut Vec<Difference>) {
    match (expected, actual) {
        (Value::Object(expected), Some(Value::Object(actual))) => {
            for (key, expected) in expected {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                compare(&path, expected, actual.get(key), found);
            }
        }
        (Value::Array(expected), Some(Value::Array(actual))) if expected.len() == actual.len() => {
            for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                compare(&format!("{path}[{index}]"), expected, Some(actual), found);
            }
        }
        (expected, Some(actual)) if expected == actual => {}
        (expected, actual) => found.push(Difference {
            path: path.to_owned(),
            expected: expected.clone(),
            actual: actual.cloned(),
        }),
    }
}

/// Returns the number of leaves of a value, which is the maximum number of [`differences`].
pub(super) fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(object) if !object.is_empty() => object.values().map(leaves).sum(),
        Value::Array(values) if !values.is_empty() => values.iter().map(leaves).sum(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_includes_another_one_or_the_place_is_named() {
        let actual = json!({"m": {"user_id": 7, "organization_id": 9, "default": null}, "tags": ["a", {"b": 1, "c": 2}]});
        let cases = [
            (json!({}), ""),
            (json!({"m": {"user_id": 7}}), ""),
            (json!({"m": {"default": null}}), ""),
            (json!({"tags": ["a", {"b": 1}]}), ""),
            (json!({"m": {"user_id": 8}}), "m.user_id: 8 != 7"),
            (json!({"m": {"user_id": "7"}}), "m.user_id: \"7\" != 7"),
            (json!({"m": {"role": null}}), "m.role: null != nothing"),
            (
                json!({"tags": ["a"]}),
                "tags: [\"a\"] != [\"a\",{\"b\":1,\"c\":2}]",
            ),
            (
                json!({"tags": ["a", {"b": 2, "d": 3}]}),
                "tags[1].b: 2 != 1; tags[1].d: 3 != nothing",
            ),
            (
                json!([]),
                ": [] != {\"m\":{\"default\":null,\"organization_id\":9,\"user_id\":7},\"tags\":[\"a\",{\"b\":1,\"c\":2}]}",
            ),
        ];
        for (expected, text) in cases {
            let found = differences(&expected, &actual)
                .into_iter()
                .map(|difference| {
                    let actual = difference
                        .actual
                        .map_or_else(|| "nothing".to_owned(), |actual| actual.to_string());
                    format!("{}: {} != {actual}", difference.path, difference.expected)
                });
            assert_eq!(found.collect::<Vec<_>>().join("; "), text, "{expected}");
        }
    }
}
