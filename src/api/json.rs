//! [`JsonObject`]: a JSON object written key by key, in the order in which Zendesk writes them.
//!
//! `serde_json` can keep the order of keys too, but only by a feature that would then change the maps of the program
//! under test as well, since cargo unifies features. A dev-dependency must not do that.

use serde::Serialize;

/// Compact JSON, without a trailing newline.
#[derive(Debug)]
pub(crate) struct JsonObject {
    bytes: Vec<u8>,
}

impl JsonObject {
    pub(crate) fn new() -> Self {
        Self { bytes: vec![b'{'] }
    }

    #[must_use]
    pub(crate) fn field<T: Serialize + ?Sized>(mut self, key: &str, value: &T) -> Self {
        if self.bytes.len() > 1 {
            self.bytes.push(b',');
        }
        self.write(key);
        self.bytes.push(b':');
        self.write(value);
        self
    }

    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        self.bytes.push(b'}');
        self.bytes
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
