//! Reports as annotations of GitHub Actions.

use crate::build::Build;
use crate::diagnostics::{Diagnostic, Failure};
use crate::report::reporter::Reporter;

/// Returns a failure as an annotation.
pub(crate) fn github_failure(reporter: &Reporter, failure: &Failure) -> String {
    let (message, help) = reporter.catalog.failure(failure);
    let text = help.map_or(message.clone(), |help| format!("{message}\n{help}"));
    format!("::error title={}::{}\n", failure.code.as_str(), escape_data(&text))
}

/// Returns the diagnostics of a build as annotations.
pub(crate) fn github(reporter: &Reporter, build: &Build) -> String {
    github_lines(reporter, &reporter.shown_diagnostics(build))
}

/// Returns diagnostics as annotations, one a line.
pub(crate) fn github_lines(reporter: &Reporter, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let place = &diagnostic.place;
        let mut message = reporter.catalog.message(diagnostic);
        if let Some(help) = reporter.catalog.help(diagnostic) {
            message = format!("{message}\n{help}");
        }
        let file = escape_property(&reporter.catalog.discreet(&place.file));
        let mut location = format!("file={file}");
        if place.line > 0 {
            location.push_str(&format!(",line={}", place.line));
        }
        if place.column > 0 {
            location.push_str(&format!(",col={}", place.column));
        }
        let severity = diagnostic.severity.as_str();
        let title = escape_property(diagnostic.code.as_str());
        let message = escape_data(&message);
        out.push_str(&format!("::{severity} {location},title={title}::{message}\n"));
    }
    out
}

/// Escapes what would end the line of an annotation.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes what would end a property of an annotation.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}
