//! Checks requests before they are answered: who asks, and for what.
//!
//! A preview shows what is not public yet, so pages of other sites must not read it: neither through
//! a host name that resolves to this server (DNS rebinding), nor by a script, a picture or a fetch.
//! All functions are pure.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::Range;

use hyper::header::{HOST, HeaderMap, HeaderName, IF_NONE_MATCH, IF_RANGE, ORIGIN, RANGE};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use crate::text::nfc;

/// A requested path that is safe to look up.
///
/// It is decoded once, in NFC, and has no leading slash, no empty parts, no `.` or `..`, and no
/// backslashes or control characters. The path of the home page is empty, and that of a folder ends
/// with a slash: `news/flood/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestPath {
    path: String,
    query: String,
}

impl RequestPath {
    /// Parses the path in a request line. Returns `None` if no page can have it.
    pub fn parse(raw: &str) -> Option<Self> {
        let mut parts: Vec<&str> = raw.strip_prefix('/')?.split('/').collect();
        let last = parts.pop()?;
        let mut path = String::new();
        for part in parts {
            path.push_str(&decode(part).filter(|part| !part.is_empty())?);
            path.push('/');
        }
        path.push_str(&decode(last)?);
        Some(Self { path: nfc(&path), query: String::new() })
    }

    /// The path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query, as in the request line.
    pub fn query(&self) -> &str {
        &self.query
    }
}

/// Decodes a part of a path. Returns `None` if it is unsafe; an encoded slash is not a separator.
fn decode(part: &str) -> Option<Cow<'_, str>> {
    let decoded = percent_decode_str(part).decode_utf8().ok()?;
    let unsafe_character = |c: char| c == '/' || c == '\\' || c.is_control();
    let refused = decoded == "." || decoded == ".." || decoded.contains(unsafe_character);
    (!refused).then_some(decoded)
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccessRefusal {
    /// There is not exactly one `Host`, as HTTP/1.1 requires.
    NoHost,
    /// `Host` is not a name of this server. Another host name may have been made to resolve to it.
    ForeignHost,
    /// A page of another site made the request.
    ForeignSite,
    /// A service worker, which could answer in place of the server (Service Workers, section 3.2).
    ServiceWorker,
    /// The method is neither GET nor HEAD.
    Method,
    /// No page can have this path.
    Address,
    /// Answering failed.
    Broken,
}

impl AccessRefusal {
    /// The status code of the response.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::NoHost | Self::Address => StatusCode::BAD_REQUEST,
            Self::ForeignHost | Self::ForeignSite | Self::ServiceWorker => StatusCode::FORBIDDEN,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The key of its message.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::NoHost | Self::ForeignHost => "serve/foreign-host",
            Self::ForeignSite => "serve/foreign-site",
            Self::ServiceWorker => "serve/service-worker",
            Self::Method => "serve/method",
            Self::Address => "serve/bad-address",
            Self::Broken => "serve/broken",
        }
    }
}

/// Decides which requests are answered.
#[derive(Debug, Clone)]
pub(super) struct AccessPolicy {
    /// The address that the server listens on.
    pub address: SocketAddr,
    /// More names that `Host` may have, at any port, such as the name of a proxy.
    pub hosts: Vec<String>,
}

impl AccessPolicy {
    /// Judges a request by its head. Returns the requested path if it is answered.
    pub(super) fn judge(&self, head: &Parts) -> Result<RequestPath, AccessRefusal> {
        let host = single(&head.headers, &HOST).ok_or(AccessRefusal::NoHost)?;
        if !self.is_known(host) {
            return Err(AccessRefusal::ForeignHost);
        }
        if is_foreign(&head.headers, host) {
            return Err(AccessRefusal::ForeignSite);
        }
        let is_for = |dest: &str| {
            single(&head.headers, &HeaderName::from_static("sec-fetch-dest")) == Some(dest)
        };
        if head.headers.contains_key("service-worker") || is_for("serviceworker") {
            return Err(AccessRefusal::ServiceWorker);
        }
        if head.method != Method::GET && head.method != Method::HEAD {
            return Err(AccessRefusal::Method);
        }
        // Only proxies get a target with a host.
        let plain = head.uri.authority().is_none();
        let wanted = RequestPath::parse(head.uri.path()).filter(|_| plain);
        let query = head.uri.query().unwrap_or("").to_owned();
        wanted.map(|wanted| RequestPath { query, ..wanted }).ok_or(AccessRefusal::Address)
    }

    /// Checks whether a `Host` names this server. A name can be made to resolve to it, an address
    /// cannot.
    fn is_known(&self, host: &str) -> bool {
        let Some((name, port)) = split_port(host) else { return false };
        if self.hosts.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return true;
        }
        let ours = self.address.ip();
        let known = match literal(name) {
            Some(ip) => ip.is_loopback() || ip == ours || ours.is_unspecified(),
            None => name.eq_ignore_ascii_case("localhost"),
        };
        known && port.is_none_or(|port| port == self.address.port())
    }
}

/// Checks whether a page of another origin made a request, other than by a link to this site.
///
/// Browsers send `Origin` and `Sec-Fetch-Site` (W3C Fetch Metadata), other programs need not.
fn is_foreign(headers: &HeaderMap, host: &str) -> bool {
    let origin_is_ours = |origin: &str| {
        let authority = origin.strip_prefix("http://").or(origin.strip_prefix("https://"));
        authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
    };
    if headers.contains_key(ORIGIN) && !single(headers, &ORIGIN).is_some_and(origin_is_ours) {
        return true;
    }
    let fetch = |name: &'static str| single(headers, &HeaderName::from_static(name));
    let is_link =
        fetch("sec-fetch-mode") == Some("navigate") && fetch("sec-fetch-dest") == Some("document");
    match fetch("sec-fetch-site") {
        Some("same-origin" | "none") => false,
        Some(_) => !is_link,
        None => headers.contains_key("sec-fetch-site"),
    }
}

/// Returns the value of a header. `None` unless the header occurs exactly once.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Splits `localhost:1111` into name and port. Returns `None` if the port is invalid.
fn split_port(host: &str) -> Option<(&str, Option<u16>)> {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => Some((name, Some(port.parse().ok()?))),
        _ => Some((host, None)),
    }
}

/// Parses an IP address. An IPv6 address is in brackets.
fn literal(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[') {
        Some(rest) => {
            let ip: Ipv6Addr = rest.strip_suffix(']')?.parse().ok()?;
            Some(ip.to_canonical())
        }
        None => name.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

/// Checks whether the browser has the content with this ETag (RFC 9110, section 13.1.2).
pub(super) fn is_cached(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// Which part of a file is requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ByteRange {
    /// All of it.
    Whole,
    /// These bytes. The range is not empty and within the file.
    Part(Range<u64>),
    /// Bytes beyond the end of the file.
    Beyond,
}

/// Determines which of `size` bytes are requested (RFC 9110, section 14.2). An invalid range and
/// several ranges select the whole file.
pub(super) fn requested_range(headers: &HeaderMap, etag: &str, size: u64) -> ByteRange {
    let same = headers.get(IF_RANGE).is_none_or(|value| value.as_bytes() == etag.as_bytes());
    let wanted = single(headers, &RANGE).filter(|_| same && size > 0);
    wanted.and_then(|value| byte_range(value, size)).unwrap_or(ByteRange::Whole)
}

fn byte_range(value: &str, size: u64) -> Option<ByteRange> {
    let (unit, range) = value.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (start, end) = match (first, last) {
        ("", last) => (size - number(last)?.min(size), size),
        (first, "") => (number(first)?, size),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if first > last {
                return None;
            }
            (first, last.saturating_add(1).min(size))
        }
    };
    Some(if start < end { ByteRange::Part(start..end) } else { ByteRange::Beyond })
}

/// Parses a number of bytes. Returns the maximum if it is too large.
fn number(digits: &str) -> Option<u64> {
    let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| digits.parse().unwrap_or(u64::MAX))
}
