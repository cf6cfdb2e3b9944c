//! Checks the pages that `site.toml` names.

use crate::config::{Channel, OwnPage};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::gate::Verdict;
use crate::site::Site;
use crate::site::links::{LinkTarget, at_url};

/// Returns whether a page named in the settings exists and may be shown to readers.
pub(crate) fn may_be_named(site: &Site, own: &OwnPage) -> bool {
    matches!(at_url(site, &own.url, None), Some(LinkTarget::Item(..) | LinkTarget::Page(..)))
}

/// Warns about pages named in `site.toml` that readers cannot see because they are withheld or
/// missing.
pub(crate) fn check_named_pages(site: &Site, diagnostics: &mut Diagnostics) {
    let config = &site.config;
    let of_languages = config.languages.iter().map(|language| &language.contact);
    for contact in std::iter::once(&config.contact).chain(of_languages) {
        let Some(Channel::Page(own)) = &contact.complaints else { continue };
        if site.complaints_page(own).is_none() {
            diagnostics.push(unnamed(site, own, Code::ComplaintsPage));
        }
    }
    let Some(security) = &config.security else { return };
    let addresses = security.contact.iter().chain(&security.policy).chain(&security.encryption);
    for own in addresses.filter_map(|address| address.own.as_ref()) {
        if !may_be_named(site, own) {
            diagnostics.push(unnamed(site, own, Code::SecurityPage));
        }
    }
}

fn unnamed(site: &Site, own: &OwnPage, code: Code) -> Diagnostic {
    let warning = Diagnostic::warning(code, own.place.clone()).arg("url", &own.written);
    let Some(LinkTarget::Withheld(Some(stub), _)) = at_url(site, &own.url, None) else {
        return warning.arg("why", "@standing/missing");
    };
    let stub = &site.withheld[stub as usize];
    let why = match stub.verdict {
        Verdict::Withdrawn => "@standing/withdrawn",
        Verdict::Expired => "@standing/expired",
        Verdict::Unapproved => "@standing/unapproved",
        Verdict::Scheduled => "@standing/scheduled",
        Verdict::Invalid | Verdict::Published => "@standing/invalid",
    };
    let is_over = matches!(stub.verdict, Verdict::Withdrawn | Verdict::Expired);
    let help = if is_over { "help-gone" } else { "help-withheld" };
    warning.arg("why", why).arg("path", stub.path.as_ref()).help(help)
}
