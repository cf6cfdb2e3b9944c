//! The command line: arguments, the clock, the terminal, exit codes.
//!
//! [`run`] parses the arguments and runs the command. Each group of commands has its own file.

mod args;
mod exit_code;
mod terminal;
mod tips;
mod usage;
mod paths;
mod session;
mod build;
mod check;
mod begin;
mod items;
mod kinds;
mod serve;
mod theme;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::cli::args::{
    CheckArgs, Cli, Command, DataFormat, Judging, OutputFormat, ReportCommand, ThemeCommand,
};
use crate::cli::exit_code::DONE;
use crate::cli::session::Session;
use crate::cli::terminal::{Terminal, silence_parsers};
use crate::cli::usage::report_wrong_use;
use crate::render::built_in_names;

/// Runs the command line and returns the exit code.
pub fn run() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(report_wrong_use(&arguments, error)),
    };
    silence_parsers();
    if cli.global.jobs > 0 {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(cli.global.jobs));
        let _ = pool.build_global();
    }
    ExitCode::from(run_command(&cli, &Terminal::new(&cli.global)))
}

fn run_command(cli: &Cli, terminal: &Terminal) -> u8 {
    match &cli.command {
        Command::Init(args) => {
            begin::init(&Session::new(cli, terminal, &CheckArgs::default()), args)
        }
        Command::New(args) => {
            let judging = Judging { at: args.at.clone() };
            let check = CheckArgs { judging, ..CheckArgs::default() };
            begin::new(&Session::new(cli, terminal, &check), args)
        }
        Command::Build(args) => build::build(&Session::new(cli, terminal, &args.check), args),
        Command::Check { check, fix } => check::check(&Session::new(cli, terminal, check), *fix),
        Command::Status { check, diff } => {
            let session = Session::new(cli, terminal, check);
            match diff {
                Some(file) => items::diff(&session, file),
                None => items::status(&session),
            }
        }
        Command::Explain(item) => {
            items::explain(&Session::new(cli, terminal, &item.plain()), &item.file)
        }
        Command::Approve(args) => {
            let check = CheckArgs { trusting: args.trusting.clone(), ..CheckArgs::default() };
            items::approve(&Session::new(cli, terminal, &check), args)
        }
        Command::Statement { file, trusting } => {
            let check = CheckArgs { trusting: trusting.clone(), ..CheckArgs::default() };
            items::statement(&Session::new(cli, terminal, &check), file)
        }
        Command::Serve(args) => {
            let (judging, trusting) = (args.judging.clone(), args.trusting.clone());
            let check = CheckArgs { judging, trusting, ..CheckArgs::default() };
            serve::serve(&Session::new(cli, terminal, &check), args)
        }
        Command::Report(ReportCommand::Form(item)) => {
            items::form(&Session::new(cli, terminal, &item.plain()), &item.file)
        }
        Command::Kinds(args) => {
            let format = match args.format {
                DataFormat::Human => OutputFormat::Human,
                DataFormat::Json => OutputFormat::Json,
            };
            let check = CheckArgs { format, ..CheckArgs::default() };
            kinds::kinds(&Session::new(cli, terminal, &check), args)
        }
        Command::Theme(ThemeCommand::Eject { file: Some(file) }) => {
            theme::eject(&Session::new(cli, terminal, &CheckArgs::default()), file)
        }
        Command::Theme(ThemeCommand::Eject { file: None }) => {
            terminal.data(&(built_in_names().join("\n") + "\n"));
            DONE
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "prakat", &mut script);
            terminal.data(&String::from_utf8_lossy(&script));
            DONE
        }
    }
}
