//! [`JsonObject`]: a JSON object that is written key by key, in the order in which Zendesk writes
//! the keys.
//!
//! `serde_json` can keep the order of keys too, but only with a feature. Cargo unifies features, so
//! that feature would also change the maps of the program under test. A dev-dependency must not do
//! that.
//!
//! A page contains hundreds of URLs and times. They are written here without a search for
//! characters to escape. Searching and formatting each one took a third of the time of a page.

use serde::Serialize;

use crate::base::ids::RecordId;
use crate::base::record::Record;
use crate::base::time::Timestamp;
use crate::base::value::Shown;

use super::url::ResourceUrl;

/// The initial capacity in bytes, which is enough for one record of most kinds.
const INITIAL_CAPACITY: usize = 512;

/// The number of bytes by which the objects of an array may on average be longer than the first one
/// before the buffer must grow.
const RESERVED_SLACK: usize = 16;

/// Compact JSON, without a trailing newline.
#[derive(Debug)]
pub(crate) struct JsonObject {
    bytes: Vec<u8>,
    /// The time that was written last, with its text, because the records of a page often have the
    /// same time.
    last_time: Option<(Timestamp, String)>,
}

impl JsonObject {
    pub(crate) fn new() -> Self {
        let mut bytes = Vec::with_capacity(INITIAL_CAPACITY);
        bytes.push(b'{');
        Self {
            bytes,
            last_time: None,
        }
    }

    /// Adds a field with any value. The key must be one of Zendesk's names, which contain nothing
    /// to escape.
    #[must_use]
    pub(crate) fn field<T: Serialize + ?Sized>(mut self, key: &'static str, value: &T) -> Self {
        self.key(key);
        self.write(value);
        self
    }

    /// Adds a field with an object, whose fields `write` adds.
    #[must_use]
    pub(crate) fn object(mut self, key: &'static str, write: impl FnOnce(Self) -> Self) -> Self {
        self.key(key);
        self.nested(write)
    }

    /// Adds a field with an array of objects, one for each record.
    #[must_use]
    pub(crate) fn objects<T>(
        mut self,
        key: &'static str,
        records: impl IntoIterator<Item = T>,
        write: impl Fn(Self, T) -> Self,
    ) -> Self {
        self.key(key);
        self.bytes.push(b'[');
        let mut records = records.into_iter();
        if let Some(first) = records.next() {
            let start = self.bytes.len();
            self = self.nested(|object| write(object, first));
            // The other objects are about as long.
            self.bytes
                .reserve((self.bytes.len() - start + RESERVED_SLACK) * (records.size_hint().0 + 1));
        }
        for record in records {
            self.bytes.push(b',');
            self = self.nested(|object| write(object, record));
        }
        self.bytes.push(b']');
        self
    }

    /// Adds the attributes of a record, in Zendesk's order. `derive` returns the values that the
    /// record does not keep; attributes without a value are left out. `base` is the start of every
    /// URL.
    #[must_use]
    pub(crate) fn record<'a, R: Record>(
        self,
        record: &'a R,
        base: &str,
        derive: impl Fn(R::Derived) -> Option<Shown<'a>>,
    ) -> Self {
        self.record_as(record, base, R::PATH, |_| true, derive)
    }

    /// Writes those of the attributes of a record whose keys `has` wants. `path` stands in its url.
    #[must_use]
    pub(crate) fn record_as<'a, R: Record>(
        mut self,
        record: &'a R,
        base: &str,
        path: &'static str,
        has: impl Fn(&str) -> bool,
        derive: impl Fn(R::Derived) -> Option<Shown<'a>>,
    ) -> Self {
        for attribute in R::ATTRIBUTES.iter().filter(|attribute| has(attribute.key)) {
            let shown = attribute.source.shown(record, &derive);
            let Some(shown) = shown else { continue };
            self.key(attribute.key);
            match shown {
                Shown::Url => self.write_url(&ResourceUrl {
                    base,
                    below: None,
                    resource: path,
                    id: record.id().number(),
                }),
                Shown::UrlBelow(resource, id) => self.write_url(&ResourceUrl {
                    base,
                    below: Some((resource, id)),
                    resource: path,
                    id: record.id().number(),
                }),
                Shown::Time(time) => self.write_time(time),
                Shown::Null => self.bytes.extend_from_slice(b"null"),
                shown => self.write(&shown),
            }
        }
        self
    }

    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        self.bytes.push(b'}');
        self.bytes
    }

    fn nested(mut self, write: impl FnOnce(Self) -> Self) -> Self {
        self.bytes.push(b'{');
        let mut written = write(self);
        written.bytes.push(b'}');
        written
    }

    fn key(&mut self, key: &'static str) {
        if self.bytes.last() != Some(&b'{') {
            self.bytes.push(b',');
        }
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(key.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    fn write_time(&mut self, time: Timestamp) {
        let last = self.last_time.take().filter(|(last, _)| *last == time);
        let (_, text) = self
            .last_time
            .insert(last.unwrap_or_else(|| (time, time.to_string())));
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(b'"');
    }

    fn write_url(&mut self, url: &ResourceUrl<'_>) {
        // The host name that the client sent can contain any character.
        self.write(url.base);
        self.bytes.pop();
        self.bytes.extend_from_slice(b"/api/v2/");
        if let Some((resource, id)) = url.below {
            self.bytes.extend_from_slice(resource.as_bytes());
            self.bytes.push(b'/');
            self.write(&id);
            self.bytes.push(b'/');
        }
        self.bytes.extend_from_slice(url.resource.as_bytes());
        self.bytes.push(b'/');
        self.write(&url.id);
        self.bytes.extend_from_slice(b".json\"");
    }

    fn write<T: Serialize + ?Sized>(&mut self, value: &T) {
        // Writing plain data to memory does not fail. If it ever did, the reply would still be
        // JSON.
        let length = self.bytes.len();
        if serde_json::to_writer(&mut self.bytes, value).is_err() {
            self.bytes.truncate(length);
            self.bytes.extend_from_slice(b"null");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl JsonObject {
        fn time(mut self, key: &'static str, time: Timestamp) -> Self {
            self.key(key);
            self.write_time(time);
            self
        }

        fn url(mut self, key: &'static str, url: &ResourceUrl<'_>) -> Self {
            self.key(key);
            self.write_url(url);
            self
        }
    }

    #[test]
    fn objects_are_written_as_serde_json_writes_them_whatever_stands_in_them() {
        let (early, late) = (
            Timestamp::from_unix_seconds(1_725_648_720),
            Timestamp::from_unix_seconds(1_725_648_721),
        );
        let base = "http://\"quoted\\\u{7}host";
        let url = |id| ResourceUrl {
            base,
            below: (id == 7).then_some(("groups", 3)),
            resource: "users",
            id,
        };
        let body = JsonObject::new().object("empty", |object| object).objects(
            "users",
            [7, u64::MAX],
            |object, id| {
                object
                    .url("url", &url(id))
                    .field("name", "\"{")
                    .time("made", early)
                    .time("changed", late)
                    .time("seen", late)
            },
        );
        let text = String::from_utf8(
            body.objects("none", [0; 0], |object, _| object)
                .into_bytes(),
        )
        .expect("UTF-8");
        let row = |id: u64| {
            let [url, name] = [url(id).to_string(), "\"{".to_owned()]
                .map(|text| serde_json::json!(text).to_string());
            format!(
                "{{\"url\":{url},\"name\":{name},\"made\":\"{early}\",\"changed\":\"{late}\",\"seen\":\"{late}\"}}"
            )
        };
        assert_eq!(
            text,
            format!(
                "{{\"empty\":{{}},\"users\":[{},{}],\"none\":[]}}",
                row(7),
                row(u64::MAX)
            )
        );
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
}
