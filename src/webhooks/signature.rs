//! How Zendesk signs what it sends.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Returns the signature of a request as Zendesk sends it in `x-zendesk-webhook-signature`.
///
/// It is the base64 of the HMAC-SHA256 of `timestamp`, the value of
/// `x-zendesk-webhook-signature-timestamp`, followed by the body. The key is the secret as it is
/// shown: Zendesk does not decode it, although it looks like base64.
///
/// <https://developer.zendesk.com/documentation/webhooks/verifying/>
///
/// A program should not use this to verify requests, but its tests can use it to sign some.
///
/// ```
/// use mock_zendesk::webhooks::signature;
///
/// // The secret of Zendesk's own test requests.
/// let secret = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==";
/// let body = br#"{"event":"ticket.updated","id":123}"#;
/// assert_eq!(
///     signature(secret, "2021-03-25T05:09:27Z", body),
///     "S/RDdU2ERmj7LHDDoWJ2onPYH+t7/f2+LTM4dL7UiLM="
/// );
/// ```
#[must_use]
pub fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(timestamp.as_bytes());
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ns111_ns112_the_documented_vector_comes_out() {
        let secret = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==";
        let body = br#"{"event":"ticket.updated","id":123}"#;
        let signed = signature(secret, "2021-03-25T05:09:27Z", body);
        assert_eq!(signed, "S/RDdU2ERmj7LHDDoWJ2onPYH+t7/f2+LTM4dL7UiLM=");
        assert_ne!(signed, signature(secret, "2021-03-25T05:09:28Z", body));
    }
}
