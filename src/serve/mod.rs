//! `prakat serve`: shows a portal in the browser and follows changes of its files. Nothing is
//! written.
//!
//! A server answers requests, a watch reports changes of files, and one thread owns the preview and
//! handles both, one after another.

mod batch;
mod dashboard;
mod extra_file;
mod http;
mod livereload;
mod options;
mod poll;
mod preview;
mod watch;
mod worker;

pub use http::{
    Answer, Bytes, CONTENT_SECURITY_POLICY, Event, Events, HEAD_TIME, Listen, MAX_CONNECTIONS,
    PageStatus, RequestPath, Server, Stop,
};
pub use options::{Clock, ServeOptions};
pub use preview::{Lookup, Preview, PreviewOptions, PreviewPage, StaticFile, Update};
pub use watch::{Next, Watch};

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, channel, sync_channel};

use crate::diagnostics::Failure;
use crate::serve::livereload::{State, substitute_page};
use crate::serve::preview::Listing;
use crate::serve::worker::{PendingRequest, PreviewWorker, WorkerEvent, html};
use crate::source::Portal;

/// Serves until interrupted.
pub fn serve(
    server: Server,
    watch: Option<Watch>,
    mut options: ServeOptions,
) -> Result<(), Failure> {
    let (sender, inbox) = channel();
    if let Some(mut watch) = watch {
        // The settings may have changed before they were watched.
        watch.add_files(&(options.further)());
        let (sender, portal) = (sender.clone(), options.portal.clone());
        let further = std::mem::replace(&mut options.further, Box::new(Vec::new));
        std::thread::spawn(move || report_changes(watch, &portal, &further, &sender));
    }
    let events = Events::new(Event { name: "wait", data: String::new() });
    let language = options.catalog.language.tag();
    let broken = options.catalog.text("serve/broken", &[]);
    let broken = substitute_page(language, &broken, &State::default());
    let worker = PreviewWorker::new(options, inbox, events.clone());
    std::thread::spawn(move || worker.run());
    server.run(&events, move |path| {
        let (reply, answer) = sync_channel(1);
        let request = PendingRequest { path: path.clone(), reply };
        let sent = sender.send(WorkerEvent::Request(request));
        let answered = sent.ok().and_then(|()| answer.recv().ok());
        answered.unwrap_or_else(|| html(PageStatus::Broken, broken.clone()))
    })
}

/// Opens the user's browser. Does nothing if there is none.
pub fn open_browser(address: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = || Stdio::null();
    let mut command = Command::new(opener);
    let _ = command.arg(address).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
}

/// Sends changes of files to the worker until it ends.
fn report_changes(
    mut watch: Watch,
    portal: &Portal,
    further: &dyn Fn() -> Vec<PathBuf>,
    sender: &Sender<WorkerEvent>,
) {
    loop {
        let event = match watch.next(None) {
            Next::Changed(change) => {
                let is_content = |path: &PathBuf| path.starts_with("content");
                if change.rescan || !change.paths.iter().all(is_content) {
                    // Before anyone reads these files, so that no later change is missed.
                    watch.add_files(&further());
                }
                WorkerEvent::Changed(change)
            }
            Next::Settled => WorkerEvent::Settled(Listing::of(portal)),
            Next::Polling { cause } => WorkerEvent::Polling(cause),
            Next::DeadlinePassed => continue,
        };
        if sender.send(event).is_err() {
            return;
        }
    }
}
