//! `prakat serve`: one thread owns the portal and answers what browsers ask, writers change and the
//! clock brings, one after another. Nothing is written anywhere.

mod dashboard;
mod http;
mod livereload;
mod preview;
mod watch;

pub use http::{
    Answer, Bytes, CONTENT_SECURITY_POLICY, Event, Events, HEAD_TIME, Listen, MAX_CONNECTIONS,
    PageStatus, RequestPath, Server, Stop,
};
pub use preview::{Lookup, Preview, PreviewOptions, StaticFile, Update};
pub use watch::{Next, Watch};

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

use jiff::Timestamp;

use crate::build::Project;
pub use crate::build::ProjectError as Refused;
use crate::config::Config;
use crate::diagnostics::{Diagnostic, Failure, Severity};
use crate::report::{Catalog, Reporter, SourceLines};
use crate::serve::dashboard::{DashboardContext, desk};
use crate::serve::livereload::{FOLDER, State};
use crate::serve::preview::{Listing, PreviewPage};
use crate::serve::watch::FileChange;
use crate::source::Portal;
use crate::text::media_type;

/// How long the clock may go unread: that of a sleeping computer stands still.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// With a fixed instant of judgement the next change never comes.
const SHORTEST_WAIT: Duration = Duration::from_millis(5);
/// How often a file that changes while its page is made is read again.
const MAX_TRIES: usize = 8;
/// How many pages are remembered, to be shown while their files have errors.
const MAX_REMEMBERED: usize = 500;

/// Tells the instant of judgement, in a portal's own zone.
pub type Clock = Box<dyn Fn(&Config) -> Result<Timestamp, Failure> + Send>;

/// How the preview learns of what is outside this room.
pub struct ServeOptions {
    /// The portal.
    pub portal: Portal,
    /// Reads settings, theme and trust file.
    pub prepare: Box<dyn Fn() -> Result<Project, Refused> + Send>,
    /// Files beside those of the portal that decide, too.
    pub further: Box<dyn Fn() -> Vec<PathBuf> + Send + Sync>,
    /// The instant of judgement: fixed, or now.
    pub instant: Clock,
    /// The sentences.
    pub catalog: Catalog,
    /// Tells people something.
    pub tell: Box<dyn Fn(&str) + Send>,
    /// Whether withheld items are shown, too.
    pub shows_withheld: bool,
    /// Whether others may read the preview, to whom withheld items are nothing: no desk, and errors
    /// only by their number.
    pub is_open_to_others: bool,
}

impl std::fmt::Debug for ServeOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServeOptions").field("portal", &self.portal).finish_non_exhaustive()
    }
}

/// What the owner of the portal is told.
enum WorkerMessage {
    Asked(RequestPath, SyncSender<Answer>),
    Changed(FileChange),
    /// What stands there after it has been quiet for a while.
    Settled(Listing),
    Polling(String),
}

/// Serves until it is interrupted.
pub fn serve(server: Server, watch: Option<Watch>, mut means: ServeOptions) -> Result<(), Failure> {
    let (sender, inbox) = channel();
    if let Some(mut watch) = watch {
        // Settings may have changed before they were watched.
        watch.also(&(means.further)());
        let (sender, portal) = (sender.clone(), means.portal.clone());
        let further = std::mem::replace(&mut means.further, Box::new(Vec::new));
        std::thread::spawn(move || report_changes(watch, &portal, &further, &sender));
    }
    let events = Events::new(Event { name: "wait", data: String::new() });
    let owner = PreviewWorker {
        means,
        inbox,
        events: events.clone(),
        state: State::default(),
        editions: (0, 0),
        remembered: HashMap::new(),
        admitted: 0,
        refused: Vec::new(),
        failed: Vec::new(),
        told: None,
        waiting: Vec::new(),
    };
    std::thread::spawn(move || owner.work());
    server.run(&events, move |wanted| {
        let (reply, answer) = sync_channel(1);
        let asked = sender.send(WorkerMessage::Asked(wanted.clone(), reply));
        let answered = asked.ok().and_then(|()| answer.recv().ok());
        answered.unwrap_or_else(|| html(PageStatus::Broken, livereload::empty_page("prakat")))
    })
}

/// Opens the user's browser; one that is not there is no error.
pub fn open_browser(address: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = || Stdio::null();
    let mut command = Command::new(opener);
    let _ = command.arg(address).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
}

fn report_changes(
    mut watch: Watch,
    portal: &Portal,
    further: &dyn Fn() -> Vec<PathBuf>,
    sender: &Sender<WorkerMessage>,
) {
    loop {
        let message = match watch.next(None) {
            Next::Changed(change) => {
                let is_content = |path: &PathBuf| path.starts_with("content");
                if change.rescan || !change.paths.iter().all(is_content) {
                    // Before anybody reads them: what changes after that is told.
                    watch.also(&further());
                }
                WorkerMessage::Changed(change)
            }
            Next::Settled => WorkerMessage::Settled(Listing::of(portal)),
            Next::Polling { cause } => WorkerMessage::Polling(cause),
            Next::DeadlinePassed => continue,
        };
        if sender.send(message).is_err() {
            return;
        }
    }
}

fn html(status: PageStatus, bytes: impl Into<Bytes>) -> Answer {
    Answer::Page { status, media_type: "text/html", bytes: bytes.into() }
}

/// Owns the portal.
struct PreviewWorker {
    means: ServeOptions,
    inbox: Receiver<WorkerMessage>,
    events: Events,
    state: State,
    /// Editions of the portal and of its style sheets.
    editions: (u64, u64),
    /// Pages as they were last seen whole, by path, with the bands over them.
    remembered: HashMap<String, (Bytes, Option<String>)>,
    /// Digest of the items that could be seen when they were.
    admitted: u64,
    /// Why new settings cannot be used; the portal stands as it was before them.
    refused: Vec<String>,
    /// Why the theme cannot show pages that were asked for.
    failed: Vec<String>,
    /// What the terminal was told last.
    told: Option<Vec<String>>,
    /// Requests for parts of the search, until it is made.
    waiting: Vec<(RequestPath, SyncSender<Answer>)>,
}

/// Settings with the instant of judgement by them.
type LoadedProject = Result<(Project, Timestamp), Refused>;

/// What a change asks for.
enum ChangeScope {
    Nothing,
    StyleSheets(Vec<String>),
    Items(BTreeSet<String>),
    Everything,
}

impl PreviewWorker {
    fn work(mut self) {
        let mut settings = self.settings();
        loop {
            let next = match settings {
                Ok((prepared, at)) => self.with_settings(&prepared, at),
                Err(refused) => self.without_settings(&refused),
            };
            let Some(next) = next else { return };
            settings = next;
        }
    }

    fn settings(&self) -> LoadedProject {
        let prepared = (self.means.prepare)()?;
        let at = (self.means.instant)(&prepared.config).map_err(Refused::Failure)?;
        Ok((prepared, at))
    }

    /// Works until there are new settings, theme or trust file; `None` if nobody asks any more.
    fn with_settings(&mut self, prepared: &Project, at: Timestamp) -> Option<LoadedProject> {
        let view = PreviewOptions { at, shows_withheld: self.means.shows_withheld };
        let mut scene = Preview::set(prepared, view);
        self.refused.clear();
        self.renew(&scene);
        loop {
            let message = if scene.is_checked() && self.waiting.is_empty() {
                match self.inbox.recv_timeout(self.wait(&scene, prepared)) {
                    Ok(message) => Some(message),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => return None,
                }
            } else {
                self.inbox.try_recv().ok()
            };
            match message {
                Some(WorkerMessage::Asked(wanted, reply)) => {
                    self.reply(&mut scene, prepared, (wanted, reply));
                }
                Some(WorkerMessage::Polling(cause)) => self.report_polling(cause),
                Some(WorkerMessage::Changed(change)) => match self.reach(prepared, change) {
                    ChangeScope::Nothing => {}
                    ChangeScope::StyleSheets(paths) => {
                        scene.refresh_styles(&paths);
                        self.refresh_styles();
                    }
                    ChangeScope::Everything => match self.settings() {
                        Ok(settings) => return Some(Ok(settings)),
                        Err(refused) => {
                            self.refused = self.sentences(&refused);
                            self.renew(&scene);
                        }
                    },
                    ChangeScope::Items(paths) => scene = self.follow(scene, prepared, &paths),
                },
                Some(WorkerMessage::Settled(listing)) => {
                    let missed = scene.differences(&listing);
                    if !missed.is_empty() {
                        scene = self.follow(scene, prepared, &missed);
                    }
                }
                None => {}
            }
            if !self.waiting.is_empty() && !scene.index_batch() {
                for waiting in std::mem::take(&mut self.waiting) {
                    self.reply(&mut scene, prepared, waiting);
                }
            }
            if !scene.is_checked() {
                if !scene.check_some() {
                    self.report_findings(&scene);
                }
                self.state.unchecked = scene.unchecked();
                self.publish();
            }
            scene = self.look_at_clock(scene, prepared);
        }
    }

    /// Answers a request, now or when the search is made.
    fn reply<'p>(
        &mut self,
        scene: &mut Preview<'p>,
        prepared: &'p Project,
        (wanted, reply): (RequestPath, SyncSender<Answer>),
    ) {
        match self.answer(scene, prepared, &wanted) {
            Some(answer) => {
                let _ = reply.send(answer);
            }
            None => self.waiting.push((wanted, reply)),
        }
    }

    /// Takes up changes of items.
    fn follow<'p>(
        &mut self,
        scene: Preview<'p>,
        prepared: &'p Project,
        paths: &BTreeSet<String>,
    ) -> Preview<'p> {
        let at = (self.means.instant)(&prepared.config);
        let (mut scene, is_news) = scene.follow(paths, at.unwrap_or_default());
        if is_news {
            scene.check_some();
            self.renew(&scene);
        }
        scene
    }

    /// How long nothing can change by itself.
    fn wait(&self, scene: &Preview, prepared: &Project) -> Duration {
        let now = (self.means.instant)(&prepared.config).ok();
        let left = scene.next_change().zip(now).map(|(next, now)| next.duration_since(now));
        let left = left.and_then(|left| Duration::try_from(left).ok());
        left.unwrap_or(LONGEST_WAIT).clamp(SHORTEST_WAIT, LONGEST_WAIT)
    }

    /// A window may have opened or closed.
    fn look_at_clock<'p>(&mut self, scene: Preview<'p>, prepared: &'p Project) -> Preview<'p> {
        let Some(next) = scene.next_change() else { return scene };
        match (self.means.instant)(&prepared.config) {
            Ok(now) if now >= next => {
                let scene = scene.reload(&BTreeSet::new(), now);
                self.renew(&scene);
                scene
            }
            _ => scene,
        }
    }

    /// What a change concerns.
    fn reach(&self, prepared: &Project, change: FileChange) -> ChangeScope {
        if change.rescan {
            return ChangeScope::Everything;
        }
        let mut items = BTreeSet::new();
        let mut styles = Vec::new();
        for path in change.paths {
            let path = path.to_string_lossy().into_owned();
            // Editors' temporary files come and go.
            let may_pass = ["themes/", "static/"].iter().any(|top| path.starts_with(top));
            if may_pass && !prepared.portal.has(&path) && !prepared.knows(&path) {
                continue;
            }
            let is_style = path.ends_with(".css") && prepared.has_asset(&path);
            if path == "content" || !(path.starts_with("content/") || is_style) {
                return ChangeScope::Everything;
            }
            if is_style {
                styles.push(path);
            } else {
                items.insert(path);
            }
        }
        match (items.is_empty(), styles.is_empty()) {
            (true, true) => ChangeScope::Nothing,
            (true, false) => ChangeScope::StyleSheets(styles),
            (false, true) => ChangeScope::Items(items),
            // Both at once are rare.
            (false, false) => ChangeScope::Everything,
        }
    }

    /// Works while there are no settings that can be used, with what is wrong.
    fn without_settings(&mut self, refused: &Refused) -> Option<LoadedProject> {
        self.state.build = self.next_edition();
        self.show(self.sentences(refused));
        for (wanted, reply) in std::mem::take(&mut self.waiting) {
            let _ = reply.send(self.remembered_page(wanted.path(), 0));
        }
        loop {
            match self.inbox.recv().ok()? {
                WorkerMessage::Asked(wanted, reply) => {
                    let answer = self.own_file(wanted.path());
                    let answer = answer.unwrap_or_else(|| self.remembered_page(wanted.path(), 0));
                    let _ = reply.send(answer);
                }
                WorkerMessage::Changed(_) => return Some(self.settings()),
                WorkerMessage::Settled(_) => {}
                WorkerMessage::Polling(cause) => self.report_polling(cause),
            }
        }
    }

    fn sentences(&self, refused: &Refused) -> Vec<String> {
        let style = Reporter { catalog: &self.means.catalog, colour: false, redact: false };
        match refused {
            Refused::Mistakes(found) => excerpts(&self.means.portal, &style, &found.sorted()),
            Refused::Failure(failure) => vec![crate::report::failure(&style, failure)],
        }
    }

    fn report_polling(&self, cause: String) {
        let text = self.means.catalog.text("serve/polling", &[("cause", cause)]);
        (self.means.tell)(&format!("{text}\n"));
    }

    fn next_edition(&mut self) -> String {
        self.editions.0 += 1;
        format!("{}-{}", std::process::id(), self.editions.0)
    }

    fn refresh_styles(&mut self) {
        self.editions.1 += 1;
        self.state.css = self.editions.1.to_string();
        self.publish();
    }

    /// The portal changed: pages are loaded again.
    fn renew(&mut self, scene: &Preview) {
        self.state.build = self.next_edition();
        self.state.css = self.editions.1.to_string();
        self.state.unchecked = scene.unchecked();
        self.failed.clear();
        // Pages from before may show, or name, what is withheld by now.
        let admitted = scene.admitted();
        if admitted != self.admitted {
            self.remembered.clear();
            self.admitted = admitted;
        }
        self.report_findings(scene);
    }

    /// Browsers and the terminal learn what is wrong now.
    fn report_findings(&mut self, scene: &Preview) {
        let errors = scene.errors();
        let style = Reporter { catalog: &self.means.catalog, colour: false, redact: false };
        let found = excerpts(&self.means.portal, &style, &errors);
        self.show([self.refused.clone(), self.failed.clone(), found].concat());
    }

    fn show(&mut self, errors: Vec<String>) {
        let style = Reporter { catalog: &self.means.catalog, colour: false, redact: false };
        let elsewhere = || vec![self.means.catalog.text("serve/errors-elsewhere", &[])];
        let is_hidden = self.means.is_open_to_others && !errors.is_empty();
        self.state.tell(if is_hidden { elsewhere() } else { errors.clone() }.as_slice(), &style);
        self.publish();
        if self.told.as_ref() == Some(&errors) {
            return;
        }
        let had_errors = self.told.as_ref().is_some_and(|told| !told.is_empty());
        for error in &errors {
            (self.means.tell)(&format!("{error}\n"));
        }
        if errors.is_empty() && had_errors {
            (self.means.tell)(&format!("{}\n", self.means.catalog.text("serve/mended", &[])));
        }
        self.told = Some(errors);
    }

    fn publish(&self) {
        self.events.tell(Event { name: "state", data: self.state.json() });
    }

    /// The answer to a request; `None` if it takes its time.
    fn answer<'p>(
        &mut self,
        scene: &mut Preview<'p>,
        prepared: &'p Project,
        wanted: &RequestPath,
    ) -> Option<Answer> {
        let asked = wanted.path();
        if asked == FOLDER && !self.means.is_open_to_others {
            return Some(html(PageStatus::Found, self.desk(scene, prepared, wanted.query())));
        }
        if let Some(own) = self.own_file(asked) {
            return Some(own);
        }
        // A site below the root of its host stands there, too: its 404 page says so.
        let base = prepared.config.base_url.path().trim_start_matches('/');
        let path = asked.strip_prefix(base).unwrap_or(asked);
        let path = if path.is_empty() { "index.html" } else { path };
        for _ in 0..MAX_TRIES {
            match scene.page(path) {
                Lookup::Page(page) => return Some(self.page(path, (scene, prepared), page)),
                Lookup::Nothing => return Some(self.no_page((path, asked), scene, prepared)),
                Lookup::Unready => return None,
                Lookup::Stale(item) => match scene.edit(&item) {
                    Update::Broken => break,
                    Update::Nothing => {}
                    // What the watch tells later of it is no news any more.
                    Update::Done => self.renew(scene),
                    Update::SetAnew => {
                        let shows_withheld = self.means.shows_withheld;
                        *scene = Preview::set(
                            prepared,
                            PreviewOptions { at: scene.at(), shows_withheld },
                        );
                        self.renew(scene);
                    }
                },
            }
        }
        Some(self.remembered_page(path, 0))
    }

    /// The answer where no page stands: a file, a folder by another name, or nothing.
    fn no_page(
        &self,
        (path, asked): (&str, &str),
        scene: &mut Preview,
        prepared: &Project,
    ) -> Answer {
        if let Some(file) = scene.file(path) {
            return self.beside(file, media_type(path));
        }
        let with_slash = format!("{path}/");
        if matches!(scene.page(&with_slash), Lookup::Page(_)) {
            return Answer::Redirect(format!("/{asked}/"));
        }
        match scene.not_found() {
            Lookup::Page(page) => {
                let bytes = self.marked("404.html", (scene, prepared), page.bytes);
                html(PageStatus::NotFound, self.state.dress(&bytes, None))
            }
            Lookup::Stale(_) | Lookup::Nothing | Lookup::Unready => self.remembered_page(path, 404),
        }
    }

    fn beside(&self, file: StaticFile, media_type: &'static str) -> Answer {
        match file {
            StaticFile::Bytes(bytes) => {
                let bytes = Bytes::from_static(bytes);
                Answer::Page { status: PageStatus::Found, media_type, bytes }
            }
            StaticFile::File(file) => Answer::File { file, media_type },
            StaticFile::Attachment(file) => Answer::Attachment { file, media_type },
            StaticFile::Changed => {
                let page = livereload::empty_page(&self.means.catalog.text("serve/changed", &[]));
                html(PageStatus::Changed, self.state.dress(&page, None))
            }
        }
    }

    fn page(
        &mut self,
        path: &str,
        (scene, prepared): (&Preview, &Project),
        page: PreviewPage,
    ) -> Answer {
        let of_theme = |found: &Diagnostic| found.place.file.starts_with("themes/");
        if page.found.iter().any(|found| found.severity == Severity::Error && of_theme(found)) {
            let style = Reporter { catalog: &self.means.catalog, colour: false, redact: false };
            self.failed.extend(excerpts(&self.means.portal, &style, &page.found.sorted()));
            self.failed.sort();
            self.failed.dedup();
            self.report_findings(scene);
            return self.remembered_page(path, 0);
        }
        let kind = if path.ends_with('/') { "text/html" } else { media_type(path) };
        if kind != "text/html" {
            let is_feed = path.ends_with("feed.xml");
            let media_type = if is_feed { "application/atom+xml" } else { kind };
            let bytes =
                if is_feed { self.marked(path, (scene, prepared), page.bytes) } else { page.bytes };
            return Answer::Page { status: PageStatus::Found, media_type, bytes: bytes.into() };
        }
        let style = Reporter { catalog: &self.means.catalog, colour: false, redact: false };
        let config = &prepared.config;
        let band =
            page.judgement.and_then(|judgement| livereload::band(&style, config, &judgement));
        let bytes = self.marked(path, (scene, prepared), page.bytes);
        let dressed = Bytes::from(self.state.dress(&bytes, band.as_deref()));
        if self.remembered.len() >= MAX_REMEMBERED {
            self.remembered.clear();
        }
        self.remembered.insert(path.to_owned(), (bytes.into(), band));
        let status = if path == "404.html" { PageStatus::NotFound } else { PageStatus::Found };
        html(status, dressed)
    }

    /// A page or feed that says of each withheld item that it is not public.
    fn marked(
        &self,
        path: &str,
        (scene, prepared): (&Preview, &Project),
        page: Vec<u8>,
    ) -> Vec<u8> {
        if !self.means.shows_withheld {
            return page;
        }
        let word = self.means.catalog.text("serve/mark", &[]);
        if path.ends_with(".xml") {
            let base = &prepared.config.base_url.full;
            return livereload::mark_entries(&page, base, &word, |url| scene.is_withheld(url));
        }
        // The page for what is not there names places from the host's root.
        let base = prepared.config.base_url.path().trim_start_matches('/');
        let is_withheld = |url: &str| scene.is_withheld(url.strip_prefix(base).unwrap_or(url));
        livereload::mark_links(&page, &format!("{base}{path}"), &word, is_withheld)
    }

    /// The page as it was last seen whole, or an empty one: what is wrong is shown over it.
    fn remembered_page(&self, path: &str, status: u16) -> Answer {
        let title = || self.means.catalog.text("serve/no-page", &[]);
        match self.remembered.get(path) {
            Some((page, band)) => html(PageStatus::Found, self.state.dress(page, band.as_deref())),
            None => {
                let status = if status == 404 { PageStatus::NotFound } else { PageStatus::Broken };
                html(status, self.state.dress(&livereload::empty_page(&title()), None))
            }
        }
    }

    /// The preview's own files.
    fn own_file(&self, path: &str) -> Option<Answer> {
        let name = path.strip_prefix(FOLDER)?;
        if name == "events" {
            return Some(Answer::Events);
        }
        let bytes = Bytes::from_static(livereload::file(name)?.as_bytes());
        Some(Answer::Page { status: PageStatus::Found, media_type: media_type(name), bytes })
    }

    fn desk(&self, scene: &Preview, prepared: &Project, query: &str) -> Vec<u8> {
        let style = Reporter { catalog: &self.means.catalog, colour: false, redact: false };
        let subject = DashboardContext {
            portal: &self.means.portal,
            config: &prepared.config,
            scene,
            shows_withheld: self.means.shows_withheld,
            home: prepared.config.base_url.path(),
            build: &self.state.build,
        };
        desk(&style, &subject, query)
    }
}

fn excerpts(portal: &Portal, style: &Reporter, found: &[Diagnostic]) -> Vec<String> {
    let mut lines = SourceLines::of(found);
    found.iter().map(|found| lines.show(portal, style, found)).collect()
}
