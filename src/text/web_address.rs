//! Addresses of pages of other sites.

use url::Url;

/// Parses a whole web address: `http://` or `https://` and a host. The parser of the URL Standard repairs others, such
/// as `https:news/a/`, which browsers take for a path of the current site. An address with a space, a control
/// character or a backslash is not one either.
pub(crate) fn web_address(text: &str) -> Option<Url> {
    let scheme = ["http://", "https://"].into_iter().find(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
    if text[scheme.len()..].starts_with('/') || text.contains(is_odd) {
        return None;
    }
    Url::parse(text).ok().filter(Url::has_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_browsers_repair_are_none() {
        for text in [
            "https:/news/a/",
            "https:../a/",
            "https:a/",
            "https:",
            "https://",
            "https:///example.com/",
            "https:\\\\example.com/",
            "https://\\example.com/",
            "ht\ttps://example.com/",
            "https://example.com/a b",
            "//example.com/",
            "javascript://example.com/",
            "ftp://example.com/",
            "ก://example.com/",
            "www.example.com",
        ] {
            assert_eq!(web_address(text), None, "{text:?}");
        }
    }

    #[test]
    fn addresses_are_brought_into_their_normal_form() {
        for (text, form) in [
            ("HTTPS://Example.COM", "https://example.com/"),
            ("http://example.com:80/ก?q=1#x", "http://example.com/%E0%B8%81?q=1#x"),
        ] {
            assert_eq!(web_address(text).map(String::from).as_deref(), Some(form));
        }
    }
}
