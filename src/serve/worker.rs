//! The thread that owns the preview. It handles requests, changes of files and the clock, one event
//! after another.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::build::Project;
use crate::build::ProjectError;
use crate::diagnostics::{Diagnostic, Severity};
use crate::report::{Reporter, SourceLines};
use crate::serve::dashboard::{DashboardContext, dashboard};
use crate::serve::http::{Answer, Bytes, Event, Events, PageStatus, RequestPath};
use crate::serve::livereload::{self, FOLDER, State};
use crate::serve::options::ServeOptions;
use crate::serve::preview::{
    Listing, Lookup, Preview, PreviewOptions, PreviewPage, StaticFile, Update,
};
use crate::serve::watch::FileChange;
use crate::source::Portal;
use crate::text::media_type;

/// The longest time between two looks at the clock. Timers stop while the computer sleeps.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// The shortest. With a fixed instant of judgement the next change never comes.
const SHORTEST_WAIT: Duration = Duration::from_millis(5);
/// How often a file that changes while its page is rendered is read again.
const MAX_TRIES: usize = 8;
/// The time between two looks for a file that is not found, as a multiple of the time that one takes.
const LOOK_FACTOR: u32 = 10;
/// How many pages are remembered, to be shown while their files have errors.
const MAX_REMEMBERED: usize = 500;

/// A request that waits for its answer.
pub(super) struct PendingRequest {
    /// The requested path.
    pub path: RequestPath,
    /// Where the answer goes.
    pub reply: SyncSender<Answer>,
}

/// What the worker reacts to.
pub(super) enum WorkerEvent {
    /// A browser requests a path.
    Request(PendingRequest),
    /// Files changed.
    Changed(FileChange),
    /// No file changed for a while. Contains what is listed now.
    Settled(Listing),
    /// Changes are found by polling from now on, for this reason.
    Polling(String),
    /// Nothing happened. There may be work left, or the clock may have passed a change.
    Idle,
}

/// A page that was shown without errors.
struct RememberedPage {
    bytes: Bytes,
    /// The band over the page of a withheld item.
    band: Option<String>,
}

/// What a change of files affects.
#[derive(Default)]
struct ChangeScope {
    /// Paths under `content/`.
    items: BTreeSet<String>,
    /// Style sheets that are copied unchanged.
    styles: Vec<String>,
    /// Whether settings, theme or static files must be loaded again.
    project: bool,
}

/// Owns the preview.
pub(super) struct PreviewWorker {
    options: ServeOptions,
    inbox: Receiver<WorkerEvent>,
    events: Events,
    state: State,
    /// Counts the states of the portal.
    build_count: u64,
    /// Counts the states of its style sheets.
    style_count: u64,
    /// Pages by path.
    remembered: HashMap<String, RememberedPage>,
    /// [`Preview::admitted`] when they were remembered.
    admitted: u64,
    /// Why the newest settings cannot be used. The preview shows the last valid ones.
    settings_errors: Vec<String>,
    /// Why the theme cannot render pages that were requested.
    theme_errors: Vec<String>,
    /// What the terminal showed last.
    reported: Option<Vec<String>>,
    /// Requests for files of the search index, until it is complete.
    waiting: Vec<PendingRequest>,
    /// When to look at the disk again for a file that is not found.
    next_look: Instant,
}

impl PreviewWorker {
    /// Creates a worker, which has not loaded anything yet.
    pub(super) fn new(options: ServeOptions, inbox: Receiver<WorkerEvent>, events: Events) -> Self {
        Self {
            options,
            inbox,
            events,
            state: State::default(),
            build_count: 0,
            style_count: 0,
            remembered: HashMap::new(),
            admitted: 0,
            settings_errors: Vec::new(),
            theme_errors: Vec::new(),
            reported: None,
            waiting: Vec::new(),
            next_look: Instant::now(),
        }
    }

    /// Handles events until no one sends any more.
    pub(super) fn run(mut self) {
        let mut preview = self.load();
        while let Some(event) = self.next_event(preview.as_ref()) {
            match event {
                WorkerEvent::Request(request) => preview = self.on_request(preview, request),
                WorkerEvent::Changed(change) => preview = self.on_change(preview, change),
                WorkerEvent::Settled(listing) => {
                    preview = preview.map(|preview| self.on_settled(preview, &listing));
                }
                WorkerEvent::Polling(cause) => self.report_polling(cause),
                WorkerEvent::Idle => {}
            }
            if let Some(preview) = &mut preview {
                self.work_in_background(preview);
            }
            preview = preview.map(|preview| self.check_clock(preview));
        }
    }

    /// Loads the project and its items. Returns `None` if the settings cannot be used, and shows why.
    fn load(&mut self) -> Option<Preview> {
        match self.load_project() {
            Ok((project, at)) => {
                let shows_withheld = self.options.shows_withheld;
                let preview = Preview::load(project, PreviewOptions { at, shows_withheld });
                self.bump_build(&preview);
                Some(preview)
            }
            Err(refused) => {
                self.state.build = self.next_build();
                self.show_errors(self.describe(&refused));
                None
            }
        }
    }

    /// Loads settings, theme and static files, and returns the instant of judgement with them.
    fn load_project(&self) -> Result<(Arc<Project>, Timestamp), ProjectError> {
        let project = (self.options.prepare)()?;
        let at = (self.options.instant)(&project.config).map_err(ProjectError::Failure)?;
        Ok((Arc::new(project), at))
    }

    /// Waits for the next event. Does not wait while there is work left, and not beyond the next
    /// change of a verdict. Returns `None` if no one sends events any more.
    fn next_event(&self, preview: Option<&Preview>) -> Option<WorkerEvent> {
        let Some(preview) = preview else { return self.inbox.recv().ok() };
        if !preview.is_checked() || !self.waiting.is_empty() {
            return Some(self.inbox.try_recv().unwrap_or(WorkerEvent::Idle));
        }
        match self.inbox.recv_timeout(self.longest_wait(preview)) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => Some(WorkerEvent::Idle),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// How long no verdict can change by itself.
    fn longest_wait(&self, preview: &Preview) -> Duration {
        let now = (self.options.instant)(&preview.project().config).ok();
        let left = preview.next_change().zip(now).map(|(next, now)| next.duration_since(now));
        let left = left.and_then(|left| Duration::try_from(left).ok());
        left.unwrap_or(LONGEST_WAIT).clamp(SHORTEST_WAIT, LONGEST_WAIT)
    }

    /// Answers a request. Looks at the disk before it says that there is no such page: a file may have
    /// been added without an event.
    fn on_request(&mut self, preview: Option<Preview>, request: PendingRequest) -> Option<Preview> {
        let Some(mut preview) = preview else {
            let path = request.path.path();
            let answer = self.preview_file(path);
            let answer = answer.unwrap_or_else(|| self.remembered_page(path, PageStatus::Broken));
            self.reply(request, Some(answer));
            return None;
        };
        let mut answer = self.answer(&mut preview, &request.path);
        let is_missing = matches!(answer, Some(Answer::Page { status: PageStatus::NotFound, .. }));
        let begin = Instant::now();
        if is_missing && self.next_look <= begin {
            let count = self.build_count;
            preview = self.on_settled(preview, &Listing::of(&self.options.portal));
            self.next_look = Instant::now() + begin.elapsed() * LOOK_FACTOR;
            if self.build_count != count {
                answer = self.answer(&mut preview, &request.path);
            }
        }
        self.reply(request, answer);
        Some(preview)
    }

    /// Sends an answer. Keeps a request without one until the search index is complete.
    fn reply(&mut self, request: PendingRequest, answer: Option<Answer>) {
        match answer {
            Some(answer) => {
                let _ = request.reply.send(answer);
            }
            None => self.waiting.push(request),
        }
    }

    /// Applies a change of files. Without a preview, any change may fix the settings.
    fn on_change(&mut self, preview: Option<Preview>, change: FileChange) -> Option<Preview> {
        let Some(mut preview) = preview else { return self.load() };
        let ChangeScope { items, styles, project: reloads_project } =
            scope_of(preview.project(), change);
        if reloads_project {
            match self.load_project() {
                Ok((project, at)) => {
                    preview = preview.replace_project(project, at);
                    self.settings_errors.clear();
                }
                Err(refused) => self.settings_errors = self.describe(&refused),
            }
        }
        let mut is_changed = reloads_project;
        if !items.is_empty() {
            let has_changed_items;
            (preview, has_changed_items) = self.apply(preview, &items);
            is_changed |= has_changed_items;
        }
        if is_changed {
            self.bump_build(&preview);
        }
        if !styles.is_empty() && !reloads_project {
            preview.refresh_styles(&styles);
            self.refresh_styles();
        }
        Some(preview)
    }

    /// Applies changes that no event reported.
    fn on_settled(&mut self, preview: Preview, listing: &Listing) -> Preview {
        let missed = preview.differences(listing);
        let (preview, is_changed) = self.apply(preview, &missed);
        if is_changed {
            self.bump_build(&preview);
        }
        preview
    }

    /// Applies changes under `content/` and returns whether there were any.
    fn apply(&self, preview: Preview, paths: &BTreeSet<String>) -> (Preview, bool) {
        let now = (self.options.instant)(&preview.project().config);
        let (mut preview, is_changed) = preview.apply(paths, now.unwrap_or_default());
        if is_changed {
            preview.check_batch();
        }
        (preview, is_changed)
    }

    /// Indexes or checks a batch of bodies, if any are left.
    fn work_in_background(&mut self, preview: &mut Preview) {
        if !self.waiting.is_empty() && !preview.index_batch() {
            for request in std::mem::take(&mut self.waiting) {
                let answer = self.answer(preview, &request.path);
                self.reply(request, answer);
            }
        }
        if !preview.is_checked() {
            if !preview.check_batch() {
                self.report_findings(preview);
            }
            self.state.unchecked = preview.unchecked();
            self.broadcast();
        }
    }

    /// Judges all items again if a verdict changed by itself.
    fn check_clock(&mut self, preview: Preview) -> Preview {
        let Some(next) = preview.next_change() else { return preview };
        match (self.options.instant)(&preview.project().config) {
            Ok(now) if now >= next => {
                let preview = preview.reload(&BTreeSet::new(), now);
                self.bump_build(&preview);
                preview
            }
            _ => preview,
        }
    }

    fn reporter(&self) -> Reporter<'_> {
        Reporter { catalog: &self.options.catalog, colour: false, redact: false }
    }

    /// Describes why a project cannot be loaded.
    fn describe(&self, refused: &ProjectError) -> Vec<String> {
        let reporter = self.reporter();
        match refused {
            ProjectError::Mistakes(diagnostics) => {
                excerpts(&self.options.portal, &reporter, &diagnostics.sorted())
            }
            ProjectError::Failure(failure) => vec![crate::report::failure(&reporter, failure)],
        }
    }

    fn report_polling(&self, cause: String) {
        let text = self.options.catalog.text("serve/polling", &[("cause", cause)]);
        (self.options.print)(&format!("{text}\n"));
    }

    /// Returns a new id for the state of the portal.
    fn next_build(&mut self) -> String {
        self.build_count += 1;
        format!("{}-{}", std::process::id(), self.build_count)
    }

    /// Makes browsers load style sheets again.
    fn refresh_styles(&mut self) {
        self.style_count += 1;
        self.state.css = self.style_count.to_string();
        self.broadcast();
    }

    /// Makes browsers load pages again, after the portal changed.
    fn bump_build(&mut self, preview: &Preview) {
        self.state.build = self.next_build();
        self.state.css = self.style_count.to_string();
        self.state.unchecked = preview.unchecked();
        self.theme_errors.clear();
        // Remembered pages may show or name items that are withheld now.
        let admitted = preview.admitted();
        if admitted != self.admitted {
            self.remembered.clear();
            self.admitted = admitted;
        }
        self.report_findings(preview);
    }

    /// Shows all errors in browsers and on the terminal.
    fn report_findings(&mut self, preview: &Preview) {
        let page_errors = excerpts(&self.options.portal, &self.reporter(), &preview.errors());
        self.show_errors(
            [self.settings_errors.clone(), self.theme_errors.clone(), page_errors].concat(),
        );
    }

    fn show_errors(&mut self, errors: Vec<String>) {
        let catalog = &self.options.catalog;
        let reporter = Reporter { catalog, colour: false, redact: false };
        if self.options.is_open_to_others && !errors.is_empty() {
            self.state.set_errors(&[catalog.text("serve/errors-elsewhere", &[])], &reporter);
        } else {
            self.state.set_errors(&errors, &reporter);
        }
        self.broadcast();
        if self.reported.as_ref() == Some(&errors) {
            return;
        }
        let had_errors = self.reported.as_ref().is_some_and(|reported| !reported.is_empty());
        for error in &errors {
            (self.options.print)(&format!("{error}\n"));
        }
        if errors.is_empty() && had_errors {
            let text = self.options.catalog.text("serve/mended", &[]);
            (self.options.print)(&format!("{text}\n"));
        }
        self.reported = Some(errors);
    }

    /// Sends the state to all browsers.
    fn broadcast(&self) {
        self.events.send(Event { name: "state", data: self.state.json() });
    }

    /// Returns the answer to a request. `None` if the search index is not complete yet.
    fn answer(&mut self, preview: &mut Preview, requested: &RequestPath) -> Option<Answer> {
        let requested_path = requested.path();
        if requested_path == FOLDER && !self.options.is_open_to_others {
            return Some(html(PageStatus::Found, self.dashboard(preview, requested.query())));
        }
        if let Some(answer) = self.preview_file(requested_path) {
            return Some(answer);
        }
        // A site that is not at the root of its host is served below its path, but its 404 page links
        // from the root.
        let project = preview.project();
        let base = project.config.base_url.path().trim_start_matches('/');
        let path = requested_path.strip_prefix(base).unwrap_or(requested_path);
        let path = if path.is_empty() { "index.html" } else { path };
        for _ in 0..MAX_TRIES {
            match preview.page(path) {
                Lookup::Page(page) => return Some(self.page(path, preview, page)),
                Lookup::Nothing => return Some(self.no_page(path, requested_path, preview)),
                Lookup::Unready => return None,
                Lookup::Stale(item) => match preview.update_item(&item) {
                    Update::Invalid => {
                        self.report_findings(preview);
                        break;
                    }
                    Update::Unchanged => {}
                    // The change event for it will find nothing new.
                    Update::Applied => self.bump_build(preview),
                    Update::NeedsReload => {
                        preview.load_again();
                        self.bump_build(preview);
                    }
                },
            }
        }
        Some(self.remembered_page(path, PageStatus::Broken))
    }

    /// Returns the answer for a path without a page: a file, a redirect to a folder, or the 404 page.
    fn no_page(&self, path: &str, requested_path: &str, preview: &mut Preview) -> Answer {
        if let Some(file) = preview.file(path) {
            return self.static_file(file, media_type(path));
        }
        let with_slash = format!("{path}/");
        if matches!(preview.page(&with_slash), Lookup::Page(_)) {
            return Answer::Redirect(format!("/{requested_path}/"));
        }
        match preview.not_found() {
            Lookup::Page(page) => {
                let bytes = self.mark_withheld("404.html", preview, page.bytes);
                html(PageStatus::NotFound, self.state.add_script(&bytes, None))
            }
            Lookup::Stale(_) | Lookup::Nothing | Lookup::Unready => {
                self.remembered_page(path, PageStatus::NotFound)
            }
        }
    }

    fn static_file(&self, file: StaticFile, media_type: &'static str) -> Answer {
        match file {
            StaticFile::Bytes(bytes) => {
                let bytes = Bytes::from_static(bytes);
                Answer::Page { status: PageStatus::Found, media_type, bytes }
            }
            StaticFile::File(file) => Answer::File { file, media_type },
            StaticFile::Attachment(file) => Answer::Attachment { file, media_type },
            StaticFile::Changed => {
                let title = self.options.catalog.text("serve/changed", &[]);
                self.substitute(PageStatus::Changed, &title)
            }
        }
    }

    fn page(&mut self, path: &str, preview: &Preview, page: PreviewPage) -> Answer {
        let is_theme_error = |diagnostic: &Diagnostic| {
            diagnostic.severity == Severity::Error && diagnostic.place.file.starts_with("themes/")
        };
        if page.found.iter().any(is_theme_error) {
            let diagnostics = page.found.sorted();
            let errors = excerpts(&self.options.portal, &self.reporter(), &diagnostics);
            self.theme_errors.extend(errors);
            self.theme_errors.sort();
            self.theme_errors.dedup();
            self.report_findings(preview);
            return self.remembered_page(path, PageStatus::Broken);
        }
        let kind = if path.ends_with('/') { "text/html" } else { media_type(path) };
        if kind != "text/html" {
            let is_feed = path.ends_with("feed.xml");
            let media_type = if is_feed { "application/atom+xml" } else { kind };
            let bytes =
                if is_feed { self.mark_withheld(path, preview, page.bytes) } else { page.bytes };
            return Answer::Page { status: PageStatus::Found, media_type, bytes: bytes.into() };
        }
        let (reporter, config) = (self.reporter(), &preview.project().config);
        let band =
            page.judgement.and_then(|judgement| livereload::band(&reporter, config, &judgement));
        let bytes = Bytes::from(self.mark_withheld(path, preview, page.bytes));
        let answer = self.state.add_script(&bytes, band.as_deref());
        if self.remembered.len() >= MAX_REMEMBERED {
            self.remembered.clear();
        }
        self.remembered.insert(path.to_owned(), RememberedPage { bytes, band });
        let status = if path == "404.html" { PageStatus::NotFound } else { PageStatus::Found };
        html(status, answer)
    }

    /// Marks links to withheld items in a page, and withheld items in a feed.
    fn mark_withheld(&self, path: &str, preview: &Preview, page: Vec<u8>) -> Vec<u8> {
        if !self.options.shows_withheld {
            return page;
        }
        let word = self.options.catalog.text("serve/mark", &[]);
        let base_url = &preview.project().config.base_url;
        if path.ends_with(".xml") {
            let is_withheld = |url: &str| preview.is_withheld(url);
            return livereload::mark_entries(&page, &base_url.full, &word, is_withheld);
        }
        // The 404 page links from the root of the host.
        let base = base_url.path().trim_start_matches('/');
        let is_withheld = |url: &str| preview.is_withheld(url.strip_prefix(base).unwrap_or(url));
        livereload::mark_links(&page, &format!("{base}{path}"), &word, is_withheld)
    }

    /// Returns the page as it was last shown without errors, or one with the errors and this status.
    fn remembered_page(&self, path: &str, status: PageStatus) -> Answer {
        match self.remembered.get(path) {
            Some(RememberedPage { bytes, band }) => {
                html(PageStatus::Found, self.state.add_script(bytes, band.as_deref()))
            }
            None => self.substitute(status, &self.options.catalog.text("serve/no-page", &[])),
        }
    }

    /// Returns a page with this title and the errors.
    fn substitute(&self, status: PageStatus, title: &str) -> Answer {
        let language = self.options.catalog.language.tag();
        let page = livereload::substitute_page(language, title, &self.state);
        html(status, self.state.add_script(&page, None))
    }

    /// Returns one of the preview's own files. `None` if the path is not in its folder.
    fn preview_file(&self, path: &str) -> Option<Answer> {
        let name = path.strip_prefix(FOLDER)?;
        let bytes = match name {
            "events" => return Some(Answer::Events),
            "state" => {
                let bytes = self.state.json().into();
                return Some(Answer::Page {
                    status: PageStatus::Found,
                    media_type: "application/json",
                    bytes,
                });
            }
            _ => Bytes::from_static(livereload::file(name)?.as_bytes()),
        };
        Some(Answer::Page { status: PageStatus::Found, media_type: media_type(name), bytes })
    }

    fn dashboard(&self, preview: &Preview, query: &str) -> Vec<u8> {
        let context = DashboardContext {
            portal: &self.options.portal,
            preview,
            shows_withheld: self.options.shows_withheld,
            build: &self.state.build,
        };
        dashboard(&self.reporter(), &context, query)
    }
}

/// Determines what a change of files affects.
fn scope_of(project: &Project, change: FileChange) -> ChangeScope {
    let mut scope = ChangeScope { project: change.rescan, ..ChangeScope::default() };
    if change.rescan {
        scope.items.insert("content".to_owned());
    }
    for path in change.paths {
        let path = path.to_string_lossy().into_owned();
        // Temporary files of editors come and go.
        let may_be_temporary = ["themes/", "static/"].iter().any(|top| path.starts_with(top));
        if may_be_temporary && !project.portal.has(&path) && !project.has_file(&path) {
            continue;
        }
        if path == "content" || path.starts_with("content/") {
            scope.items.insert(path);
        } else if path.ends_with(".css") && project.has_asset(&path) {
            scope.styles.push(path);
        } else {
            scope.project = true;
        }
    }
    scope
}

/// An HTML page.
pub(super) fn html(status: PageStatus, bytes: impl Into<Bytes>) -> Answer {
    Answer::Page { status, media_type: "text/html", bytes: bytes.into() }
}

fn excerpts(portal: &Portal, reporter: &Reporter, diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut lines = SourceLines::of(diagnostics);
    diagnostics.iter().map(|diagnostic| lines.show(portal, reporter, diagnostic)).collect()
}
