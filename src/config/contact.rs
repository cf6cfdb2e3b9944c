//! Reads the tables `contact` and `[security]`.

use jiff::tz::TimeZone;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::config::model::{
    BaseUrl, Channel, Contact, OwnPage, Security, SecurityAddress, is_email,
};
use crate::config::table::{At, SettingsFile, SettingsTable};
use crate::diagnostics::{Code, Diagnostic};
use crate::text::{Calendar, nfc, web_address};

const SECURITY_KEYS: &[&str] = &["contact", "expires", "policy", "encryption"];
const CONTACT_KEYS: &[&str] = &["address", "phone", "email", "hours", "complaints"];

/// Reads the table `contact` of the site or of a language.
pub(super) fn read_contact(
    file: &mut SettingsFile,
    of: &mut SettingsTable,
    base_url: Option<&BaseUrl>,
) -> Contact {
    let Some(mut table) = of.table(file, "contact") else { return Contact::default() };
    let complaints = table.string(file, "complaints");
    let complaints = complaints.and_then(|at| read_channel(file, at, base_url));
    let mut text = |key| table.string(file, key).map_or(String::new(), |at| at.value);
    let contact = Contact {
        address: text("address"),
        phone: text("phone"),
        email: text("email"),
        hours: text("hours"),
        complaints,
    };
    table.finish(file, CONTACT_KEYS);
    contact
}

/// Returns the path below `base_url` of a URL of the portal itself, whatever its spelling. Returns `None`
/// if the URL leads elsewhere.
fn own_path(base: &BaseUrl, url: &Url) -> Option<String> {
    let decoded = |path| nfc(&percent_decode_str(path).decode_utf8_lossy());
    let path = decoded(url.path());
    let inside = path.strip_prefix(&decoded(base.path())).map(str::to_owned);
    inside.filter(|_| base.is_on_site(url))
}

/// Returns whether a URL contains neither user nor password, which a page would make public.
fn names_nobody(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

/// Reads a page of the portal (`/services/complaints/`), a URL, an e-mail address or a telephone
/// number.
fn read_channel(
    file: &mut SettingsFile,
    at: At<String>,
    base_url: Option<&BaseUrl>,
) -> Option<Channel> {
    let text = at.value.trim();
    let url = web_address(text);
    let path = base_url.zip(url.as_ref()).and_then(|(base, url)| own_path(base, url));
    let is_number = |text: &str| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        digits >= 3 && text.chars().all(|c| c.is_ascii_digit() || " +-().*#".contains(c))
    };
    let email = text.strip_prefix("mailto:").unwrap_or(text);
    let phone = text.strip_prefix("tel:").unwrap_or(text);
    if let Some(path) = path.or_else(|| text.strip_prefix('/').map(str::to_owned)) {
        let path = nfc(path.trim_end_matches('/'));
        let url = if path.is_empty() { path } else { format!("{path}/") };
        let (written, place) = (text.to_owned(), file.place(at.span));
        return Some(Channel::Page(OwnPage { url, written, place }));
    }
    if let Some(url) = url.filter(names_nobody) {
        if url.scheme() == "http" {
            let warning = Diagnostic::warning(Code::ComplaintsHttp, file.place(at.span));
            file.diagnostics.push(warning.arg("value", text));
        }
        return Some(Channel::Web(url.into()));
    }
    if is_number(phone) {
        return Some(Channel::Phone(phone.to_owned()));
    }
    if is_email(email) {
        return Some(Channel::Email(email.to_owned()));
    }
    file.error(Code::Complaints, at.span, &[("value", at.value)]);
    None
}

/// Reads the table `[security]`. Returns `None` if there is none, or after an error.
pub(super) fn read_security(
    file: &mut SettingsFile,
    top: &mut SettingsTable,
    calendar: Calendar,
    zone: &TimeZone,
    base_url: Option<&BaseUrl>,
) -> Option<Security> {
    let mut table = top.table(file, "security")?;
    let span = table.span.clone();
    if !table.has("expires") {
        file.error(Code::SettingMissing, span, &[("key", "security.expires".to_owned())]);
    }
    let contact = table.required_strings(file, "contact").into_iter().filter_map(|at| {
        read_address(file, "contact", at, &["mailto:", "https://", "tel:"], base_url)
    });
    let contact: Vec<SecurityAddress> = contact.collect();
    let expires = table.moment(file, "expires", calendar, zone);
    let mut address = |key, schemes: &[&str]| {
        let at = table.string(file, key)?;
        read_address(file, key, at, schemes, base_url)
    };
    let policy = address("policy", &["https://"]);
    let encryption = address("encryption", &["https://", "dns:", "openpgp4fpr:"]);
    table.finish(file, SECURITY_KEYS);
    let expires = expires?;
    let expires_at = file.place(expires.span.clone());
    let expires = file.instant(expires, |moment| moment.closes(zone))?;
    Some(Security { contact, expires, expires_at, policy, encryption })
}

/// Reads a URI that begins with one of `schemes` and contains no white space.
fn read_address(
    file: &mut SettingsFile,
    key: &str,
    at: At<String>,
    schemes: &[&str],
    base_url: Option<&BaseUrl>,
) -> Option<SecurityAddress> {
    let At { value, span } = at;
    let place = file.place(span);
    let begins = |scheme: &&str| value.strip_prefix(*scheme).is_some_and(|rest| !rest.is_empty());
    let is_one = !value.contains(|c: char| c.is_whitespace() || c.is_control());
    let is_known = is_one && schemes.iter().any(begins);
    let web = value.starts_with("https://").then(|| Url::parse(&value).ok());
    match web {
        Some(Some(url)) if is_known && names_nobody(&url) => {
            let own = base_url.and_then(|base| own_path(base, &url));
            let own = own.map(|url| OwnPage { url, written: value, place });
            return Some(SecurityAddress { uri: url.into(), own });
        }
        None if is_known && value.is_ascii() => {
            return Some(SecurityAddress { uri: value, own: None });
        }
        _ => {}
    }
    // Parsing a URL converts it to ASCII. Other URIs must be written in ASCII.
    let help = if is_known && web.is_none() { "help-ascii" } else { "help" };
    let wrong = Diagnostic::error(Code::SecurityAddress, place).arg("value", value);
    let wrong = wrong.arg("key", format!("security.{key}")).arg("schemes", schemes.join(", "));
    file.diagnostics.push(wrong.help(help));
    None
}
