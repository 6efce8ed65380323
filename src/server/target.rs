//! [`Target`]: the path and query of a request, as a server reads them.

use http::Uri;
use url::Url;

/// The path and query of a request. As in wiremock, `..` is resolved, and characters that are not
/// allowed in a URL are percent-encoded.
pub(crate) enum Target<'a> {
    /// Nothing had to be changed.
    AsSent(&'a Uri),
    Tidied(Url),
}

impl<'a> Target<'a> {
    /// Returns the target, or `None` if it is not a URL. wiremock would break the connection then.
    pub(crate) fn of(uri: &'a Uri) -> Option<Self> {
        match uri.authority() {
            Some(_) => Url::parse(&uri.to_string()).ok().map(Self::Tidied),
            None => Self::without_host(uri),
        }
    }

    /// Returns the target without its host, which need not be valid in a URL.
    pub(crate) fn without_host(uri: &'a Uri) -> Option<Self> {
        let target = uri.path_and_query()?.as_str();
        if is_tidy(target, uri.path()) {
            return Some(Self::AsSent(uri));
        }
        // This must not be joined to a base, because a path that starts with two slashes would
        // become a host.
        let url = Url::parse(&format!("http://localhost{target}"));
        url.ok().map(Self::Tidied)
    }

    pub(crate) fn path(&self) -> &str {
        match self {
            Self::AsSent(uri) => uri.path(),
            Self::Tidied(url) => url.path(),
        }
    }

    pub(crate) fn query(&self) -> &str {
        let query = match self {
            Self::AsSent(uri) => uri.query(),
            Self::Tidied(url) => url.query(),
        };
        query.unwrap_or_default()
    }
}

/// Returns whether a parsed URL would have exactly this path and query. This check is cheaper than
/// parsing.
fn is_tidy(target: &str, path: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"/?-_.~%&=[]@:!$()*+,;".contains(&byte);
    // A dot may be percent-encoded.
    let may_have_dots = path.contains("/.") || path.contains("/%");
    path.starts_with('/') && !may_have_dots && target.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_as_sent_is_what_a_parsed_url_has() {
        let mut taken = 0;
        for byte in 0x21..0x7f_u8 {
            let odd = char::from(byte);
            for target in [
                format!("/{odd}"),
                format!("/a{odd}b/c"),
                format!("/a/{odd}./b"),
                format!("/a/.{odd}/b"),
                format!("/a?{odd}"),
                format!("//a{odd}?b=/{odd}c"),
                format!("/%2{odd}/a"),
                format!("/a/%2e%2{odd}/b"),
                format!("/{odd}%2e"),
            ] {
                let Ok(uri) = target.parse::<Uri>() else {
                    continue;
                };
                let url = Url::parse(&format!("http://localhost{uri}")).expect("a url");
                let seen = Target::of(&uri).expect("a url");
                taken += usize::from(matches!(seen, Target::AsSent(_)));
                let expected = (url.path(), url.query().unwrap_or_default());
                assert_eq!((seen.path(), seen.query()), expected, "{target}");
            }
        }
        assert!(taken > 300, "only {taken} are taken as sent");
    }
}
