//! The command line: arguments, the clock, the terminal, exit codes.

#![expect(clippy::disallowed_methods, reason = "the clock and the environment are read here, once")]

mod args;

use crate::commands;
use crate::files;
use crate::report;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::{CommandFactory, Parser};
use jiff::Timestamp;

use crate::cli::args::{
    ApproveArgs, BuildArgs, CheckArgs, Cli, Command, Global, Judging, MessageLanguage,
    OutputFormat, ReportCommand, ServeArgs, ThemeCommand, Trusting, Wanted, When, WrongUse,
};
use crate::commands::{ApproveRefusal, Approver, Draft};
use crate::config::{BaseUrl, Config};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Failure, Place, Severity};
use crate::text::Moment;

use crate::report::SourceLines;

use crate::gate::Verdict;

use crate::build::is_photograph;
use crate::output::ManifestFile;
use crate::serve::{Listen, Server};

use crate::build;
use crate::build::{Build, BuildOptions, OnError, Progress, Project, Scope, TrustFile};
use crate::config::{closest, date_code};
use crate::content::ItemLoader;
use crate::output::{CurrentOutput, Stage};
use crate::publish;
use crate::publish::{Changes, PublishMode, PublishStep};
use crate::render::built_in_names;
use crate::report::{Catalog, Report, ReportLanguage, Reporter};
use crate::serve;
use crate::serve::{Refused, Watch};
use crate::source::{Portal, hex};

/// All is well.
const DONE: u8 = 0;
/// Content, settings or theme have errors; nothing was written.
const ERRORS: u8 = 1;
/// Wrong use, or the world is wrong.
const FAILED: u8 = 2;
/// Done, with findings.
const FINDINGS: u8 = 3;

/// How many items are compared with a path that is none of theirs.
const MAX_SUGGESTING: usize = 20_000;

/// How long a build waits for another one on the same output.
const LOCK_WAIT: Duration = Duration::from_secs(60);

/// Runs the command line and returns the exit code.
pub fn run() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(misused(&arguments, error)),
    };
    silence_readers();
    let terminal = Terminal::new(&cli.global);
    if cli.global.jobs > 0 {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(cli.global.jobs));
        let _ = pool.build_global();
    }
    let code = match &cli.command {
        Command::Build(args) => Run::new(&cli, &terminal, &args.check).build(args),
        Command::Check { check, fix } => Run::new(&cli, &terminal, check).check(*fix),
        Command::Status { check, diff } => {
            let run = Run::new(&cli, &terminal, check);
            diff.as_deref().map_or_else(|| run.status(), |file| run.diff(file))
        }
        Command::Explain(item) => Run::new(&cli, &terminal, &item.plain()).explain(&item.file),
        Command::Approve(approval) => {
            let args = CheckArgs { trusting: approval.trusting.clone(), ..CheckArgs::default() };
            Run::new(&cli, &terminal, &args).approve(approval)
        }
        Command::Statement { file, trusting } => {
            let args = CheckArgs { trusting: trusting.clone(), ..CheckArgs::default() };
            Run::new(&cli, &terminal, &args).statement(file)
        }
        Command::Serve(args) => {
            let (judging, trusting) = (args.judging.clone(), args.trusting.clone());
            let plain = CheckArgs { judging, trusting, ..CheckArgs::default() };
            Run::new(&cli, &terminal, &plain).serve(args)
        }
        Command::Report(ReportCommand::Form(item)) => {
            Run::new(&cli, &terminal, &item.plain()).form(&item.file)
        }
        Command::Theme(ThemeCommand::Eject { file: None }) => {
            terminal.data(&(built_in_names().join("\n") + "\n"));
            DONE
        }
        Command::Theme(ThemeCommand::Eject { file: Some(file) }) => {
            Run::new(&cli, &terminal, &CheckArgs::default()).eject(file)
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "prakat", &mut script);
            terminal.data(&String::from_utf8_lossy(&script));
            DONE
        }
    };
    ExitCode::from(code)
}

/// Reports a command line that cannot be parsed, in the form that it asks for. What it repeats of the
/// command line is shown like any other text: without private numbers and without what steers a
/// terminal.
fn misused(arguments: &[OsString], mut error: clap::Error) -> u8 {
    if !error.use_stderr() {
        // Help and version are answers, not errors; a reader that went away is no error.
        let _ = error.print();
        return DONE;
    }
    let wanted = Wanted::of(arguments);
    let catalog = Catalog::new(message_language(wanted.lang, None));
    let style = Reporter { catalog: &catalog, colour: false, redact: wanted.redact };
    if wanted.format == OutputFormat::Human {
        let given = error.to_string();
        args::amend(&mut error, |text| style.shown_value(text));
        let shown: Vec<String> =
            error.to_string().lines().map(|line| catalog.discreet(line)).collect();
        let shown = shown.join("\n") + "\n";
        if shown == given {
            let _ = error.print();
        } else {
            let _ = std::io::stderr().write_all(shown.as_bytes());
        }
        return FAILED;
    }
    let WrongUse { sentence, value, suggestion } = WrongUse::of(&error, &wanted);
    let failure = Failure::new(Code::WrongUse).arg("what", sentence).arg("value", value);
    let failure = match suggestion {
        Some(suggestion) => failure.arg("suggestion", suggestion).help("help-suggestion"),
        None => failure.arg("command", wanted.command),
    };
    let failure = style.shown_failure(&failure);
    let _ = if wanted.format == OutputFormat::Json {
        std::io::stdout().write_all(report::json_early(&style, &[], Some(&failure)).as_bytes())
    } else {
        std::io::stderr().write_all(report::github_failure(&style, &failure).as_bytes())
    };
    FAILED
}

/// A panic in a reader of foreign files is caught there; its words could repeat the file's.
fn silence_readers() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !files::is_extracting() {
            tell(panic);
        }
    }));
}

/// The two streams, and what is known of them.
struct Terminal {
    colour: bool,
    quiet: bool,
    verbose: bool,
    interactive: bool,
}

impl Terminal {
    fn new(global: &Global) -> Self {
        let interactive = std::io::stderr().is_terminal();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = match global.color {
            When::Always => true,
            When::Never => false,
            When::Auto => interactive && !no_colour,
        };
        Self { colour, quiet: global.quiet, verbose: global.verbose, interactive }
    }

    /// Data, to stdout. A reader that went away is no error.
    fn data(&self, text: &str) {
        let _ = std::io::stdout().write_all(text.as_bytes());
        let _ = std::io::stdout().flush();
    }

    /// Text for people, to stderr.
    fn tell(&self, text: &str) {
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}

/// The language of messages: as asked for, else the environment's, else the site's.
fn message_language(asked: Option<MessageLanguage>, site: Option<&Config>) -> ReportLanguage {
    let from_environment = || {
        let value = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))?;
        ReportLanguage::of_tag(&value)
    };
    let of_site = || site.and_then(|config| ReportLanguage::of_tag(&config.languages[0].code));
    match asked {
        Some(MessageLanguage::Th) => ReportLanguage::Thai,
        Some(MessageLanguage::En) => ReportLanguage::English,
        None => from_environment().or_else(of_site).unwrap_or(ReportLanguage::English),
    }
}

/// One command on one portal.
struct Run<'a> {
    global: &'a Global,
    terminal: &'a Terminal,
    args: &'a CheckArgs,
    portal: Portal,
    now: Timestamp,
}

impl<'a> Run<'a> {
    fn new(cli: &'a Cli, terminal: &'a Terminal, args: &'a CheckArgs) -> Self {
        let portal = Portal::at(&cli.global.root);
        Self { global: &cli.global, terminal, args, portal, now: Timestamp::now() }
    }

    fn approve(&self, args: &ApproveArgs) -> u8 {
        self.at_desk(|desk, catalog| {
            let today = commands::written_day(self.now, desk.surveyor.config);
            let on = args.on.as_deref().unwrap_or(&today);
            let order = commands::ApproveOptions {
                person: &args.person,
                on,
                key: args.key.as_deref(),
                note: args.note.as_deref(),
                without_note: args.no_note,
                now: self.now,
            };
            let paths = args.files.iter().map(|file| self.path_in_portal(file));
            let drafts: Result<Vec<Draft>, ApproveRefusal> =
                paths.map(|path| desk.draft(&path, &order)).collect();
            let drafts = drafts?;
            let style = self.style(catalog);
            self.terminal.tell(&commands::describe_drafts(
                &style,
                desk.surveyor.config,
                &args.person,
                &drafts,
            ));
            let prepared = drafts.iter().filter(|draft| draft.needs_signature).count();
            let approved = drafts.len() - prepared;
            commands::approve(drafts)?;
            self.terminal.tell(&commands::describe_counts(&style, approved, prepared));
            Ok(if prepared > 0 { FINDINGS } else { DONE })
        })
    }

    fn statement(&self, file: &Path) -> u8 {
        self.at_desk(|desk, _| {
            let statement = desk.statement(&self.path_in_portal(file))?;
            self.terminal.data(&statement);
            Ok(DONE)
        })
    }

    /// Runs work on single items; a refusal is told.
    fn at_desk(&self, work: impl Fn(&Approver, &Catalog) -> Result<u8, ApproveRefusal>) -> u8 {
        let prepared = match self.prepare() {
            Ok(prepared) => prepared,
            Err(code) => return code,
        };
        let (config, portal) = (&prepared.config, &prepared.portal);
        let catalog = self.catalog(Some(config));
        let mut ignored = Diagnostics::default();
        let inventory = portal.inventory(&mut ignored);
        let surveyor = ItemLoader { portal, config, inventory: &inventory };
        match work(&Approver { surveyor }, &catalog) {
            Ok(code) => code,
            Err(ApproveRefusal::Failure(failure)) => self.fail(&catalog, &failure),
            Err(ApproveRefusal::Mistakes(found)) => {
                self.report_diagnostics(&self.style(&catalog), &found.sorted());
                ERRORS
            }
            Err(ApproveRefusal::Gate(path, reasons)) => {
                let reasons = self.style(&catalog).sentences(config, &reasons);
                let failure = Failure::new(Code::ApproveRefused).arg("path", path);
                self.fail(&catalog, &failure.arg("reason", reasons))
            }
            Err(ApproveRefusal::Key(wrong)) => {
                let reasons = self.style(&catalog).sentences(config, &wrong.reasons);
                let help = if wrong.own.is_empty() { "help-no-key" } else { "help-key" };
                let failure = Failure::new(Code::ApproveRefused).arg("path", wrong.path);
                let failure = failure.arg("reason", reasons).arg("used", wrong.used);
                self.fail(&catalog, &failure.arg("keys", wrong.own.join(", ")).help(help))
            }
        }
    }

    fn build(&self, args: &BuildArgs) -> u8 {
        let mut prepared = match self.prepare() {
            Ok(prepared) => prepared,
            Err(code) => return code,
        };
        let catalog = self.catalog(Some(&prepared.config));
        match self.try_build(args, &mut prepared, &catalog) {
            Ok(code) => code,
            Err(failure) => self.fail(&catalog, &failure),
        }
    }

    fn try_build(
        &self,
        args: &BuildArgs,
        prepared: &mut Project,
        catalog: &Catalog,
    ) -> Result<u8, Failure> {
        if let Some(url) = &args.base_url {
            let wrong = || Failure::new(Code::BaseUrlFlag).arg("value", url);
            Arc::make_mut(&mut prepared.config).base_url = BaseUrl::parse(url).ok_or_else(wrong)?;
        }
        let at = self.instant(&prepared.config)?;
        let output = self.output(args.output_dir.as_deref())?;
        if at > self.now && output == self.output(None)? {
            return Err(Failure::new(Code::FutureBuild));
        }
        let faults = if args.keep_going { OnError::SkipItems } else { OnError::Fail };
        let stage = Stage::begin(&output, LOCK_WAIT)?;
        let order = BuildOptions { at, scope: Scope::Build, faults };
        let mut build = self.with_progress(|progress| {
            let build = build::build(prepared, &order, Some(&stage), progress);
            self.note_parts(progress);
            build
        })?;
        if args.strict {
            add_unapproved(&mut build, &self.style(catalog), &prepared.config);
        }
        let strict_stops = args.strict && build.count(Verdict::Unapproved) > 0;
        let empty = !args.allow_empty && self.emptied(&mut build, &stage.current, at);
        let release = if strict_stops || empty { None } else { build.release() };
        let mode = if args.in_place { PublishMode::InPlace } else { PublishMode::Exchange };
        let changes = match &release {
            Some(release) => {
                Some(publish::publish(&stage, release, mode, &mut |step| self.note(step))?)
            }
            None => None,
        };
        self.report(prepared, &build, (changes.as_ref(), &stage.current, None), (at, catalog));
        Ok(match (&release, build.left_out) {
            (None, _) => ERRORS,
            (Some(_), true) => FINDINGS,
            (Some(_), false) => DONE,
        })
    }

    /// A build that would publish nothing is a mistake, unless all that stood there has ended.
    fn emptied(&self, build: &mut Build, live: &CurrentOutput, at: Timestamp) -> bool {
        let stops = build.diagnostics.has_errors() && !build.left_out;
        if build.count(Verdict::Published) > 0 || stops {
            return false;
        }
        let mut leaving = live.manifest.values().filter(|file| !build.makes(&file.path));
        let may_leave = |file: &ManifestFile| {
            let until = file.until.as_deref().and_then(|until| until.parse::<Timestamp>().ok());
            build.owners.may_leave(&file.path, until.is_some_and(|until| until <= at))
        };
        if live.exists && leaving.all(may_leave) {
            return false;
        }
        build.diagnostics.push(Diagnostic::error(Code::EmptySite, Place::file("content")));
        true
    }

    fn check(&self, fix: bool) -> u8 {
        let mut fixed = None;
        if fix {
            // Settings that cannot be read stop it before anything is changed.
            let prepared = match self.prepare() {
                Ok(prepared) => prepared,
                Err(code) => return code,
            };
            let catalog = self.catalog(Some(&prepared.config));
            let pictures = match self.pictures_with_metadata(&prepared) {
                Ok(pictures) => pictures,
                Err(failure) => return self.fail(&catalog, &failure),
            };
            let (outcome, failure) = commands::fix(&self.portal, &pictures);
            if self.args.format != OutputFormat::Json {
                self.terminal.tell(&commands::describe_fixes(&self.style(&catalog), &outcome));
            }
            if let Some(failure) = failure {
                return self.fail(&catalog, &failure);
            }
            fixed = Some(outcome.paths());
        }
        self.judge(Scope::Check, |run, prepared, build, at, catalog| {
            let output = run.output(None)?;
            let live = CurrentOutput::look(&output).unwrap_or_default();
            run.emptied(build, &live, at);
            run.report(prepared, build, (None, &live, fixed.as_deref()), (at, catalog));
            Ok(if build.diagnostics.has_errors() { ERRORS } else { DONE })
        })
    }

    /// The pictures whose metadata a check warns of: those that are published, or would be, but for
    /// those that a waiver answers for.
    fn pictures_with_metadata(&self, prepared: &Project) -> Result<Vec<String>, Failure> {
        let mut ignored = Diagnostics::default();
        let files = prepared.portal.inventory(&mut ignored).files;
        if !files.iter().any(|file| is_photograph(&file.path)) {
            return Ok(Vec::new());
        }
        let at = self.instant(&prepared.config)?;
        let order = BuildOptions { at, scope: Scope::Check, faults: OnError::Fail };
        let build = build::build(prepared, &order, None, &Progress::default())?;
        let is_metadata = |code| matches!(code, Code::PicturePosition | Code::PictureDevice);
        let found = build.diagnostics.sorted().into_iter().filter(|found| is_metadata(found.code));
        let paths: BTreeSet<String> = found.map(|found| found.place.file).collect();
        Ok(paths.into_iter().collect())
    }

    fn status(&self) -> u8 {
        self.judge(Scope::Build, |run, prepared, build, at, catalog| {
            let style = run.style(catalog);
            let live = CurrentOutput::look(&run.output(None)?).unwrap_or_default();
            let subject = subject(prepared, build, None, &live, at);
            run.terminal.data(&match run.args.format {
                OutputFormat::Human => report::status(&style, &subject),
                OutputFormat::Json => report::json(&style, &subject),
                OutputFormat::Github => report::github(&style, build),
            });
            Ok(DONE)
        })
    }

    fn serve(&self, args: &ServeArgs) -> u8 {
        // Settings are read once to know the language of messages; mistakes in them are shown later.
        let config = match prepared(&self.portal, &args.trusting) {
            Ok(prepared) => Some(prepared.config),
            Err(Refused::Mistakes(_)) => None,
            Err(Refused::Failure(failure)) => return self.fail(&self.catalog(None), &failure),
        };
        let catalog = self.catalog(config.as_deref());
        match self.try_serve(args, config.as_deref(), &catalog) {
            Ok(()) => DONE,
            Err(failure) => self.fail(&catalog, &failure),
        }
    }

    fn try_serve(
        &self,
        args: &ServeArgs,
        config: Option<&Config>,
        catalog: &Catalog,
    ) -> Result<(), Failure> {
        let is_remote = !args.interface.is_loopback();
        if args.preview && is_remote && !args.allow_remote_preview {
            let address = args.interface.to_string();
            return Err(Failure::new(Code::RemotePreview).arg("address", address));
        }
        if let Some(config) = config {
            self.instant(config)?;
        }
        let (interface, port, language) = (args.interface, args.port, catalog.language);
        let server = Server::bind(Listen { interface, port, hosts: Vec::new(), language })?;
        let base = config.map_or("/", |config| config.base_url.path());
        let address = format!("http://{}{base}", server.address());
        let tell = |key: &str| {
            let text = catalog.text(key, &[("address", address.clone())]);
            self.terminal.tell(&format!("{text}\n"));
        };
        tell("serve/listening");
        tell(if args.watch { "serve/watching" } else { "serve/not-watching" });
        if is_remote {
            tell("serve/remote");
        }
        let (portal, root, trusting) =
            (self.portal.clone(), self.global.root.clone(), args.trusting.clone());
        let further = move || further_files(&portal, &root, &trusting);
        let watch = args.watch.then(|| Watch::begin(&self.global.root, &further()));
        if args.open {
            serve::open_browser(&address);
        }
        let (portal, trusting, judging) =
            (self.portal.clone(), args.trusting.clone(), args.judging.clone());
        let means = serve::ServeOptions {
            portal: portal.clone(),
            prepare: Box::new(move || prepared(&portal, &trusting)),
            further: Box::new(further),
            instant: Box::new(move |config| instant(&judging, config, Timestamp::now())),
            catalog: Catalog::new(language),
            tell: Box::new(|text| {
                let _ = std::io::stderr().write_all(text.as_bytes());
            }),
            shows_withheld: args.preview,
            is_open_to_others: is_remote && !args.allow_remote_preview,
        };
        serve::serve(server, watch, means)
    }

    fn form(&self, file: &Path) -> u8 {
        let path = self.path_in_portal(file);
        let is_invalid = Cell::new(false);
        let judged = self.judge(Scope::Build, |_, _, build, _, _| {
            let mut invalid = build.records.iter().filter(|record| record.invalid);
            is_invalid.set(invalid.any(|record| record.path == path));
            Ok(DONE)
        });
        if judged != DONE {
            return judged;
        }
        self.at_desk(|desk, catalog| {
            let at = self.instant(desk.surveyor.config)?;
            let form = commands::publication_form(
                desk,
                &path,
                (at, is_invalid.get()),
                &self.style(catalog),
            )?;
            // Line by line, as a number may stand in any value.
            let discreet: Vec<String> = form.lines().map(|line| catalog.discreet(line)).collect();
            self.terminal.data(&(discreet.join("\n") + "\n"));
            Ok(DONE)
        })
    }

    /// The theme itself may be broken, or not there yet: only the settings are read.
    fn eject(&self, file: &str) -> u8 {
        let mut found = Diagnostics::default();
        let config = build::read_config(&self.portal, &mut found);
        let catalog = self.catalog(config.as_ref());
        let Some(config) = config else {
            self.report_diagnostics(&self.style(&catalog), &found.sorted());
            return ERRORS;
        };
        match commands::eject(&self.portal, &config.theme, file) {
            Ok(path) => {
                self.terminal.data(&format!("{path}\n"));
                DONE
            }
            Err(failure) => self.fail(&catalog, &failure),
        }
    }

    fn diff(&self, file: &Path) -> u8 {
        self.at_desk(|desk, catalog| {
            let path = self.path_in_portal(file);
            let at = self.instant(desk.surveyor.config)?;
            let difference = commands::diff_since_approval(&desk.surveyor, &path, at)?;
            self.terminal.tell(&commands::describe_difference(
                &self.style(catalog),
                &path,
                &difference,
            ));
            // Line by line: nothing in a file may steer the terminal that shows it.
            for line in difference.lines.lines() {
                self.terminal.data(&format!("{}\n", catalog.discreet(line)));
            }
            Ok(DONE)
        })
    }

    fn explain(&self, file: &Path) -> u8 {
        self.judge(Scope::Build, |run, prepared, build, at, catalog| {
            let wanted = run.path_in_portal(file);
            let record = build.records.iter().find(|record| record.path == wanted);
            let record = record.ok_or_else(|| no_such_item(file, &wanted, build))?;
            let style = run.style(catalog);
            let live = CurrentOutput::default();
            let subject = subject(prepared, build, None, &live, at);
            run.terminal.data(&report::explain(&style, &subject, record));
            let mine: Vec<Diagnostic> =
                build.diagnostics.sorted().into_iter().filter(|d| d.place.file == wanted).collect();
            run.report_diagnostics(&style, &mine);
            Ok(DONE)
        })
    }

    /// Reads and judges without writing, then hands over to `tell`.
    fn judge(
        &self,
        scope: Scope,
        tell: impl Fn(&Self, &Project, &mut Build, Timestamp, &Catalog) -> Result<u8, Failure>,
    ) -> u8 {
        let prepared = match self.prepare() {
            Ok(prepared) => prepared,
            Err(code) => return code,
        };
        let catalog = self.catalog(Some(&prepared.config));
        let judged = self.instant(&prepared.config).and_then(|at| {
            let order = BuildOptions { at, scope, faults: OnError::Fail };
            let mut build = self.with_progress(|p| build::build(&prepared, &order, None, p))?;
            tell(self, &prepared, &mut build, at, &catalog)
        });
        judged.unwrap_or_else(|failure| self.fail(&catalog, &failure))
    }

    /// Settings and theme, or the exit code if they cannot be used.
    fn prepare(&self) -> Result<Project, u8> {
        prepared(&self.portal, &self.args.trusting).map_err(|refused| {
            let catalog = self.catalog(None);
            let diagnostics = match refused {
                Refused::Failure(failure) => return self.fail(&catalog, &failure),
                Refused::Mistakes(diagnostics) => diagnostics,
            };
            let style = self.style(&catalog);
            let found = diagnostics.sorted();
            match self.args.format {
                OutputFormat::Human => self.report_diagnostics(&style, &found),
                OutputFormat::Json => self.terminal.data(&report::json_early(&style, &found, None)),
                OutputFormat::Github => self.terminal.data(&report::github_lines(&style, &found)),
            }
            ERRORS
        })
    }

    fn catalog(&self, config: Option<&Config>) -> Catalog {
        Catalog::new(message_language(self.global.lang, config))
    }

    fn style<'s>(&self, catalog: &'s Catalog) -> Reporter<'s> {
        Reporter { catalog, colour: self.terminal.colour, redact: self.args.redact }
    }

    fn instant(&self, config: &Config) -> Result<Timestamp, Failure> {
        instant(&self.args.judging, config, self.now)
    }

    /// The output folder: never the portal itself, nor in or around what is read.
    fn output(&self, asked: Option<&Path>) -> Result<PathBuf, Failure> {
        let root =
            self.global.root.canonicalize().map_err(|e| Failure::io(&self.global.root, &e))?;
        let Some(asked) = asked else { return Ok(root.join("public")) };
        let here = std::env::current_dir().map_err(|e| Failure::io(asked, &e))?;
        // A link is not followed: it is told of when the output is looked at.
        let name = asked.file_name().map(ToOwned::to_owned);
        let output = match (asked.parent(), name) {
            (Some(parent), Some(name)) => resolved(&here.join(parent)).join(name),
            _ => resolved(&here.join(asked)),
        };
        let real = resolved(&output);
        let forbidden = root.starts_with(&real)
            || ["content", "themes", "static", "src", ".git"]
                .iter()
                .any(|folder| real.starts_with(root.join(folder)));
        if forbidden {
            let path = output.display().to_string();
            return Err(Failure::new(Code::OutputInPortal).arg("path", path));
        }
        Ok(output)
    }

    /// A file named on the command line, as a path from the portal's root.
    fn path_in_portal(&self, file: &Path) -> String {
        let root = self.global.root.canonicalize().unwrap_or_else(|_| self.global.root.clone());
        let here = std::env::current_dir().unwrap_or_default();
        let from_here = resolved(&here.join(file));
        let from_root = resolved(&root.join(file));
        let found = if from_here.exists() { from_here } else { from_root };
        found.strip_prefix(&root).unwrap_or(file).to_string_lossy().into_owned()
    }

    fn report(
        &self,
        prepared: &Project,
        build: &Build,
        (changes, live, fixed): (Option<&Changes>, &CurrentOutput, Option<&[String]>),
        (at, catalog): (Timestamp, &Catalog),
    ) {
        let style = self.style(catalog);
        let subject = Report { fixed, ..subject(prepared, build, changes, live, at) };
        let found = style.shown_diagnostics(build);
        match self.args.format {
            OutputFormat::Json => return self.terminal.data(&report::json(&style, &subject)),
            OutputFormat::Github => self.terminal.data(&report::github(&style, build)),
            OutputFormat::Human => self.report_diagnostics(&style, &found),
        }
        if !self.terminal.quiet {
            self.terminal.tell(&report::summary(&style, &subject));
        }
    }

    /// Findings, with their lines; with `-q` errors only.
    fn report_diagnostics(&self, style: &Reporter, found: &[Diagnostic]) {
        let mut source = SourceLines::of(found);
        for diagnostic in found {
            if self.terminal.quiet && diagnostic.severity != Severity::Error {
                continue;
            }
            let told = source.tell(&self.portal, style, diagnostic);
            self.terminal.tell(&format!("{told}\n"));
        }
    }

    fn fail(&self, catalog: &Catalog, failure: &Failure) -> u8 {
        let style = self.style(catalog);
        let failure = &style.shown_failure(failure);
        if self.args.format == OutputFormat::Json {
            self.terminal.data(&report::json_early(&style, &[], Some(failure)));
            return FAILED;
        }
        let told = if self.args.format == OutputFormat::Github {
            report::github_failure(&style, failure)
        } else {
            report::failure(&style, failure)
        };
        self.terminal.tell(&told);
        FAILED
    }

    /// With `-v`: how long the parts of a build took.
    fn note_parts(&self, progress: &Progress) {
        if self.terminal.verbose {
            for (part, time) in progress.parts() {
                let milliseconds = time.as_secs_f64() * 1000.0;
                self.terminal.tell(&format!("build: {part:?} {milliseconds:.1} ms\n"));
            }
        }
    }

    /// With `-v`: the steps of publishing.
    fn note(&self, step: PublishStep) -> Result<(), Failure> {
        if self.terminal.verbose {
            self.terminal.tell(&format!("publish: {step:?}\n"));
        }
        Ok(())
    }

    /// Runs work with a bar on the terminal, if it takes longer than half a second.
    fn with_progress<T>(&self, work: impl FnOnce(&Progress) -> T) -> T {
        let progress = Progress::default();
        if !self.terminal.interactive || self.terminal.quiet {
            return work(&progress);
        }
        let finished = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let bar = scope.spawn(|| self.draw_bar(&progress, &finished));
            // Ends the bar however the work ends: a panic must not wait for it for ever.
            let _end = EndOfBar { finished: &finished, bar: bar.thread() };
            work(&progress)
        })
    }

    fn draw_bar(&self, progress: &Progress, finished: &AtomicBool) {
        const WIDTH: usize = 30;
        let mut wait = Duration::from_millis(500);
        let mut drawn = false;
        loop {
            std::thread::park_timeout(wait);
            if finished.load(Ordering::Relaxed) {
                break;
            }
            wait = Duration::from_millis(100);
            let done = progress.done.load(Ordering::Relaxed);
            let total = progress.total.load(Ordering::Relaxed).max(done).max(1);
            let full = done * WIDTH / total;
            let bar = format!("{}{}", "#".repeat(full), " ".repeat(WIDTH - full));
            self.terminal.tell(&format!("\r[{bar}] {done}/{total}"));
            drawn = true;
        }
        if drawn {
            self.terminal.tell("\r\x1b[K");
        }
    }
}

/// Ends the progress bar when it goes.
struct EndOfBar<'b> {
    finished: &'b AtomicBool,
    bar: &'b std::thread::Thread,
}

impl Drop for EndOfBar<'_> {
    fn drop(&mut self) {
        self.finished.store(true, Ordering::Relaxed);
        self.bar.unpark();
    }
}

fn subject<'s>(
    prepared: &'s Project,
    build: &'s Build,
    changes: Option<&'s Changes>,
    live: &'s CurrentOutput,
    at: Timestamp,
) -> Report<'s> {
    let (config, trust) = (&prepared.config, prepared.trust);
    Report { config, at, build, changes, live, trust, fixed: None }
}

/// A file that is no item, with the item that was probably meant.
fn no_such_item(file: &Path, wanted: &str, build: &Build) -> Failure {
    let failure = Failure::new(Code::NoSuchItem).arg("path", file.display().to_string());
    let wanted = format!("content/{}", wanted.trim_start_matches("content/"));
    let paths = build.records.iter().map(|record| record.path.as_str()).take(MAX_SUGGESTING);
    match closest(&wanted, paths) {
        Some(near) => failure.arg("suggestion", near).help("help-suggestion"),
        None => failure,
    }
}

/// The instant of judgement.
fn instant(judging: &Judging, config: &Config, now: Timestamp) -> Result<Timestamp, Failure> {
    let Some(text) = &judging.at else { return Ok(now) };
    let moment = Moment::parse(text, config.calendar).and_then(|m| m.opens(&config.zone));
    moment.map_err(|error| Failure::new(date_code(error)).arg("value", format!("--at {text}")))
}

/// Settings and theme, with people and policy from a trust file if one is named.
fn prepared(portal: &Portal, trusting: &Trusting) -> Result<Project, Refused> {
    let trust = trust_file(trusting).map_err(Refused::Failure)?;
    let prepared = Project::load(portal, trust.as_ref()).map_err(Refused::Mistakes)?;
    let found = hex(&prepared.trust);
    let wanted = trusting.trust_digest.as_deref();
    let wanted = wanted.map(|it| it.trim().trim_start_matches("sha256:").to_ascii_lowercase());
    if wanted.is_some_and(|wanted| wanted != found) {
        return Err(Refused::Failure(Failure::new(Code::TrustDiffers).arg("found", found)));
    }
    Ok(prepared)
}

fn trust_file(trusting: &Trusting) -> Result<Option<TrustFile>, Failure> {
    let Some(path) = &trusting.trust else { return Ok(None) };
    let failed = |error: std::io::Error| Failure::io(path, &error);
    let bytes = std::fs::read(path).map_err(failed)?;
    let text = String::from_utf8(bytes).map_err(|error| failed(std::io::Error::other(error)))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = Portal::at(folder.unwrap_or(Path::new(".")));
    Ok(Some(TrustFile { folder, path: path.display().to_string(), text }))
}

/// Files beside those of the portal that decide, too: the trust file, and the file of signers.
fn further_files(portal: &Portal, root: &Path, trusting: &Trusting) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = trusting.trust.iter().cloned().collect();
    let folder = trusting.trust.as_deref().map_or(Some(root), Path::parent);
    let outside = trust_file(trusting).ok().flatten();
    let signers = build::signers_file(portal, outside.as_ref());
    files.extend(folder.zip(signers).map(|(folder, signers)| folder.join(signers)));
    files
}

/// `--strict`: an item that nobody entitled stands for is an error.
fn add_unapproved(build: &mut Build, style: &Reporter, config: &Config) {
    for record in build.records.iter().filter(|r| r.verdict() == Verdict::Unapproved) {
        let reason = style.reasons(config, record).join("; ");
        let diagnostic = Diagnostic::error(Code::Unapproved, Place::file(&record.path));
        build.diagnostics.push(diagnostic.arg("reason", reason));
    }
}

/// A path without `.`, `..` and links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    let mut missing = Vec::new();
    let mut there = plain.clone();
    loop {
        if let Ok(real) = there.canonicalize() {
            return missing.iter().rev().fold(real, |path, name| path.join(name));
        }
        match (there.file_name().map(ToOwned::to_owned), there.pop()) {
            (Some(name), true) => missing.push(name),
            _ => return plain,
        }
    }
}
