//! Reports the typos of a file.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::markdown::typos::find::{Typo, typos};
use crate::markdown::typos::mojibake::Misread;
use crate::markdown::typos::protected::{is_within, protected_parts};

/// Reports the first typo of each kind in a file, with their count. `severity` is that of typos that
/// can deceive readers; all others are warnings. A sealed file is not offered to be fixed.
pub(crate) fn report_typos(
    text: &str,
    path: &str,
    severity: Severity,
    is_sealed: impl FnOnce() -> bool,
    diagnostics: &mut Diagnostics,
) {
    let typos = typos(text);
    if typos.is_empty() {
        return;
    }
    let is_sealed = is_sealed();
    let protected = if is_sealed { Vec::new() } else { protected_parts(text) };
    let is_fixable = |typo: &Typo| typo.fix.is_some() && !is_within(&typo.range, &protected);
    let mut reported = Vec::new();
    for typo in &typos {
        if reported.contains(&typo.code) {
            continue;
        }
        reported.push(typo.code);
        let mut alike = typos.iter().filter(|other| other.code == typo.code);
        let count = alike.clone().count();
        let help = match typo.code {
            Code::BidiControl => "help",
            Code::Mojibake => help_for_mojibake(&text[typo.range.start..]),
            _ if is_sealed => "help-sealed",
            _ if alike.any(is_fixable) => "help",
            _ => "help-by-hand",
        };
        let place = Place::of_range(path, text, typo.range.clone());
        let severity = if typo.code == Code::BidiControl { severity } else { Severity::Warning };
        let character = text[typo.range.clone()].chars().next().map_or(0, u32::from);
        let diagnostic = Diagnostic { severity, ..Diagnostic::error(typo.code, place) };
        let diagnostic = diagnostic.arg("character", format!("U+{character:04X}"));
        diagnostics.push(diagnostic.arg("count", count.to_string()).help(help));
    }
}

fn help_for_mojibake(text: &str) -> &'static str {
    match Misread::of(text) {
        Misread::Utf8 => "help",
        Misread::Tis620 => "help-thai",
        Misread::Lost => "help-lost",
    }
}
