//! Checks the keys of front matter that only the item's own page shows.

use jiff::tz::TimeZone;

use crate::config::{COVERAGE, FieldRole, Kind, KindId};
use crate::content::field_value::{FieldValue, FieldValues};
use crate::content::fields::{FieldReader, HAPPENED, boxed, single_line};
use crate::content::front_matter::{AttachmentEntry, ChangeEntry, FrontMatter, WaiverEntry};
use crate::content::item::{
    Attachment, BODY, Correction, Corrections, Details, FRONT_MATTER, ItemFile, ItemPart, Waiver,
    WrittenInstant,
};
use crate::content::kinds::{
    Coverage, CoverageReader, ExtraReader, ExtraReport, FiscalYear, FoundItem, KindContext, NoItem,
    unknown_kind,
};
use crate::content::path::{folder_of, join, owns_folder, stem_of};
use crate::content::slug::normal_alias;
use crate::content::yaml::YamlStep;
use crate::diagnostics::{
    Code, DateUse, Diagnostic, Diagnostics, date_diagnostic, far_year_diagnostic, unknown_id,
};
use crate::text::{DateError, folded, nfc, parse_year};

/// The typed values under `extra`.
#[derive(Default)]
struct TypedExtra {
    declared: Option<KindId>,
    fields: FieldValues,
    deadline: Option<WrittenInstant>,
    coverage: Option<Box<Coverage>>,
}

impl FieldReader<'_> {
    /// Returns what only the item's own page shows.
    pub(super) fn details(
        &self,
        front_matter: &FrontMatter,
        stem: &str,
        files: &[ItemFile],
        diagnostics: &mut Diagnostics,
    ) -> Option<Details> {
        let text = |value: &Option<String>| single_line(value.as_deref().unwrap_or("")).into();
        let issued_on = self.moment(
            front_matter.issued_on.as_deref(),
            &[YamlStep::Key("issued_on")],
            DateUse::Document,
            diagnostics,
        );
        let valid_until = self.moment(
            front_matter.valid_until.as_deref(),
            &[YamlStep::Key("valid_until")],
            DateUse::Document,
            diagnostics,
        );
        let fiscal_year = self.fiscal_year(front_matter.fiscal_year.as_deref(), diagnostics);
        let changes =
            self.changes(front_matter.changes.as_deref().unwrap_or_default(), diagnostics);
        let attachments = self.attachments(
            front_matter.attachments.as_deref().unwrap_or_default(),
            stem,
            files,
            diagnostics,
        );
        let aliases =
            self.aliases(front_matter.aliases.as_deref().unwrap_or_default(), diagnostics);
        let waivers =
            self.waivers(front_matter.waive.as_deref().unwrap_or_default(), files, diagnostics);
        let kind = front_matter.kind.as_deref().unwrap_or("").trim();
        let year = match fiscal_year {
            None => FiscalYear::Wrong,
            Some(None) => FiscalYear::Missing,
            Some(Some(year)) => FiscalYear::Given(year),
        };
        let typed = self.typed_extra(kind, front_matter, year, files, diagnostics);
        let TypedExtra { declared, fields, deadline, coverage } = typed?;
        Some(Details {
            unit: text(&front_matter.unit),
            document_number: text(&front_matter.document_number),
            kind: text(&front_matter.kind),
            fiscal_year: fiscal_year?,
            issued_on: issued_on?,
            valid_until: valid_until?,
            changes: changes?,
            attachments: attachments?,
            aliases: aliases?,
            meets: boxed(front_matter.meets.clone().unwrap_or_default()),
            replaces: self.replaces(front_matter.replaces.as_deref(), diagnostics)?,
            waivers: waivers?,
            withdrawn_by: text(&front_matter.withdrawn.as_ref().and_then(|w| w.by.clone())),
            withdrawn_why: text(&front_matter.withdrawn.as_ref().and_then(|w| w.reason.clone())),
            declared,
            fields,
            deadline,
            coverage,
            extra: serde_json::Map::new(),
        })
    }

    /// Reads `extra` of an item of a declared kind. Returns `None` after an error, which is reported.
    fn typed_extra(
        &self,
        kind: &str,
        front_matter: &FrontMatter,
        fiscal_year: FiscalYear,
        files: &[ItemFile],
        diagnostics: &mut Diagnostics,
    ) -> Option<TypedExtra> {
        let declared = self.config.kinds.named(kind);
        if self.broken.iter().any(|key| key == "extra" || key == "kind") {
            return Some(TypedExtra::default());
        }
        let nothing = serde_json::Map::new();
        let extra = front_matter.extra.as_ref().unwrap_or(&nothing);
        if declared.is_none() && kind != COVERAGE {
            let unknown = unknown_kind(self.source, kind, extra, &self.config.kinds);
            unknown.into_iter().for_each(|warning| diagnostics.push(warning));
            return Some(TypedExtra::default());
        }
        let mut of_extra = Diagnostics::default();
        let approver = front_matter.approver.as_deref().unwrap_or_default();
        let has_approver = !approver.trim().is_empty();
        let source = self.source;
        let report = ExtraReport { source, has_approver, diagnostics: &mut of_extra };
        let typed = match declared {
            Some((id, kind)) => {
                let item = |written: &str| self.found_item(written);
                let config = self.config;
                let context = KindContext { config, fiscal_year, files, item: &item };
                let fields = ExtraReader::new(context, report).read(kind, extra);
                let deadline = deadline_of(kind, &fields, &config.zone);
                TypedExtra { declared: Some(id), fields, deadline, coverage: None }
            }
            None => {
                let coverage = CoverageReader(report).read(extra).map(Box::new);
                TypedExtra { coverage, ..TypedExtra::default() }
            }
        };
        self.advise_own_folder(&mut of_extra);
        let is_right = !of_extra.has_errors();
        diagnostics.append(of_extra);
        is_right.then_some(typed)
    }

    /// Adds to errors about missing files of an item without a folder that it needs one.
    fn advise_own_folder(&self, diagnostics: &mut Diagnostics) {
        let path = self.source.path;
        let Some((stem, _)) = stem_of(path).filter(|_| !owns_folder(path)) else { return };
        let better = format!("{}{stem}/index.md", folder_of(path));
        diagnostics.amend(Code::MissingFile, |missing| {
            missing.args.push(("path", better.clone()));
            missing.help = "help-flat";
        });
    }

    /// Returns the Markdown file of another item, which is written as in a link.
    fn found_item(&self, written: &str) -> FoundItem {
        if let Some(path) = self.other_item(written) {
            return Ok(path.into());
        }
        let path = self.path_of(written).ok_or(NoItem::Other)?;
        if self.has_no_item(&path) {
            return Err(NoItem::Missing(path));
        }
        let is_itself = self.document(&path) == Some(self.source.path);
        Err(if is_itself { NoItem::Itself } else { NoItem::Other })
    }

    fn fiscal_year(
        &self,
        text: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<i16>> {
        let Some(text) = text.filter(|t| !t.trim().is_empty()) else { return Some(None) };
        match parse_year(text, self.config.calendar) {
            Ok(year) => {
                let used_as = DateUse::Document;
                if let Some(year) = used_as.years().outside(year) {
                    let place = self.source.place(&[YamlStep::Key("fiscal_year")]);
                    diagnostics.push(far_year_diagnostic(year, used_as, place, text));
                }
                Some(Some(year))
            }
            Err(error) => {
                let place = self.source.place(&[YamlStep::Key("fiscal_year")]);
                let form = error == DateError::Form;
                diagnostics.push(if form {
                    Diagnostic::error(Code::FiscalYear, place).arg("value", text)
                } else {
                    date_diagnostic(error, place, text, self.config.calendar, DateUse::Document)
                });
                None
            }
        }
    }

    /// Returns the public corrections.
    fn changes(
        &self,
        changes: &[ChangeEntry],
        diagnostics: &mut Diagnostics,
    ) -> Option<Corrections> {
        let mut read = Vec::new();
        let mut whole = true;
        for (n, change) in changes.iter().enumerate() {
            let steps = [YamlStep::Key("changes"), YamlStep::Index(n), YamlStep::Key("on")];
            match self.needed_instant(&change.on, &steps, HAPPENED, diagnostics) {
                Some(on) => read.push(Correction { on, note: single_line(&change.note).into() }),
                None => whole = false,
            }
        }
        whole.then(|| Corrections::new(read))
    }

    fn attachments(
        &self,
        named: &[AttachmentEntry],
        stem: &str,
        files: &[ItemFile],
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Attachment>> {
        if !named.is_empty() && !owns_folder(self.source.path) {
            let place = self.source.place(&[YamlStep::Key("attachments")]);
            let folder = folder_of(self.source.path);
            let better = format!("{folder}{stem}/index.md");
            diagnostics.push(Diagnostic::error(Code::FlatAttachments, place).arg("path", better));
            return None;
        }
        let mut attachments = Vec::new();
        for (n, attachment) in named.iter().enumerate() {
            let wanted = nfc(&attachment.file);
            let Some(file) = files.iter().position(|f| nfc(&f.name) == wanted) else {
                let steps =
                    [YamlStep::Key("attachments"), YamlStep::Index(n), YamlStep::Key("file")];
                let place = self.source.place(&steps);
                let known = || files.iter().map(|f| f.name.as_ref());
                let same = files.iter().find(|f| folded(&f.name) == folded(&wanted));
                let same = same.map(|f| f.name.as_ref());
                diagnostics.push(unknown_id(
                    Code::MissingFile,
                    place,
                    &attachment.file,
                    known,
                    same,
                ));
                continue;
            };
            let title = attachment.title.as_deref().unwrap_or(&attachment.file);
            attachments.push(Attachment { file, title: single_line(title).into() });
        }
        (attachments.len() == named.len()).then_some(attachments)
    }

    /// Returns the Markdown file of the item that this one replaces, which is written as in a link.
    fn replaces(
        &self,
        written: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<Box<str>>> {
        let Some(written) = written.map(str::trim).filter(|path| !path.is_empty()) else {
            return Some(None);
        };
        match self.other_item(written) {
            Some(path) => Some(Some(path.into())),
            None => {
                let place = self.source.place(&[YamlStep::Key("replaces")]);
                diagnostics.push(Diagnostic::error(Code::Replaces, place).arg("value", written));
                None
            }
        }
    }

    /// Returns the path of another item, which is written as in a link. Returns `None` if there is no
    /// such item.
    fn other_item(&self, written: &str) -> Option<&str> {
        let path = self.path_of(written)?;
        let is_item = |path: &str| stem_of(path).is_some_and(|(stem, _)| stem != "_index");
        let document = self.document(&path);
        document.filter(|path| is_item(path) && *path != self.source.path)
    }

    /// Resolves a path written as in a link to a path from the portal's root.
    fn path_of(&self, written: &str) -> Option<String> {
        let base = if written.starts_with('/') { "content/" } else { folder_of(self.source.path) };
        join(base, &nfc(written.trim_start_matches('/')))
    }

    fn document(&self, path: &str) -> Option<&str> {
        self.inventory.document(path, nfc)
    }

    /// Returns whether a path could be that of an item, but there is none.
    fn has_no_item(&self, path: &str) -> bool {
        path.starts_with("content/") && path.ends_with(".md") && self.document(path).is_none()
    }

    /// Reads the waivers. Whether a waiver counts is decided where it is used.
    fn waivers(
        &self,
        waivers: &[WaiverEntry],
        files: &[ItemFile],
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Waiver>> {
        let mut read = Vec::new();
        for (n, waiver) in waivers.iter().enumerate() {
            let steps = |key| [YamlStep::Key("waive"), YamlStep::Index(n), YamlStep::Key(key)];
            let rule = self.waived_rule(&waiver.rule, &steps("rule"), diagnostics);
            let part = self.waived_part(&waiver.part, files, &steps("where"), diagnostics);
            let by = self.known_person(waiver.by.trim(), &steps("by"), diagnostics);
            let reason = single_line(&waiver.reason);
            if reason.is_empty() {
                let diagnostic =
                    Diagnostic::error(Code::MissingKey, self.source.place(&steps("reason")));
                diagnostics.push(diagnostic.arg("key", "waive: reason").help("help-waive"));
                continue;
            }
            let (Some(rule), Some(part), Some(by)) = (rule, part, by) else { continue };
            read.push(Waiver { rule, part, by, reason: reason.into() });
        }
        (read.len() == waivers.len()).then_some(read)
    }

    fn waived_rule(
        &self,
        word: &str,
        steps: &[YamlStep],
        diagnostics: &mut Diagnostics,
    ) -> Option<Code> {
        let rule = Code::WAIVABLE.into_iter().find(|code| code.as_str() == word.trim());
        if rule.is_none() {
            let known = || Code::WAIVABLE.into_iter().map(Code::as_str);
            let short = known().find(|code| code.rsplit('/').next() == Some(word.trim()));
            let place = self.source.place(steps);
            diagnostics.push(unknown_id(Code::WaiverRule, place, word, known, short));
        }
        rule
    }

    fn waived_part(
        &self,
        name: &str,
        files: &[ItemFile],
        steps: &[YamlStep],
        diagnostics: &mut Diagnostics,
    ) -> Option<ItemPart> {
        let wanted = nfc(name.trim());
        let file = files.iter().position(|file| nfc(&file.name) == wanted).map(ItemPart::File);
        let part = match wanted.as_str() {
            FRONT_MATTER => Some(ItemPart::FrontMatter),
            BODY => Some(ItemPart::Body),
            _ => file,
        };
        if part.is_none() {
            let known =
                || [FRONT_MATTER, BODY].into_iter().chain(files.iter().map(|f| f.name.as_ref()));
            let place = self.source.place(steps);
            diagnostics.push(unknown_id(Code::WaiverPlace, place, name, known, None));
        }
        part
    }

    fn aliases(&self, written: &[String], diagnostics: &mut Diagnostics) -> Option<Vec<Box<str>>> {
        let mut aliases = Vec::new();
        for (n, alias) in written.iter().enumerate() {
            match normal_alias(alias) {
                Some(normal) => aliases.push(normal.into()),
                None => {
                    let place = self.source.place(&[YamlStep::Key("aliases"), YamlStep::Index(n)]);
                    diagnostics.push(Diagnostic::error(Code::BadAlias, place).arg("value", alias));
                }
            }
        }
        (aliases.len() == written.len()).then_some(aliases)
    }
}

/// Returns the first instant after an item's deadline.
fn deadline_of(kind: &Kind, fields: &FieldValues, zone: &TimeZone) -> Option<WrittenInstant> {
    let (position, _) = kind.field_of_role(FieldRole::Deadline)?;
    let Some(FieldValue::Moment(written)) = fields.get(position) else { return None };
    let at = written.closes(zone).ok()?;
    Some(WrittenInstant { written: *written, at })
}
