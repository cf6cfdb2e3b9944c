//! `prakat build`.

use crate::build;
use crate::build::{BuildOptions, OnError, Project, Scope};
use crate::cli::args::BuildArgs;
use crate::cli::exit_code::{DONE, ERRORS, FINDINGS};
use crate::cli::session::Session;
use crate::config::BaseUrl;
use crate::diagnostics::{Code, Failure};
use crate::output::Stage;
use crate::publish;
use crate::publish::{PublishMode, PublishStep};
use crate::report::{Catalog, Report};
use std::time::Duration;

/// How long a build waits for another build of the same output.
const LOCK_WAIT: Duration = Duration::from_secs(60);

/// Builds the site and publishes it, if there are no errors.
pub(super) fn build(session: &Session, args: &BuildArgs) -> u8 {
    let mut project = match session.load() {
        Ok(project) => project,
        Err(code) => return code,
    };
    let catalog = session.catalog(Some(&project.config));
    match try_build(session, args, &mut project, &catalog) {
        Ok(code) => code,
        Err(failure) => session.fail(&catalog, &failure),
    }
}

fn try_build(
    session: &Session,
    args: &BuildArgs,
    project: &mut Project,
    catalog: &Catalog,
) -> Result<u8, Failure> {
    if let Some(url) = &args.base_url {
        let failure = || Failure::new(Code::BaseUrlFlag).arg("value", url);
        std::sync::Arc::make_mut(&mut project.config).base_url =
            BaseUrl::parse(url).ok_or_else(failure)?;
    }
    let at = session.instant(&project.config)?;
    let output = session.output(args.output_dir.as_deref())?;
    if at > session.now && output == session.output(None)? {
        return Err(Failure::new(Code::FutureBuild));
    }
    let faults = if args.keep_going { OnError::SkipItems } else { OnError::Fail };
    let stage = Stage::begin(&output, LOCK_WAIT)?;
    let options = BuildOptions { at, scope: Scope::Build, faults };
    let mut build = session.terminal.with_progress(|progress| {
        let build = build::build(project, &options, Some(&stage), progress);
        session.report_phases(progress);
        build
    })?;
    let reporter = session.reporter(catalog);
    let reasons = |status: &_| reporter.reasons(&project.config, status).join("; ");
    let is_too_lax = args.strict && build.report_unapproved(reasons);
    let is_empty = !args.allow_empty && build.report_empty_site(&stage.current, at);
    let release = if is_too_lax || is_empty { None } else { build.release() };
    let mode = if args.in_place { PublishMode::InPlace } else { PublishMode::Exchange };
    let mut report_step = |step: PublishStep| {
        if session.terminal.verbose {
            session.terminal.message(&format!("publish: {step:?}\n"));
        }
        Ok(())
    };
    let changes = match &release {
        Some(release) => Some(publish::publish(&stage, release, mode, &mut report_step)?),
        None => None,
    };
    let report =
        Report { changes: changes.as_ref(), ..Report::new(project, &build, &stage.current, at) };
    session.report(&reporter, &report);
    Ok(match changes {
        None => ERRORS,
        Some(_) if build.left_out => FINDINGS,
        Some(_) => DONE,
    })
}
