//! What a browser asks, judged before anything answers: who asks, and for what.
//!
//! A preview shows what is not yet public, so no page of another site may read it: neither by a
//! name that leads here (DNS rebinding), nor by a script, a picture or a fetch. All of it is pure.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::Range;

use hyper::header::{HOST, HeaderMap, HeaderName, IF_NONE_MATCH, IF_RANGE, ORIGIN, RANGE};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;

/// A path that was asked for, safe to look up: decoded once, NFC, without a slash in front, without
/// empty parts, `.`, `..`, backslashes and control characters. The home page is empty, and a
/// folder ends with a slash: `news/flood/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestPath {
    path: String,
    query: String,
}

impl RequestPath {
    /// Reads the path of a request as it stands in the request line; `None` if no page can have it.
    pub fn parse(raw: &str) -> Option<Self> {
        let mut parts: Vec<&str> = raw.strip_prefix('/')?.split('/').collect();
        let last = parts.pop()?;
        let mut path = String::new();
        for part in parts {
            path.push_str(&decode(part).filter(|part| !part.is_empty())?);
            path.push('/');
        }
        path.push_str(&decode(last)?);
        Some(Self { path: path.nfc().collect(), query: String::new() })
    }

    /// The path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What stands behind the question mark, as it stands there.
    pub fn query(&self) -> &str {
        &self.query
    }
}

/// One part of a path, decoded. A slash that was encoded is none between parts.
fn decode(part: &str) -> Option<Cow<'_, str>> {
    let decoded = percent_decode_str(part).decode_utf8().ok()?;
    let unsafe_character = |c: char| c == '/' || c == '\\' || c.is_control();
    let refused = decoded == "." || decoded == ".." || decoded.contains(unsafe_character);
    (!refused).then_some(decoded)
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccessRefusal {
    /// Not one `Host`, as HTTP/1.1 asks.
    NoHost,
    /// `Host` is not a name of this server: a name of somebody's was made to lead here.
    ForeignHost,
    /// A page of another site asks.
    ForeignSite,
    /// A script that would stand between pages and the server (Service Workers, section 3.2).
    ServiceWorker,
    /// Neither GET nor HEAD.
    Method,
    /// No page can have this address.
    Address,
    /// No answer could be made.
    Broken,
}

impl AccessRefusal {
    /// The status of the response.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::NoHost | Self::Address => StatusCode::BAD_REQUEST,
            Self::ForeignHost | Self::ForeignSite | Self::ServiceWorker => StatusCode::FORBIDDEN,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The sentence in `messages/` that says it.
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

/// Where the server listens, and by which names it is known.
#[derive(Debug, Clone)]
pub(super) struct AccessPolicy {
    /// The address that is listened on.
    pub address: SocketAddr,
    /// Further names, as a proxy in front may give it; at any port.
    pub hosts: Vec<String>,
}

impl AccessPolicy {
    /// Judges a request by its head.
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
        // A target with a host in it is for proxies.
        let plain = head.uri.authority().is_none();
        let wanted = RequestPath::parse(head.uri.path()).filter(|_| plain);
        let query = head.uri.query().unwrap_or("").to_owned();
        wanted.map(|wanted| RequestPath { query, ..wanted }).ok_or(AccessRefusal::Address)
    }

    /// Whether a `Host` names this server. A number cannot be made to lead elsewhere, a name can.
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

/// Whether a page of another origin asks for something else than being left for this site. Browsers
/// say so in `Origin` and `Sec-Fetch-Site` (W3C Fetch Metadata); what is no browser says nothing.
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

/// The value of a header that stands once, as text.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// `localhost:1111` → name and port; `None` if what follows the colon is no port.
fn split_port(host: &str) -> Option<(&str, Option<u16>)> {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => Some((name, Some(port.parse().ok()?))),
        _ => Some((host, None)),
    }
}

/// An address written as a number, IPv6 in brackets.
fn literal(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[') {
        Some(rest) => {
            let ip: Ipv6Addr = rest.strip_suffix(']')?.parse().ok()?;
            Some(ip.to_canonical())
        }
        None => name.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

/// Whether the browser has what `etag` names (RFC 9110, section 13.1.2).
pub(super) fn has_it(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// How much of a file is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ByteRange {
    /// All of it.
    Whole,
    /// These bytes, not empty and inside the file.
    Part(Range<u64>),
    /// Bytes that the file does not have.
    Beyond,
}

/// Which bytes of `size` a request wants (RFC 9110, section 14.2). Several ranges at once, or what
/// is no range, get the whole.
pub(super) fn portion(headers: &HeaderMap, etag: &str, size: u64) -> ByteRange {
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

/// A number of bytes; more than can be counted is the most.
fn number(digits: &str) -> Option<u64> {
    let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| digits.parse().unwrap_or(u64::MAX))
}
