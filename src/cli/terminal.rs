//! Standard output, standard error, and what is known of the terminal.

#![expect(clippy::disallowed_methods, reason = "this is where the environment is read")]

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::build::Progress;
use crate::cli::args::{Global, MessageLanguage, When};
use crate::files;
use crate::report::ReportLanguage;

/// A progress bar appears if the work takes longer than this.
const BAR_DELAY: Duration = Duration::from_millis(500);
/// How often the progress bar is drawn.
const BAR_INTERVAL: Duration = Duration::from_millis(100);
/// Width of the progress bar in characters.
const BAR_WIDTH: usize = 30;

/// Width of help texts that are not written to a terminal.
const DEFAULT_COLUMNS: usize = 80;
/// Lines of help texts are not longer than this, however wide the terminal is.
const MAX_COLUMNS: usize = 100;

/// Standard output and standard error.
pub(super) struct Terminal {
    pub(super) colour: bool,
    pub(super) quiet: bool,
    pub(super) verbose: bool,
    interactive: bool,
}

impl Terminal {
    pub(super) fn new(global: &Global) -> Self {
        let interactive = std::io::stderr().is_terminal();
        let colour = wants_colour(global.color, interactive);
        Self { colour, quiet: global.quiet, verbose: global.verbose, interactive }
    }

    /// Writes data to standard output. Errors are ignored: the reader may have gone away.
    pub(super) fn data(&self, text: &str) {
        let _ = std::io::stdout().write_all(text.as_bytes());
        let _ = std::io::stdout().flush();
    }

    /// Writes text for people to standard error.
    pub(super) fn message(&self, text: &str) {
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    /// Runs work with a progress bar, if the work takes long enough.
    pub(super) fn with_progress<T>(&self, work: impl FnOnce(&Progress) -> T) -> T {
        let progress = Progress::default();
        if !self.interactive || self.quiet {
            return work(&progress);
        }
        let finished = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let bar = scope.spawn(|| self.draw_bar(&progress, &finished));
            // Ends the bar also after a panic, which would else wait for it forever.
            let _end = EndOfBar { finished: &finished, bar: bar.thread() };
            work(&progress)
        })
    }

    fn draw_bar(&self, progress: &Progress, finished: &AtomicBool) {
        let mut wait = BAR_DELAY;
        let mut is_drawn = false;
        loop {
            std::thread::park_timeout(wait);
            if finished.load(Ordering::Relaxed) {
                break;
            }
            wait = BAR_INTERVAL;
            let done = progress.done.load(Ordering::Relaxed);
            let total = progress.total.load(Ordering::Relaxed).max(done).max(1);
            let full = done * BAR_WIDTH / total;
            let bar = format!("{}{}", "#".repeat(full), " ".repeat(BAR_WIDTH - full));
            self.message(&format!("\r[{bar}] {done}/{total}"));
            is_drawn = true;
        }
        if is_drawn {
            self.message("\r\x1b[K");
        }
    }
}

fn wants_colour(when: When, is_terminal: bool) -> bool {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => is_terminal && !no_colour,
    }
}

/// How texts about the command line look: help and errors of the parser.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextStyle {
    has_colour: bool,
    /// Width of the terminal in columns.
    pub(super) columns: usize,
}

impl TextStyle {
    /// The style of texts without colours, as they are written to a file.
    #[cfg(test)]
    pub(super) const PLAIN: Self = Self { has_colour: false, columns: DEFAULT_COLUMNS };

    /// Returns the style of standard output.
    pub(super) fn of_output(when: When) -> Self {
        let output = std::io::stdout();
        let columns = columns_of(&output).unwrap_or(DEFAULT_COLUMNS);
        Self { has_colour: wants_colour(when, output.is_terminal()), columns }
    }

    /// Returns the style of standard error.
    pub(super) fn of_errors(when: When) -> Self {
        let errors = std::io::stderr();
        let columns = columns_of(&errors).unwrap_or(DEFAULT_COLUMNS);
        Self { has_colour: wants_colour(when, errors.is_terminal()), columns }
    }

    /// Returns a heading: bold and underlined.
    pub(super) fn heading(self, text: &str) -> String {
        self.styled("1;4", text)
    }

    /// Returns a word to be typed as it is: bold.
    pub(super) fn literal(self, text: &str) -> String {
        self.styled("1", text)
    }

    /// Returns the word that begins an error: bold and red.
    pub(super) fn error(self, text: &str) -> String {
        self.styled("1;31", text)
    }

    fn styled(self, codes: &str, text: &str) -> String {
        if self.has_colour { format!("\x1b[{codes}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Returns the width of a terminal. Returns `None` for a file or a pipe.
fn columns_of(output: &impl std::os::fd::AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(output).ok()?;
    let columns = usize::from(size.ws_col);
    (columns > 0).then(|| columns.min(MAX_COLUMNS))
}

/// Ends the progress bar when it is dropped.
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

/// Returns the language of messages: the one asked for, else that of the environment, else that of the
/// site.
pub(super) fn message_language(
    asked: Option<MessageLanguage>,
    of_site: Option<&str>,
) -> ReportLanguage {
    let of_environment = || {
        let value = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))?;
        ReportLanguage::of_tag(&value)
    };
    let of_site = || of_site.and_then(ReportLanguage::of_tag);
    match asked {
        Some(MessageLanguage::Th) => ReportLanguage::Thai,
        Some(MessageLanguage::En) => ReportLanguage::English,
        None => of_environment().or_else(of_site).unwrap_or(ReportLanguage::English),
    }
}

/// Suppresses the messages of panics in parsers of foreign files. These panics are caught, and their
/// messages could repeat the contents of a file.
pub(super) fn silence_parsers() {
    let print_panic = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !files::is_extracting() {
            print_panic(panic);
        }
    }));
}
