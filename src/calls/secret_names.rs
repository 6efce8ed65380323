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
    // Tests are not optimized. There, this loop takes a fraction of the time of an iterator.
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        if IS_START[usize::from(*first)] && starts_one(rest) {
            return true;
        }
        rest = behind;
    }
    false
}

/// Whether a byte can start what [`starts_one`] finds.
const IS_START: [bool; 256] = {
    let starts = b"abchjkopstABCHJKOPST%\\";
    let mut is_start = [false; 256];
    let mut index = 0;
    while index < starts.len() {
        is_start[starts[index] as usize] = true;
        index += 1;
    }
    is_start
};

/// Returns whether a name of a secret might start here.
fn starts_one(text: &[u8]) -> bool {
    match text {
        // Escapes can also spell a name.
        [b'%', ..] => true,
        [b'\\', second, ..] => *second == b'u',
        [first, second, ..] => stems(*first, *second).iter().any(|stem| {
            text.get(..stem.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(stem.as_bytes()))
        }),
        _ => false,
    }
}

/// Returns the shortest texts that all names of secrets with these first letters contain.
fn stems(first: u8, second: u8) -> &'static [&'static str] {
    match [first | 0x20, second | 0x20] {
        [b'a', b'u'] => &["auth"],
        [b'b', b'e'] => &["bearer"],
        [b'c', b'o'] => &["code", "cookie"],
        [b'c', b'r'] => &["credential"],
        [b'h', b'm'] => &["hmac"],
        [b'j', b'w'] => &["jwt"],
        [b'k', b'e'] => &["key"],
        [b'o', b't'] => &["otp"],
        [b'p', b'a'] => &["pass"],
        [b'p', b'i'] => &["pin"],
        [b'p', b'w'] => &["pwd"],
        [b's', b'e'] => &["secret", "session"],
        [b's', b'i'] => &["sig"],
        [b't', b'o'] => &["token"],
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
            let name = name.to_uppercase();
            assert!(may_name_one(format!("x-{name}").as_bytes()), "{name}");
        }
        for escaped in ["%70wd", r"p\u0077d"] {
            assert!(may_name_one(escaped.as_bytes()), "{escaped}");
        }
        assert!(!may_name_one(br"\n p"));
    }
}
