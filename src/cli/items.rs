//! Commands on single items: status, explain, approve, statement, diff and form.

use std::path::Path;

use crate::build::Scope;
use crate::cli::args::{ApproveArgs, OutputFormat};
use crate::cli::exit_code::{DONE, ERRORS, FINDINGS};
use crate::cli::session::{GivenDate, Session};
use crate::commands;
use crate::commands::{ApproveOptions, ApproveRefusal, Approver, Draft};
use crate::config::Config;
use crate::content::{ItemLoader, folder_of, owns_folder};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Failure, no_such_item};
use crate::output::CurrentOutput;
use crate::report;
use crate::report::{Catalog, Report};

/// Lists all items with their verdicts.
pub(super) fn status(session: &Session) -> u8 {
    session.judge(Scope::Build, |judged| {
        let reporter = session.reporter(judged.catalog);
        let current = CurrentOutput::look(&session.output(None)?).unwrap_or_default();
        let report = Report::new(judged.project, &judged.build, &current, judged.at);
        session.terminal.data(&match session.args.format {
            OutputFormat::Human => report::status(&reporter, &report),
            OutputFormat::Json => report::json(&reporter, &report),
            OutputFormat::Github => report::github(&reporter, &judged.build),
        });
        if session.args.format == OutputFormat::Human {
            // Items are listed as changed, and their editors know of no change.
            let mut rewritten = judged.build.diagnostics.sorted();
            rewritten.retain(|diagnostic| diagnostic.code == Code::Rewritten);
            session.report_diagnostics(&reporter, &rewritten);
        }
        Ok(DONE)
    })
}

/// Explains the verdict on one item, rule by rule.
pub(super) fn explain(session: &Session, file: &Path) -> u8 {
    session.judge(Scope::Build, |judged| {
        let path = session.item_path(file)?;
        let mut records = judged.build.records.iter();
        let status = records.find(|status| status.path == path).ok_or_else(|| {
            let paths = judged.build.records.iter().map(|status| status.path.as_str());
            no_such_item(&file.display().to_string(), &path, paths)
        })?;
        let reporter = session.reporter(judged.catalog);
        session.terminal.data(&report::explain(&reporter, &judged.project.config, status));
        let mut diagnostics = judged.build.diagnostics.sorted();
        let folder = if owns_folder(&path) { folder_of(&path) } else { &path };
        diagnostics.retain(|Diagnostic { code, place, .. }| {
            place.file == path || (*code == Code::Rewritten && folder_of(&place.file) == folder)
        });
        session.report_diagnostics(&reporter, &diagnostics);
        Ok(DONE)
    })
}

/// Approves items, all or none.
pub(super) fn approve(session: &Session, args: &ApproveArgs) -> u8 {
    with_approver(session, |approver, catalog| {
        let config = approver.loader.config;
        let today = commands::written_day(session.now, config);
        let options = ApproveOptions {
            person: &args.person,
            on: args.on.as_deref().unwrap_or(&today),
            key: args.key.as_deref(),
            note: args.note.as_deref(),
            without_note: args.no_note,
            now: session.now,
        };
        let on = GivenDate { option: "--on", text: options.on, config };
        // A text that is no date is refused with the item.
        if let Ok(moment) = on.read() {
            on.check_year(moment)?;
        }
        let mut paths: Vec<String> = Vec::with_capacity(args.files.len());
        for file in &args.files {
            let path = session.item_path(file)?;
            // A file that is named twice, such as by two patterns of a shell, is approved once.
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        let drafts: Result<Vec<Draft>, ApproveRefusal> =
            paths.iter().map(|path| approver.draft(path, &options)).collect();
        let drafts = drafts?;
        let reporter = session.reporter(catalog);
        let description = commands::describe_drafts(&reporter, config, &args.person, &drafts);
        session.terminal.message(&description);
        let unsigned = drafts.iter().filter(|draft| draft.needs_signature).count();
        let approved = drafts.len() - unsigned;
        commands::approve(drafts)?;
        session.terminal.message(&commands::describe_counts(&reporter, approved, unsigned));
        Ok(if unsigned > 0 { FINDINGS } else { DONE })
    })
}

/// Prints what an approval of an item signs.
pub(super) fn statement(session: &Session, file: &Path) -> u8 {
    with_approver(session, |approver, _| {
        let statement = approver.statement(&session.item_path(file)?)?;
        session.terminal.data(&statement);
        Ok(DONE)
    })
}

/// Prints what changed in an item since it was approved.
pub(super) fn diff(session: &Session, file: &Path) -> u8 {
    with_approver(session, |approver, catalog| {
        let path = session.item_path(file)?;
        let at = session.instant(approver.loader.config)?;
        let diff = commands::diff_since_approval(&approver.loader, &path, at)?;
        let reporter = session.reporter(catalog);
        session.terminal.message(&commands::describe_diff(&reporter, &path, &diff));
        // Line by line, so that no line of a file can control the terminal.
        for line in diff.lines.lines() {
            session.terminal.data(&format!("{}\n", catalog.discreet(line)));
        }
        Ok(DONE)
    })
}

/// Prints the publication form of an item.
pub(super) fn form(session: &Session, file: &Path) -> u8 {
    let mut is_invalid = false;
    let code = session.judge(Scope::Build, |judged| {
        let path = session.item_path(file)?;
        let mut statuses = judged.build.records.iter();
        is_invalid = statuses.any(|status| status.invalid && status.path == path);
        Ok(DONE)
    });
    if code != DONE {
        return code;
    }
    with_approver(session, |approver, catalog| {
        let path = session.item_path(file)?;
        let at = session.instant(approver.loader.config)?;
        let reporter = session.reporter(catalog);
        let form = commands::publication_form(approver, &path, at, is_invalid, &reporter)?;
        // Line by line, because any value may contain a private number.
        let lines: Vec<String> = form.lines().map(|line| catalog.discreet(line)).collect();
        session.terminal.data(&(lines.join("\n") + "\n"));
        Ok(DONE)
    })
}

/// Runs work on single items and reports a refusal.
fn with_approver(
    session: &Session,
    work: impl Fn(&Approver, &Catalog) -> Result<u8, ApproveRefusal>,
) -> u8 {
    let project = match session.load() {
        Ok(project) => project,
        Err(code) => return code,
    };
    let (config, portal) = (&project.config, &project.portal);
    let catalog = session.catalog(Some(config));
    let mut ignored = Diagnostics::default();
    let inventory = portal.inventory(&mut ignored);
    let loader = ItemLoader { portal, config, inventory: &inventory };
    work(&Approver { loader, checker: &project.checker }, &catalog)
        .unwrap_or_else(|refusal| report_refusal(session, config, &catalog, refusal))
}

/// Reports why nothing was approved and returns the exit code.
fn report_refusal(
    session: &Session,
    config: &Config,
    catalog: &Catalog,
    refusal: ApproveRefusal,
) -> u8 {
    let reporter = session.reporter(catalog);
    match refusal {
        ApproveRefusal::Failure(failure) => session.fail(catalog, &failure),
        ApproveRefusal::Mistakes(diagnostics) => {
            session.report_diagnostics(&reporter, &diagnostics.sorted());
            ERRORS
        }
        ApproveRefusal::Gate { path, reasons } => {
            let reasons = reporter.sentences(config, &reasons);
            let failure = Failure::new(Code::ApproveRefused).arg("path", path);
            session.fail(catalog, &failure.arg("reason", reasons))
        }
        ApproveRefusal::Key(wrong) => {
            let reasons = reporter.sentences(config, &wrong.reasons);
            let help = if wrong.valid.is_empty() { "help-no-key" } else { "help-key" };
            let failure = Failure::new(Code::ApproveRefused).arg("path", wrong.path);
            let failure = failure.arg("reason", reasons).arg("used", wrong.used);
            session.fail(catalog, &failure.arg("keys", wrong.valid.join(", ")).help(help))
        }
    }
}
