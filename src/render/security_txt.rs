//! `.well-known/security.txt` (RFC 9116): where to report a vulnerability of the site.

use jiff::Timestamp;
use url::Url;

use crate::config::SecurityAddress;
use crate::site::{SECURITY, Site, may_be_named};
use crate::text::rfc3339;

/// Returns the text of `security.txt`. Returns `None` if it has expired, since nobody may rely on it then,
/// or if no contact is left. Addresses of the portal whose pages are not published are left out.
pub(crate) fn security_txt(site: &Site, at: Timestamp) -> Option<Vec<u8>> {
    let config = &site.config;
    let security = config.security.as_ref().filter(|security| at < security.expires)?;
    let line = |field: &str, address: &SecurityAddress| {
        let may_be_shown = address.own.as_ref().is_none_or(|own| may_be_named(site, own));
        may_be_shown.then(|| format!("{field}: {}", address.uri))
    };
    let contacts = security.contact.iter().filter_map(|address| line("Contact", address));
    let mut lines: Vec<String> = contacts.collect();
    if lines.is_empty() {
        return None;
    }
    lines.push(format!("Expires: {}", rfc3339(security.expires, &config.zone)));
    for (field, address) in [("Policy", &security.policy), ("Encryption", &security.encryption)] {
        lines.extend(address.as_ref().and_then(|address| line(field, address)));
    }
    let languages: Vec<&str> =
        config.languages.iter().map(|language| language.code.as_str()).collect();
    lines.push(format!("Preferred-Languages: {}", languages.join(", ")));
    let base =
        Url::parse(&config.base_url.full).map_or_else(|_| config.base_url.full.clone(), Into::into);
    lines.push(format!("Canonical: {base}{SECURITY}"));
    Some((lines.join("\n") + "\n").into_bytes())
}
