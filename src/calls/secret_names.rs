//! The names of secrets in bodies, queries, headers and cookies.

/// Parts of such names. Case and separators between words are ignored, so that `apiKey`, `api_key`
/// and `X-API-Key` are the same.
const NAME_PARTS: [&str; 20] = [
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

/// Names that are also parts of harmless names, so they are compared as a whole.
const WHOLE_NAMES: [&str; 8] = ["auth", "jwt", "sig", "pin", "otp", "code", "pass", "hmac"];

/// Returns whether this is the name of a secret. In a path of names, such as `user.password` or
/// `user[password]`, only the last one counts.
pub(crate) fn is_secret(name: &str) -> bool {
    let last = name
        .trim_end_matches(']')
        .rsplit(['.', '['])
        .next()
        .unwrap_or_default();
    let (all, last) = (plain(name), plain(last));
    NAME_PARTS.iter().any(|part| all.contains(part)) || WHOLE_NAMES.contains(&last.as_str())
}

/// Returns whether a text might contain the name of a secret. It is fast, because it checks every
/// request, and sometimes says yes without need, because it does not know the places of names.
pub(super) fn may_name_one(text: &[u8]) -> bool {
    text.iter().enumerate().any(|(index, byte)| match byte {
        // Escapes can also spell a name.
        b'%' => true,
        b'\\' => text.get(index + 1) == Some(&b'u'),
        _ => stems(*byte).iter().any(|stem| {
            text.get(index..index + stem.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(stem.as_bytes()))
        }),
    })
}

/// Returns the shortest texts that all names of secrets with this first letter contain.
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

/// Returns whether a text contains the name of a secret anywhere.
pub(super) fn names_one(text: &str) -> bool {
    let all = plain(text);
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    NAME_PARTS.iter().any(|part| all.contains(part))
        || words.any(|word| WHOLE_NAMES.contains(&word.to_lowercase().as_str()))
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
        for name in NAME_PARTS.iter().chain(&WHOLE_NAMES) {
            assert!(may_name_one(name.as_bytes()), "{name}");
        }
    }
}
