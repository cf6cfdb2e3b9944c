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
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = match global.color {
            When::Always => true,
            When::Never => false,
            When::Auto => interactive && !no_colour,
        };
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
