//! Advises on links that lead nowhere. Only their spelling counts.

use crate::diagnostics::Code;
use crate::site::BrokenLink;

/// The last parts of host names that writers use without `https://`. Others may be the endings of files.
const DOMAINS: [&str; 14] =
    ["th", "com", "org", "net", "info", "gov", "edu", "asia", "io", "co", "me", "ly", "gl", "tv"];

/// What to say about a link.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LinkAdvice {
    /// The code of the diagnostic.
    pub code: Code,
    /// Which help text applies.
    pub help: &'static str,
    /// What to write instead.
    pub suggestion: Option<String>,
}

/// Returns what to say about a broken link.
pub(super) fn advise(broken: &BrokenLink, dest: &str) -> LinkAdvice {
    let BrokenLink { code, suggestion } = broken;
    let dest = dest.trim();
    if is_on_computer(dest) {
        return LinkAdvice { code: Code::LinkScheme, help: "help-computer", suggestion: None };
    }
    if let Some(suggestion) = suggestion.clone() {
        return LinkAdvice { code: *code, help: "help-suggestion", suggestion: Some(suggestion) };
    }
    if !matches!(code, Code::DeadLink | Code::MissingFile) {
        return LinkAdvice { code: *code, help: "help", suggestion: None };
    }
    if let Some(whole) = with_scheme(dest) {
        let suggestion = Some(whole);
        return LinkAdvice { code: Code::DeadLink, help: "help-scheme", suggestion };
    }
    let path = dest.split(['?', '#']).next().unwrap_or(dest).to_ascii_lowercase();
    let is_page = [".html", ".htm", ".php", ".aspx"].iter().any(|end| path.ends_with(end));
    let (code, help) = match code {
        Code::DeadLink if is_web(&path) => (Code::DeadLink, "help-address"),
        Code::DeadLink if path.ends_with(".md") => (Code::DeadLink, "help"),
        Code::MissingFile if !is_page => (Code::MissingFile, "help"),
        _ => (Code::DeadLink, "help-page"),
    };
    LinkAdvice { code, help, suggestion: None }
}

/// Returns whether a link is the path of a file on somebody's computer or on a server of the office.
fn is_on_computer(dest: &str) -> bool {
    let bytes = dest.as_bytes();
    let is_drive = bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.get(1) == Some(&b':')
        && bytes.get(2).is_none_or(|b| matches!(b, b'\\' | b'/' | b'%'));
    let is_file = dest.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("file:"));
    is_drive || is_file || dest.starts_with('\\')
}

fn is_web(path: &str) -> bool {
    path.starts_with("http:") || path.starts_with("https:")
}

/// Returns the address that was meant by one without its scheme: a host, a mail address or a telephone
/// number.
fn with_scheme(dest: &str) -> Option<String> {
    let host = dest.split(['/', '?', '#', ':']).next()?;
    let is_name = |name: &str| {
        let legal = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
        let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
        name.chars().all(legal) && end.is_some_and(|end| DOMAINS.contains(&end.as_str()))
    };
    if let Some((mailbox, host)) = dest.split_once('@') {
        return (!mailbox.contains('/') && is_name(host)).then(|| format!("mailto:{dest}"));
    }
    let digits = dest.chars().filter(char::is_ascii_digit).count();
    let is_number = dest.chars().all(|c| c.is_ascii_digit() || "+-".contains(c));
    if is_number && dest.starts_with(['0', '+']) && (9..=12).contains(&digits) {
        return Some(format!("tel:{dest}"));
    }
    is_name(host).then(|| format!("https://{dest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_without_a_scheme_get_one() {
        for (dest, whole) in [
            ("example.go.th/x", "https://example.go.th/x"),
            ("Facebook.com/nakhon", "https://Facebook.com/nakhon"),
            ("example.go.th", "https://example.go.th"),
            ("info@example.go.th", "mailto:info@example.go.th"),
            ("056-000-111", "tel:056-000-111"),
            ("+6656000111", "tel:+6656000111"),
        ] {
            assert_eq!(with_scheme(dest).as_deref(), Some(whole), "{dest}");
        }
        for dest in [
            "tor.pdf",
            "a.b.xlsx",
            "news/flood.md",
            "/x/",
            "2569-11-01.pdf",
            "ประกาศ.go",
            "20261125-1",
            "2569-11-01-7",
        ] {
            assert_eq!(with_scheme(dest), None, "{dest}");
        }
    }

    #[test]
    fn paths_on_a_computer_are_told_from_addresses() {
        for dest in
            ["C:\\x.pdf", "d:/x.pdf", "\\\\server\\x", "\\server\\x", "file:///C:/x", "FILE:x"]
        {
            assert!(is_on_computer(dest), "{dest}");
        }
        for dest in ["c:x", "files/x.pdf", "https://a.th/C:/x", "/x/", ""] {
            assert!(!is_on_computer(dest), "{dest}");
        }
    }
}
