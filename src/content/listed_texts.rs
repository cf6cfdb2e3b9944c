//! Checks the texts of front matter that lists gather and export, whatever the instant.

use crate::config::{CategoryId, Facet};
use crate::content::fields::{FieldReader, single_line};
use crate::content::front_matter::FrontMatter;
use crate::content::slug::value_slug;
use crate::content::yaml::YamlStep;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::source::MAX_PART;
use crate::text::formula_sign;

impl FieldReader<'_> {
    /// Reports tags, units and kinds that cannot have a page, and texts that a spreadsheet would run. Returns
    /// `None` if there are any.
    pub(super) fn check_listed_texts(
        &self,
        front_matter: &FrontMatter,
        category: Option<CategoryId>,
        diagnostics: &mut Diagnostics,
    ) -> Option<()> {
        let mut found = Diagnostics::default();
        // Pages outside categories are in no list.
        if category.is_some() {
            self.check_texts(front_matter, &mut found);
        }
        self.check_values(front_matter, category, &mut found);
        let is_fine = !found.has_errors();
        diagnostics.append(found);
        is_fine.then_some(())
    }

    fn check_texts(&self, front_matter: &FrontMatter, diagnostics: &mut Diagnostics) {
        let FrontMatter { title, summary, unit, document_number, kind, .. } = front_matter;
        let texts = [
            ("title", title),
            ("summary", summary),
            ("unit", unit),
            ("document_number", document_number),
            ("kind", kind),
        ];
        for (key, text) in texts {
            let text = text.as_deref().unwrap_or("");
            report_formula(text, || self.source.place(&[YamlStep::Key(key)]), diagnostics);
        }
        for (n, tag) in front_matter.tags.iter().flatten().enumerate() {
            let steps = [YamlStep::Key("tags"), YamlStep::Index(n)];
            report_formula(tag, || self.source.place(&steps), diagnostics);
        }
    }

    fn check_values(
        &self,
        front_matter: &FrontMatter,
        category: Option<CategoryId>,
        diagnostics: &mut Diagnostics,
    ) {
        let FrontMatter { unit, kind, .. } = front_matter;
        self.check_value(unit.as_deref().unwrap_or(""), &[YamlStep::Key("unit")], diagnostics);
        let gathers_kinds = category.is_some_and(|category| self.gathers_kinds(category));
        self.check_kind(kind.as_deref().unwrap_or(""), gathers_kinds, diagnostics);
        if gathers_kinds {
            self.check_value(kind.as_deref().unwrap_or(""), &[YamlStep::Key("kind")], diagnostics);
        }
        for (n, tag) in front_matter.tags.iter().flatten().enumerate() {
            let steps = [YamlStep::Key("tags"), YamlStep::Index(n)];
            self.check_value(tag, &steps, diagnostics);
        }
    }

    /// Reports a kind that is not declared, and that differs from a declared one only in letter case or signs: as an
    /// error where both would have the same page.
    fn check_kind(&self, kind: &str, has_page: bool, diagnostics: &mut Diagnostics) {
        let value = single_line(kind);
        let ids = || self.config.kinds.ids();
        if ids().any(|id| id == value) {
            return;
        }
        let Some(slug) = value_slug(&value) else { return };
        if let Some(declared) = ids().find(|id| *id == slug) {
            let place = self.source.place(&[YamlStep::Key("kind")]);
            let severity = if has_page { Severity::Error } else { Severity::Warning };
            let diagnostic =
                Diagnostic { severity, ..Diagnostic::error(Code::KindSpelling, place) };
            diagnostics.push(diagnostic.arg("value", value).arg("suggestion", declared));
        }
    }

    /// Returns whether the kinds of a category have pages.
    fn gathers_kinds(&self, category: CategoryId) -> bool {
        let category = &self.config.policy.categories[usize::from(category)];
        category.list.facets.contains(&Facet::Kind)
    }

    /// Reports a value that gives no address.
    fn check_value(&self, text: &str, steps: &[YamlStep], diagnostics: &mut Diagnostics) {
        let value = single_line(text);
        if value.is_empty() || value_slug(&value).is_some() {
            return;
        }
        let help = if !value.chars().any(char::is_alphanumeric) {
            "help-empty"
        } else if value.len() > MAX_PART {
            "help-long"
        } else {
            "help"
        };
        let diagnostic = Diagnostic::error(Code::ValueSlug, self.source.place(steps));
        let diagnostic = diagnostic.arg("value", value).arg("limit", MAX_PART.to_string());
        diagnostics.push(diagnostic.help(help));
    }
}

/// Reports a text that a spreadsheet would run as a formula when it opens the list of a category.
pub(super) fn report_formula(
    text: &str,
    place: impl FnOnce() -> Place,
    diagnostics: &mut Diagnostics,
) {
    if let Some(sign) = formula_sign(text) {
        let sign = if sign.is_whitespace() { '⇥' } else { sign };
        diagnostics.push(Diagnostic::error(Code::Formula, place()).arg("sign", sign.to_string()));
    }
}
