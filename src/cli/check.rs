//! `prakat check`.

use std::collections::BTreeSet;

use crate::build;
use crate::build::{BuildOptions, OnError, Progress, Project, Scope, is_photograph};
use crate::cli::args::OutputFormat;
use crate::cli::exit_code::{DONE, ERRORS};
use crate::cli::session::Session;
use crate::commands;
use crate::diagnostics::{Code, Diagnostics, Failure};
use crate::output::CurrentOutput;
use crate::report::Report;

/// Checks the portal without writing the site. With `fix`, fixes what needs no choice first.
pub(super) fn check(session: &Session, fix: bool) -> u8 {
    let fixed = match fix.then(|| fix_files(session)).transpose() {
        Ok(fixed) => fixed,
        Err(code) => return code,
    };
    session.judge(Scope::Check, |judged| {
        let current = CurrentOutput::look(&session.output(None)?).unwrap_or_default();
        judged.build.check_empty_site(&current, judged.at);
        let report = Report::new(judged.project, &judged.build, &current, judged.at);
        let report = Report { fixed: fixed.as_deref(), ..report };
        session.report(&session.reporter(judged.catalog), &report);
        Ok(if judged.build.diagnostics.has_errors() { ERRORS } else { DONE })
    })
}

/// Fixes files of the portal and returns their paths. If settings cannot be read, nothing is changed.
fn fix_files(session: &Session) -> Result<Vec<String>, u8> {
    let project = session.load()?;
    let catalog = session.catalog(Some(&project.config));
    let fail = |failure: Failure| session.fail(&catalog, &failure);
    let pictures = pictures_with_metadata(session, &project).map_err(fail)?;
    let (fixes, failure) = commands::fix(&session.source.portal, &pictures);
    if session.args.format != OutputFormat::Json {
        let reporter = session.reporter(&catalog);
        session.terminal.message(&commands::describe_fixes(&reporter, &fixes));
    }
    match failure {
        Some(failure) => Err(fail(failure)),
        None => Ok(fixes.paths()),
    }
}

/// Returns the pictures whose metadata a check warns about: those that are or may be published, unless
/// a waiver covers them.
fn pictures_with_metadata(session: &Session, project: &Project) -> Result<Vec<String>, Failure> {
    let mut ignored = Diagnostics::default();
    let files = project.portal.inventory(&mut ignored).files;
    if !files.iter().any(|file| is_photograph(&file.path)) {
        return Ok(Vec::new());
    }
    let at = session.instant(&project.config)?;
    let options = BuildOptions { at, scope: Scope::Check, faults: OnError::Fail };
    let build = build::build(project, &options, None, &Progress::default())?;
    let is_metadata = |code| matches!(code, Code::PicturePosition | Code::PictureDevice);
    let warnings = build.diagnostics.iter().filter(|diagnostic| is_metadata(diagnostic.code));
    let paths: BTreeSet<String> = warnings.map(|warning| warning.place.file.clone()).collect();
    Ok(paths.into_iter().collect())
}
