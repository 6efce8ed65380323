//! [`JsonObject`]: a JSON object written key by key, in the order in which Zendesk writes them.
//!
//! `serde_json` can keep the order of keys too, but only by a feature that would then change the
//! maps of the program under test as well, since cargo unifies features. A dev-dependency must not
//! do that.
//!
//! A page has hundreds of urls and times. They are written here without being looked through for
//! what JSON has to escape: that and the formatting of each one took a third of the time of a page.

use serde::Serialize;

use crate::base::ids::RecordId;
use crate::base::record::{Record, Source};
use crate::base::time::Timestamp;
use crate::base::value::Shown;

use super::url::ResourceUrl;

/// Enough for one record of most kinds, in bytes.
const USUAL_LENGTH: usize = 512;

/// By so many bytes an object may be longer than the first of its array without the whole being
/// copied.
const SLACK: usize = 16;

/// Compact JSON, without a trailing newline.
#[derive(Debug)]
pub(crate) struct JsonObject {
    bytes: Vec<u8>,
    /// The time that was written last, as it was written: the records of a page often have the
    /// same.
    last_time: Option<(Timestamp, String)>,
}

impl JsonObject {
    pub(crate) fn new() -> Self {
        let mut bytes = Vec::with_capacity(USUAL_LENGTH);
        bytes.push(b'{');
        Self {
            bytes,
            last_time: None,
        }
    }

    /// A field with any value. The key is a name of Zendesk's, in which there is nothing to escape.
    #[must_use]
    pub(crate) fn field<T: Serialize + ?Sized>(mut self, key: &'static str, value: &T) -> Self {
        self.key(key);
        self.write(value);
        self
    }

    /// A field with an object, whose own fields `write` writes.
    #[must_use]
    pub(crate) fn object(mut self, key: &'static str, write: impl FnOnce(Self) -> Self) -> Self {
        self.key(key);
        self.nested(write)
    }

    /// A field with an array of objects, one for each of the records.
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
            // The others will be about as long.
            self.bytes
                .reserve((self.bytes.len() - start + SLACK) * (records.size_hint().0 + 1));
        }
        for record in records {
            self.bytes.push(b',');
            self = self.nested(|object| write(object, record));
        }
        self.bytes.push(b']');
        self
    }

    /// The attributes of a record, in Zendesk's order. `derive` makes those that the record does
    /// not keep; what it gives none for is left out. `base` is what every url starts with.
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
            let shown = match attribute.source {
                Source::Kept { show, .. } => Some(show(record)),
                Source::Constant(shown) => Some(shown),
                Source::Derived(derived) => derive(derived),
                Source::Hidden => None,
            };
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
        // What the client calls the host may hold anything.
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
        // Writing plain data to memory does not fail. Should it ever, the reply stays JSON.
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
