//! One command on one portal: loading, judging, reporting.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::build;
use crate::build::{
    Build, BuildOptions, OnError, Progress, Project, ProjectError, ProjectSource, Scope,
};
use crate::cli::args::{CheckArgs, Cli, Global, Judging, OutputFormat};
use crate::cli::exit_code::{ERRORS, FAILED};
use crate::cli::paths;
use crate::cli::terminal::{Terminal, message_language};
use crate::config::{Config, SETTINGS, declared_language};
use crate::diagnostics::{
    DateUse, Diagnostic, Failure, Severity, corrected_date, date_code, far_year_failure,
};
use crate::report;
use crate::report::{Catalog, Report, Reporter, SourceLines};
use crate::source::Portal;
use crate::text::{DateError, Moment};

/// One command on one portal.
pub(super) struct Session<'a> {
    pub(super) global: &'a Global,
    pub(super) terminal: &'a Terminal,
    pub(super) args: &'a CheckArgs,
    pub(super) source: ProjectSource,
    /// The instant at which the command was given.
    pub(super) now: Timestamp,
}

/// A project that was built without writing anything.
pub(super) struct JudgedProject<'a> {
    pub(super) project: &'a Project,
    pub(super) build: Build,
    /// The instant of judgement.
    pub(super) at: Timestamp,
    pub(super) catalog: &'a Catalog,
}

impl<'a> Session<'a> {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
    pub(super) fn new(cli: &'a Cli, terminal: &'a Terminal, args: &'a CheckArgs) -> Self {
        let source = ProjectSource {
            portal: Portal::at(&cli.global.root),
            trust_file: args.trusting.trust.clone(),
            trust_digest: args.trusting.trust_digest.clone(),
        };
        Self { global: &cli.global, terminal, args, source, now: Timestamp::now() }
    }

    /// Loads the project. Reports why it cannot be loaded and returns the exit code.
    pub(super) fn load(&self) -> Result<Project, u8> {
        self.source.load().map_err(|error| {
            let catalog = self.catalog(None);
            match error {
                ProjectError::Failure(failure) => self.fail(&catalog, &failure),
                ProjectError::Mistakes(diagnostics) => {
                    self.report_early(&self.reporter(&catalog), &diagnostics.sorted());
                    ERRORS
                }
            }
        })
    }

    /// Builds without writing anything, then calls `work`.
    pub(super) fn judge(
        &self,
        scope: Scope,
        work: impl FnOnce(&mut JudgedProject) -> Result<u8, Failure>,
    ) -> u8 {
        let project = match self.load() {
            Ok(project) => project,
            Err(code) => return code,
        };
        let catalog = self.catalog(Some(&project.config));
        let judged = self.instant(&project.config).and_then(|at| {
            let options = BuildOptions { at, scope, faults: OnError::Fail };
            let build = self
                .terminal
                .with_progress(|progress| build::build(&project, &options, None, progress))?;
            work(&mut JudgedProject { project: &project, build, at, catalog: &catalog })
        });
        judged.unwrap_or_else(|failure| self.fail(&catalog, &failure))
    }

    pub(super) fn catalog(&self, config: Option<&Config>) -> Catalog {
        let declared = match config {
            Some(config) => Some(config.languages[0].code.clone()),
            None => self.declared_language(),
        };
        Catalog::new(message_language(self.global.lang, declared.as_deref()))
    }

    /// Returns the language of a site whose settings have errors.
    fn declared_language(&self) -> Option<String> {
        let text = self.source.portal.read_bytes(SETTINGS).ok()?;
        declared_language(std::str::from_utf8(&text).ok()?)
    }

    pub(super) fn reporter<'c>(&self, catalog: &'c Catalog) -> Reporter<'c> {
        Reporter { catalog, colour: self.terminal.colour, redact: self.args.redact }
    }

    /// Returns the instant of judgement.
    pub(super) fn instant(&self, config: &Config) -> Result<Timestamp, Failure> {
        instant(&self.args.judging, config, self.now)
    }

    /// Returns the output folder. See [`paths::output`].
    pub(super) fn output(&self, asked: Option<&Path>) -> Result<PathBuf, Failure> {
        paths::output(&self.global.root, asked)
    }

    /// Returns the Markdown file of the command line as a path from the portal's root.
    pub(super) fn item_path(&self, file: &Path) -> Result<String, Failure> {
        paths::item_path(&self.global.root, file)
    }

    /// Writes the report of a run in the format that was asked for.
    pub(super) fn report(&self, reporter: &Reporter, report: &Report) {
        match self.args.format {
            OutputFormat::Json => return self.terminal.data(&report::json(reporter, report)),
            OutputFormat::Github => self.terminal.data(&report::github(reporter, report.build)),
            OutputFormat::Human => {
                let diagnostics = reporter.shown_diagnostics(report.build);
                self.report_diagnostics(reporter, &diagnostics);
            }
        }
        if !self.terminal.quiet {
            self.terminal.message(&report::summary(reporter, report));
        }
    }

    /// Writes the diagnostics of a run that ended before it could judge.
    pub(super) fn report_early(&self, reporter: &Reporter, diagnostics: &[Diagnostic]) {
        match self.args.format {
            OutputFormat::Human => self.report_diagnostics(reporter, diagnostics),
            OutputFormat::Json => {
                self.terminal.data(&report::json_early(reporter, diagnostics, None));
            }
            OutputFormat::Github => {
                self.terminal.data(&report::github_lines(reporter, diagnostics));
            }
        }
    }

    /// Writes diagnostics with their source lines. `--quiet` leaves out warnings.
    pub(super) fn report_diagnostics(&self, reporter: &Reporter, diagnostics: &[Diagnostic]) {
        let mut lines = SourceLines::of(diagnostics);
        for diagnostic in diagnostics {
            if self.terminal.quiet && diagnostic.severity != Severity::Error {
                continue;
            }
            let text = lines.show(&self.source.portal, reporter, diagnostic);
            self.terminal.message(&format!("{text}\n"));
        }
    }

    /// Reports a failure and returns its exit code.
    pub(super) fn fail(&self, catalog: &Catalog, failure: &Failure) -> u8 {
        let reporter = self.reporter(catalog);
        let failure = &reporter.shown_failure(failure);
        match self.args.format {
            OutputFormat::Json => {
                self.terminal.data(&report::json_early(&reporter, &[], Some(failure)));
            }
            OutputFormat::Github => {
                self.terminal.message(&report::github_failure(&reporter, failure));
            }
            OutputFormat::Human => self.terminal.message(&report::failure(&reporter, failure)),
        }
        FAILED
    }

    /// Writes how long each phase of a build took, with `--verbose`.
    pub(super) fn report_phases(&self, progress: &Progress) {
        if self.terminal.verbose {
            for (phase, time) in progress.parts() {
                let milliseconds = time.as_secs_f64() * 1000.0;
                self.terminal.message(&format!("build: {phase:?} {milliseconds:.1} ms\n"));
            }
        }
    }
}

/// Returns the instant of judgement: the one asked for, else `now`.
pub(super) fn instant(
    judging: &Judging,
    config: &Config,
    now: Timestamp,
) -> Result<Timestamp, Failure> {
    let Some(text) = &judging.at else { return Ok(now) };
    let at = GivenDate { option: "--at", text, config };
    let moment = at.read().map_err(|error| at.not_read(error))?;
    at.check_year(moment)?;
    moment.opens(&config.zone).map_err(|error| at.not_read(error))
}

/// A date of the command line. It says when something happens on the portal.
pub(super) struct GivenDate<'a> {
    /// The option that it follows.
    pub option: &'static str,
    /// The date as given.
    pub text: &'a str,
    /// The settings.
    pub config: &'a Config,
}

impl GivenDate<'_> {
    const USED_AS: DateUse = DateUse::Publication;

    pub(super) fn read(&self) -> Result<Moment, DateError> {
        Moment::parse(self.text, self.config.calendar)
    }

    /// Returns the option and the date, for messages.
    fn given(&self) -> String {
        format!("{} {}", self.option, self.text)
    }

    fn not_read(&self, error: DateError) -> Failure {
        let failure = Failure::new(date_code(error)).arg("value", self.given());
        match corrected_date(error, self.text, self.config.calendar, Self::USED_AS) {
            Some(better) => failure.arg("suggestion", better).help("help-suggestion"),
            None => failure,
        }
    }

    /// Checks that the year is no slip.
    pub(super) fn check_year(&self, moment: Moment) -> Result<(), Failure> {
        let far_year = Self::USED_AS.years().far_year(moment, &self.config.zone);
        match far_year {
            Some(year) => Err(far_year_failure(year, Self::USED_AS, self.given())),
            None => Ok(()),
        }
    }
}
