//! Under which names secrets stand: in bodies, queries, headers and cookies.

/// Parts of such names. They are compared without case and without what stands between words, so
/// that `apiKey`, `api_key` and `X-API-Key` are the same.
const PARTS: [&str; 20] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "authorization",
    "authcode",
    "authkey",
    "bearer",
    "cookie",
    "apikey",
    "accesskey",
    "privatekey",
    "signingkey",
    "credential",
    "session",
    "signature",
    "accesscode",
];

/// Names that are parts of harmless ones, and therefore compared as a whole.
const WHOLE: [&str; 8] = ["auth", "jwt", "sig", "pin", "otp", "code", "pass", "hmac"];

/// Whether a secret stands under this name. Of a path of names, such as `user.password` or
/// `user[password]`, the last one counts.
pub(super) fn is_secret(name: &str) -> bool {
    let last = name
        .trim_end_matches(']')
        .rsplit(['.', '['])
        .next()
        .unwrap_or_default();
    let (all, last) = (plain(name), plain(last));
    PARTS.iter().any(|part| all.contains(part)) || WHOLE.contains(&last.as_str())
}

/// Whether a text could name a secret anywhere. Quick, since every request is asked, and sometimes
/// wrong: it sees no places.
pub(super) fn may_name_one(text: &[u8]) -> bool {
    text.iter().enumerate().any(|(index, byte)| match byte {
        // A name can also be written with escapes.
        b'%' => true,
        b'\\' => text.get(index + 1) == Some(&b'u'),
        _ => stems(*byte).iter().any(|stem| {
            text.get(index..index + stem.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(stem.as_bytes()))
        }),
    })
}

/// What the names of secrets have in them, in its shortest form, by the first letter.
fn stems(letter: u8) -> &'static [&'static str] {
    match letter | 0x20 {
        b'a' => &["auth"],
        b'b' => &["bearer"],
        b'c' => &["code", "cookie", "credential"],
        b'h' => &["hmac"],
        b'j' => &["jwt"],
        b'k' => &["key"],
        b'o' => &["otp"],
        b'p' => &["pass", "pin", "pwd"],
        b's' => &["secret", "session", "sig"],
        b't' => &["token"],
        _ => &[],
    }
}

/// Whether a text has the name of a secret in it, in whatever place.
pub(super) fn names_one(text: &str) -> bool {
    let all = plain(text);
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    PARTS.iter().any(|part| all.contains(part))
        || words.any(|word| WHOLE.contains(&word.to_lowercase().as_str()))
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_harmless_ones() {
        let secret = [
            "password",
            "user[password]",
            "user.pwd",
            "passphrase",
            "X-Api-Key",
            "apiKey",
            "access_key",
            "AWSAccessKeyId",
            "Signature",
            "code",
            "user.code",
            "bearer",
            "Proxy-Authorization",
            "Set-Cookie",
            "sessionid",
            "jwt",
            "auth",
            "client_secret",
            "upload_tokens",
        ];
        for name in secret {
            assert!(is_secret(name), "{name}");
            assert!(
                may_name_one(format!("{{\"{name}\":1}}").as_bytes()),
                "{name}"
            );
        }
        let harmless = [
            "name",
            "email",
            "shipping",
            "country_code",
            "author_id",
            "key",
            "monkey",
            "design",
            "page[size]",
            "pins",
        ];
        for name in harmless {
            assert!(!is_secret(name), "{name}");
        }
        assert!(!may_name_one(
            br#"{"organization_membership":{"user_id":1,"organization_id":2}}"#
        ));
    }

    #[test]
    fn a_stem_is_in_every_name() {
        for name in PARTS.iter().chain(&WHOLE) {
            assert!(may_name_one(name.as_bytes()), "{name}");
        }
    }
}
