//! Checks the pages that `site.toml` names.

use crate::config::{Channel, OwnPage};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, closest};
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
    for (path, place) in config.home.iter().flat_map(|block| &block.items) {
        if !has_item(site, &format!("content/{path}")) {
            let warning = Diagnostic::warning(Code::HomeItem, place.clone());
            let warning = warning.arg("value", path.as_str());
            let paths = site.items.iter().map(|item| item.path.as_ref());
            let paths = paths.filter_map(|path| path.strip_prefix("content/"));
            diagnostics.push(match closest(path, paths) {
                Some(near) => warning.arg("suggestion", near).help("help-suggestion"),
                None => warning,
            });
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

/// Returns whether there is an item at a path, published or not.
fn has_item(site: &Site, path: &str) -> bool {
    site.by_path(path).is_some() || site.withheld_by_path(path).is_some()
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
