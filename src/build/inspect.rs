//! Finds private numbers in what an item would publish: its text, its front matter, its files and
//! their names. A valid waiver covers one kind of number in one part.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::build::inspect_file::{FileFindings, inspect_file};
use crate::build::inspect_text::numbers_in_text;
use crate::build::inspected_item::{FindingCounts, InspectedItem, count, number, severity};
use crate::build::seen_text;
use crate::content::{FrontMatterSource, ItemPart, Seal, Signature, YamlStep};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::privacy::{Context, PrivateNumber};
use crate::source::Sha256Digest;

/// The result of an inspection, apart from diagnostics.
#[derive(Debug, Default, Clone)]
pub(crate) struct Inspection {
    /// The indices of the waivers that covered something.
    pub waived: Vec<usize>,
    /// The digests of the inspected files, by number of the file. Only these bytes may be
    /// published.
    pub digests: Vec<(usize, Sha256Digest)>,
}

/// Inspects an item.
pub(super) fn inspect(subject: &InspectedItem, sink: &mut Diagnostics) -> Inspection {
    let mut findings = PrivacyFindings { subject, counts: BTreeMap::new() };
    findings.look_through_text();
    findings.look_at_address();
    let files: BTreeSet<usize> = subject.files.iter().copied().collect();
    let files: Vec<usize> = files.into_iter().collect();
    let read: Vec<Result<FileFindings, Diagnostic>> =
        files.par_iter().map(|number| inspect_file(subject, *number)).collect();
    let mut inspection = Inspection::default();
    for (number, file) in files.into_iter().zip(read) {
        let FileFindings { counts, digest } = match file {
            Ok(findings) => findings,
            Err(unreadable) => {
                sink.push(Diagnostic { severity: subject.severity, ..unreadable });
                continue;
            }
        };
        inspection.digests.extend(digest.map(|digest| (number, digest)));
        findings.counts.extend(counts);
    }
    inspection.waived = findings.close(sink);
    inspection
}

/// The private numbers found in an item.
struct PrivacyFindings<'a> {
    subject: &'a InspectedItem<'a>,
    counts: FindingCounts,
}

impl PrivacyFindings<'_> {
    /// Adds the diagnostic of a private number. Its place is computed only if needed, because that
    /// takes time.
    fn number(
        &mut self,
        part: ItemPart,
        found: &PrivateNumber,
        place: impl FnOnce() -> Place,
        help: &'static str,
    ) {
        let key = (found.code, part, severity(self.subject, found));
        count(key, || number(self.subject, found, place()).help(help), &mut self.counts);
    }

    /// Inspects front matter and body, both the source and the text that readers see.
    fn look_through_text(&mut self) {
        let subject = self.subject;
        for number in numbers_in_text(subject) {
            self.number(number.part, &number.found, || number.place(subject), "help");
        }
    }

    /// Inspects the address, which consists of names of files and folders.
    fn look_at_address(&mut self) {
        let InspectedItem { checker, item, .. } = *self.subject;
        let address = seen_text::of_address(&item.url);
        let near = |_| Context { near: address.clone(), ..Context::default() };
        for found in checker.find_seen(&address, near) {
            let same = (found.code, ItemPart::FrontMatter, self.subject.severity);
            if !self.counts.contains_key(&same) {
                let place = || Place::file(&item.path);
                self.number(ItemPart::FrontMatter, &found, place, "help-name");
            }
        }
    }

    /// Reports what no waiver covers. Returns the indices of the waivers that covered something.
    fn close(self, sink: &mut Diagnostics) -> Vec<usize> {
        let waivers = &self.subject.item.details.waivers;
        // The first valid waiver for each kind of number in each part.
        let mut valid: BTreeMap<(Code, ItemPart), usize> = BTreeMap::new();
        for (n, waiver) in waivers.iter().enumerate().filter(|(n, _)| self.void(*n).is_none()) {
            valid.entry((waiver.rule, waiver.part)).or_insert(n);
        }
        let mut used = BTreeSet::new();
        for ((code, part, _), found) in &self.counts {
            match valid.get(&(*code, *part)).copied() {
                Some(waiver) => {
                    used.insert(waiver);
                }
                None => sink.push(found.clone()),
            }
        }
        let list = OnceCell::new();
        let mut placed = 0..MAX_PLACED;
        for n in (0..waivers.len()).filter(|n| !used.contains(n)) {
            let (code, help) = match self.void(n) {
                Some(help) => (Code::WaiverVoid, help),
                None => (Code::WaiverUnused, "help"),
            };
            // A draft has no seal yet.
            if help == "help-seal" && self.subject.severity != Severity::Error {
                continue;
            }
            let place = match placed.next() {
                Some(_) => self.place_of_waiver(&[YamlStep::Index(n), YamlStep::Key("rule")]),
                None => list.get_or_init(|| self.place_of_waiver(&[])).clone(),
            };
            let warning = Diagnostic::warning(code, place).help(help);
            sink.push(warning.arg("rule", waivers[n].rule.as_str()));
        }
        used.into_iter().collect()
    }

    /// Returns the help text that explains why a waiver is invalid. Returns `None` if it is valid.
    fn void(&self, n: usize) -> Option<&'static str> {
        let InspectedItem { item, .. } = self.subject;
        let approval = &item.approval;
        let is_signed =
            matches!(approval.signature, Signature::By(id, _) if Some(id) == approval.approver);
        if Some(item.details.waivers[n].by) != approval.approver {
            Some("help-by")
        } else if approval.seal == Seal::Matches || is_signed {
            None
        } else {
            Some("help-seal")
        }
    }

    /// Returns the place of the list of waivers, or of what the steps lead to in it.
    fn place_of_waiver(&self, steps: &[YamlStep]) -> Place {
        let InspectedItem { item, text, parts, .. } = *self.subject;
        let (path, yaml) = (item.path.as_ref(), parts.yaml.clone());
        let source = FrontMatterSource::new(path, text, yaml);
        let steps: Vec<YamlStep> =
            [YamlStep::Key("waive")].into_iter().chain(steps.iter().copied()).collect();
        source.place(&steps)
    }
}

/// How many waivers of an item are reported at their own places. Each place takes a parse of the front
/// matter; the others are reported at their list, so that the work does not grow with its square.
const MAX_PLACED: usize = 50;
