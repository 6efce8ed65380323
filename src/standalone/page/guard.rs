//! [`Guard`]: who may use the page. A browser that shows a page of somebody else must not, so the
//! host that a request names, and the page that it comes from, are checked.
//!
//! - A name that an attacker lets point to 127.0.0.1 (DNS rebinding) is not a known host.
//! - A form or a script of another page sends its `Origin`, which is not ours, or says
//!   `Sec-Fetch-Site: cross-site`. It also cannot send JSON without asking first, and nobody answers.

use std::net::IpAddr;

use http::StatusCode;
use http::header::{HOST, ORIGIN};
use http::uri::Authority;

use crate::api::request::Incoming;

use super::reply::Refused;

/// Checks where requests come from.
#[derive(Debug)]
pub(super) struct Guard {
    /// The address at which the double listens.
    pub(super) listens_at: IpAddr,
    /// Further names of this host, in lower case.
    pub(super) names: Vec<String>,
}

impl Guard {
    /// Refuses a request that does not name this host, or comes from a page of another one.
    pub(super) fn check(
        &self,
        incoming: &Incoming<'_>,
        authority: Option<&str>,
    ) -> Result<(), Refused> {
        let hosts = incoming.headers.get_all(HOST).iter();
        let hosts = hosts.map(|host| host.to_str().unwrap_or_default());
        let hosts: Vec<&str> = authority.into_iter().chain(hosts).collect();
        if hosts.is_empty() || !hosts.iter().all(|host| self.is_ours(host)) {
            let text = "Host: this is not the name of a host that may use the page: localhost, a \
                        loopback address, or the address at which the double listens; the option \
                        --page-host adds one";
            return Err(Refused::new(StatusCode::FORBIDDEN, text));
        }
        if !is_from_here(incoming, &hosts) {
            let text = "Origin: a page of another host may not use this one";
            return Err(Refused::new(StatusCode::FORBIDDEN, text));
        }
        Ok(())
    }

    /// Returns whether `host`, with or without a port, is this host.
    fn is_ours(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else {
            return false;
        };
        if host.contains('@') {
            return false;
        }
        let name = authority.host().to_ascii_lowercase();
        if name == "localhost" || self.names.contains(&name) {
            return true;
        }
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let Ok(address) = bare.parse::<IpAddr>() else {
            return false;
        };
        // Nobody can let a name point to an address that is written out.
        let at = self.listens_at;
        address.is_loopback() || at == address || at.is_unspecified()
    }
}

/// Returns whether a request comes from our own page, or from no page at all.
fn is_from_here(incoming: &Incoming<'_>, hosts: &[&str]) -> bool {
    let headers = incoming.headers;
    let is_ours = |origin: &str| {
        let origin = origin.strip_prefix("http://");
        origin.is_some_and(|origin| hosts.iter().all(|host| origin.eq_ignore_ascii_case(host)))
    };
    let mut origins = headers.get_all(ORIGIN).iter();
    let is_origin_ours = origins.all(|origin| is_ours(origin.to_str().unwrap_or_default()));
    let sites = headers.get_all("sec-fetch-site").iter();
    // A link on another page may open ours: that changes nothing, and the other page cannot read it.
    let is_navigation = headers
        .get("sec-fetch-mode")
        .is_some_and(|mode| mode == "navigate");
    let is_link = incoming.method == "GET" && is_navigation;
    let mut is_site_ours = sites.map(|site| site == "same-origin" || site == "none");
    is_origin_ours && (is_link || is_site_ours.all(|is_ours| is_ours))
}
