//! A small HTTP/1.1 server for looking at a site on one's own computer.
//!
//! Whoever uses it gives a plain function from path to [`Answer`]; it runs on threads of its own, so
//! that slow browsers and idle connections keep nobody waiting. Nothing here opens a file by a path.

use std::convert::Infallible;
use std::fs::File;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::num::NonZero;
use std::ops::Range;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

pub use hyper::body::Bytes;
use hyper::body::{Body, Frame, Incoming};
use hyper::header::{
    ACCEPT_RANGES, ALLOW, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName,
    HeaderValue, LOCATION,
};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::{AbortHandle, spawn_blocking};
use tokio::time::{sleep, timeout};
use xxhash_rust::xxh3::xxh3_128;

use crate::address::encode;
use crate::diagnostic::{Code, Failure};
use crate::media_type::is_text;
use crate::message::{Catalog, Language};
pub use crate::request::Wanted;
use crate::request::{Door, Portion, Refusal, has_it, portion};

/// What pages of a site may load: what stands on the site.
pub const CONTENT_SECURITY_POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Stands in every response: nothing is kept without asking again, guessed, told to other
/// sites, or read by them.
const ALWAYS: [(&str, &str); 5] = [
    ("cache-control", "no-cache"),
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

/// How many connections are held. One more, and the oldest that is idle goes.
pub const MAX_CONNECTIONS: usize = 600;
/// How long a request's head may take, and how long a connection may be idle.
pub const HEAD_TIME: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes.
const MAX_HEAD: usize = 32 * 1024;
/// The most lines in it.
const MAX_HEADERS: usize = 64;
/// How often a stream of events says that it is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How much of a file is read at once, in bytes.
const PIECE: u64 = 256 * 1024;
/// How long to wait before trying again, when the system has no connection to give.
const BREATH: Duration = Duration::from_millis(50);

/// Where to listen.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The address; one that is not loopback lets others in.
    pub interface: IpAddr,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Further names in `Host` that are ours, such as the one that a proxy has.
    pub hosts: Vec<String>,
    /// The language of refusals.
    pub language: Language,
}

/// What a path leads to.
#[derive(Debug)]
pub enum Answer {
    /// A page or file that is in memory.
    Page {
        /// Whether it is what was asked for.
        status: Status,
        /// Without `charset`, see [`crate::media_type`].
        media_type: &'static str,
        /// Its bytes.
        bytes: Bytes,
    },
    /// A file, sent as it is read; whoever answers has opened it.
    File {
        /// A regular file.
        file: File,
        /// Without `charset`.
        media_type: &'static str,
    },
    /// Another path of the site, as in [`Wanted`].
    Redirect(String),
    /// From now on, [`Events`].
    Events,
}

/// What a page says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The page that was asked for: 200.
    Found,
    /// A page that says that there is none: 404.
    NotFound,
    /// A page that says what is wrong with the portal: 500.
    Broken,
}

/// An event as browsers get it (HTML, section 9.2, server-sent events).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name, one word.
    pub name: &'static str,
    /// Its data, of any number of lines.
    pub data: String,
}

impl Event {
    fn text(&self) -> String {
        let lines = self.data.split(['\n', '\r']).map(|line| format!("data: {line}\n"));
        format!("event: {}\n{}\n", self.name, lines.collect::<String>())
    }
}

/// What open pages are told: the newest event. Who opens a stream gets the present one at once, who is
/// slow may miss some between. So an event should say what is (the number of the build), not what happened.
#[derive(Debug, Clone)]
pub struct Events(watch::Sender<Event>);

impl Events {
    /// Begins with what is now.
    pub fn new(first: Event) -> Self {
        Self(watch::Sender::new(first))
    }

    /// Tells every open page.
    pub fn tell(&self, event: Event) {
        self.0.send_replace(event);
    }
}

/// Ends a server from another thread.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Notify>);

impl Stop {
    /// Ends it, now or as soon as it runs.
    pub fn stop(&self) {
        self.0.notify_one();
    }
}

/// A server that has its port.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    door: Door,
    catalog: Catalog,
    stop: Stop,
}

impl Server {
    /// Takes the port. Connections wait until [`Server::run`].
    pub fn bind(listen: Listen) -> Result<Self, Failure> {
        let wanted = SocketAddr::new(listen.interface, listen.port);
        let bound = TcpListener::bind(wanted).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok((listener.local_addr()?, listener))
        });
        let (address, listener) = bound.map_err(|error| not_bound(wanted, &error))?;
        let door = Door { address, hosts: listen.hosts };
        Ok(Self { listener, door, catalog: Catalog::new(listen.language), stop: Stop::default() })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.door.address
    }

    /// What ends it.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Answers until SIGINT, SIGTERM or [`Stop::stop`], then returns at once, whatever is open. Takes
    /// over the two signals for the rest of the program's life.
    pub fn run(
        self,
        events: &Events,
        answer: impl Fn(&Wanted) -> Answer + Send + Sync + 'static,
    ) -> Result<(), Failure> {
        let address = self.door.address;
        let failed = |error: io::Error| cannot_listen(address, &error);
        let runtime = runtime().map_err(failed)?;
        let house = House {
            door: self.door,
            catalog: self.catalog,
            events: events.0.clone(),
            answer: Box::new(answer),
        };
        let done = runtime.block_on(serve(self.listener, Arc::new(house), self.stop));
        runtime.shutdown_background();
        done.map_err(failed)
    }
}

/// One thread for connections, and some for answers.
fn runtime() -> io::Result<Runtime> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads((2 * processors).max(4))
        .build()
}

async fn serve(listener: TcpListener, house: Arc<House>, stop: Stop) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let (mut signal, stop) = (signal(kind)?, stop.clone());
        tokio::spawn(async move {
            signal.recv().await;
            stop.stop();
        });
    }
    tokio::spawn(welcome(listener, house));
    stop.0.notified().await;
    Ok(())
}

/// Held by whoever has to do with a connection: the guest list, the connection, and an answer on
/// its way.
type Ticket = Arc<()>;

/// An open connection.
struct Guest {
    task: AbortHandle,
    ticket: Ticket,
}

impl Guest {
    /// Whether nothing is on its way to it.
    fn is_idle(&self) -> bool {
        Arc::strong_count(&self.ticket) <= 2
    }
}

/// Lets connections in, and out when there are too many.
async fn welcome(listener: tokio::net::TcpListener, house: Arc<House>) {
    let mut guests: Vec<Guest> = Vec::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                guests.retain(|guest| !guest.task.is_finished());
                if guests.len() >= MAX_CONNECTIONS {
                    send_away(&mut guests);
                }
                let ticket = Ticket::default();
                let talk = converse(stream, Arc::clone(&house), Arc::clone(&ticket));
                guests.push(Guest { task: tokio::spawn(talk).abort_handle(), ticket });
            }
            // No file descriptors left, or a connection that was gone before it began.
            Err(_) => {
                send_away(&mut guests);
                sleep(BREATH).await;
            }
        }
    }
}

/// The oldest that is idle has to go; if none is, the oldest.
fn send_away(guests: &mut Vec<Guest>) {
    if !guests.is_empty() {
        let place = guests.iter().position(Guest::is_idle).unwrap_or(0);
        guests.remove(place).task.abort();
    }
}

/// One connection, from its first request to its last.
async fn converse(stream: TcpStream, house: Arc<House>, ticket: Ticket) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let (house, ticket) = (Arc::clone(&house), Arc::clone(&ticket));
        async move { Ok::<_, Infallible>(respond(house, request, ticket).await) }
    });
    // A connection that breaks is the browser's own affair.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    house: Arc<House>,
    request: Request<Incoming>,
    ticket: Ticket,
) -> Response<Outgoing> {
    let (head, _) = request.into_parts();
    let without_body = head.method == Method::HEAD;
    let reply = match house.door.judge(&head) {
        Ok(wanted) => {
            let home = Arc::clone(&house);
            let reply = spawn_blocking(move || home.reply(&wanted, &head)).await;
            reply.unwrap_or_else(|_| house.refuse(Refusal::Broken))
        }
        Err(refusal) => house.refuse(refusal),
    };
    let pieces = match reply.content {
        _ if without_body => Pieces::Whole(None),
        Content::Bytes(bytes) => Pieces::Whole(Some(bytes)),
        Content::File(file, range) => Pieces::stream(|to| send_file(file, range, to)),
        Content::Events => {
            let events = house.events.subscribe();
            Pieces::stream(|to| send_events(events, to))
        }
    };
    let mut response = Response::new(Outgoing { pieces, _ticket: ticket });
    *response.status_mut() = reply.status;
    let always = ALWAYS
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    response.headers_mut().extend(always.into_iter().chain(reply.headers));
    response
}

/// A response before it is sent.
struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    content: Content,
}

enum Content {
    Bytes(Bytes),
    File(File, Range<u64>),
    Events,
}

impl Reply {
    fn new(status: StatusCode, content: Content) -> Self {
        Self { status, headers: Vec::new(), content }
    }

    /// Adds a header; a value that cannot stand in one is left out.
    fn header(mut self, name: HeaderName, value: impl TryInto<HeaderValue>) -> Self {
        self.headers.extend(value.try_into().ok().map(|value| (name, value)));
        self
    }

    fn text(status: StatusCode, text: String) -> Self {
        Self::new(status, Content::Bytes(Bytes::from(text + "\n"))).media_type("text/plain").sized()
    }

    fn media_type(self, media_type: &'static str) -> Self {
        if is_text(media_type) {
            self.header(CONTENT_TYPE, format!("{media_type}; charset=utf-8"))
        } else {
            self.header(CONTENT_TYPE, HeaderValue::from_static(media_type))
        }
    }

    fn sized(self) -> Self {
        match self.content.size() {
            Some(size) => self.header(CONTENT_LENGTH, size),
            None => self,
        }
    }
}

impl Content {
    /// In bytes; events have no end.
    fn size(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File(_, range) => Some(range.end - range.start),
            Self::Events => None,
        }
    }

    fn slice(self, range: &Range<u64>) -> Self {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        match self {
            Self::Bytes(bytes) => Self::Bytes(bytes.slice(place(range.start)..place(range.end))),
            Self::File(file, _) => Self::File(file, range.clone()),
            Self::Events => Self::Events,
        }
    }
}

/// All that answers have in common.
struct House {
    door: Door,
    catalog: Catalog,
    events: watch::Sender<Event>,
    answer: Box<dyn Fn(&Wanted) -> Answer + Send + Sync>,
}

impl House {
    fn refuse(&self, refusal: Refusal) -> Reply {
        let args = [("address", self.door.address.to_string())];
        let reply = Reply::text(refusal.status(), self.catalog.text(refusal.sentence(), &args));
        match refusal {
            Refusal::Method => reply.header(ALLOW, HeaderValue::from_static("GET, HEAD")),
            _ => reply,
        }
    }

    fn reply(&self, wanted: &Wanted, head: &Parts) -> Reply {
        match (self.answer)(wanted) {
            Answer::Page { status: Status::Found, media_type, bytes } => {
                let etag = format!("\"{:032x}\"", xxh3_128(&bytes));
                self.part(head, Content::Bytes(bytes), &etag, media_type)
            }
            Answer::Page { status, media_type, bytes } => {
                let status = match status {
                    Status::NotFound => StatusCode::NOT_FOUND,
                    _ => StatusCode::INTERNAL_SERVER_ERROR,
                };
                Reply::new(status, Content::Bytes(bytes)).media_type(media_type).sized()
            }
            Answer::File { file, media_type } => match file.metadata() {
                Ok(seen) => {
                    let (time, part) = (seen.mtime(), seen.mtime_nsec());
                    let etag = format!("\"{:x}-{:x}-{time:x}.{part:x}\"", seen.ino(), seen.len());
                    self.part(head, Content::File(file, 0..seen.len()), &etag, media_type)
                }
                Err(_) => self.refuse(Refusal::Broken),
            },
            Answer::Redirect(path) => {
                let path = format!("/{}", encode(path.trim_start_matches('/')));
                Reply::new(StatusCode::TEMPORARY_REDIRECT, Content::Bytes(Bytes::new()))
                    .header(LOCATION, path)
                    .sized()
            }
            Answer::Events => {
                Reply::new(StatusCode::OK, Content::Events).media_type("text/event-stream")
            }
        }
    }

    /// What a browser has not got yet of what it wants.
    fn part(&self, head: &Parts, content: Content, etag: &str, media_type: &'static str) -> Reply {
        if has_it(&head.headers, etag) {
            let nothing = Content::Bytes(Bytes::new());
            return Reply::new(StatusCode::NOT_MODIFIED, nothing).header(ETAG, etag);
        }
        let size = content.size().unwrap_or(0);
        let asked = match head.method {
            Method::GET => portion(&head.headers, etag, size),
            _ => Portion::Whole,
        };
        let reply = match asked {
            Portion::Whole => Reply::new(StatusCode::OK, content),
            Portion::Part(range) => {
                let place = format!("bytes {}-{}/{size}", range.start, range.end - 1);
                Reply::new(StatusCode::PARTIAL_CONTENT, content.slice(&range))
                    .header(CONTENT_RANGE, place)
            }
            Portion::Beyond => {
                let text = self.catalog.text("serve/no-such-range", &[("size", size.to_string())]);
                return Reply::text(StatusCode::RANGE_NOT_SATISFIABLE, text)
                    .header(CONTENT_RANGE, format!("bytes */{size}"));
            }
        };
        reply
            .header(ETAG, etag)
            .header(ACCEPT_RANGES, HeaderValue::from_static("bytes"))
            .media_type(media_type)
            .sized()
    }
}

/// The body of a response on its way.
struct Outgoing {
    pieces: Pieces,
    _ticket: Ticket,
}

enum Pieces {
    Whole(Option<Bytes>),
    Stream(mpsc::Receiver<io::Result<Bytes>>),
}

impl Pieces {
    /// Pieces as a task sends them. It ends when nobody takes them any more.
    fn stream<F: Future<Output = ()> + Send + 'static>(
        task: impl FnOnce(mpsc::Sender<io::Result<Bytes>>) -> F,
    ) -> Self {
        let (to, from) = mpsc::channel(2);
        tokio::spawn(task(to));
        Self::Stream(from)
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let piece = match &mut self.pieces {
            Pieces::Whole(bytes) => Poll::Ready(bytes.take().map(Ok)),
            Pieces::Stream(from) => from.poll_recv(context),
        };
        piece.map(|piece| piece.map(|bytes| bytes.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.pieces, Pieces::Whole(None))
    }
}

/// Sends a part of a file. A file that became shorter breaks the response off.
async fn send_file(file: File, mut range: Range<u64>, to: mpsc::Sender<io::Result<Bytes>>) {
    let file = Arc::new(file);
    while range.start < range.end {
        let (source, from) = (Arc::clone(&file), range.clone());
        let read = spawn_blocking(move || {
            let size = usize::try_from((from.end - from.start).min(PIECE)).unwrap_or(0);
            let mut piece = vec![0; size];
            source.read_exact_at(&mut piece, from.start).map(|()| Bytes::from(piece))
        });
        let piece = read.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        range.start = match &piece {
            Ok(piece) => range.start + piece.len() as u64,
            Err(_) => range.end,
        };
        if to.send(piece).await.is_err() {
            return;
        }
    }
}

/// Sends the present event and every later one, and now and then a line that means nothing, which
/// finds out whether somebody is still there.
async fn send_events(mut events: watch::Receiver<Event>, to: mpsc::Sender<io::Result<Bytes>>) {
    let mut text = events.borrow_and_update().text();
    while to.send(Ok(Bytes::from(text))).await.is_ok() {
        text = match timeout(KEEP_ALIVE, events.changed()).await {
            Ok(Ok(())) => events.borrow_and_update().text(),
            Ok(Err(_)) => return,
            Err(_) => ":\n\n".to_owned(),
        };
    }
}

fn not_bound(address: SocketAddr, error: &io::Error) -> Failure {
    if error.kind() != io::ErrorKind::AddrInUse {
        return cannot_listen(address, error);
    }
    let holder = holder_of(address.port()).map_or(String::new(), |holder| format!(" ({holder})"));
    Failure::new(Code::PortTaken).arg("port", address.port().to_string()).arg("holder", holder)
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> Failure {
    Failure::new(Code::CannotListen)
        .arg("address", address.to_string())
        .arg("cause", error.to_string())
}

/// Name and number of the process that listens on a port, as far as Linux tells it to this user.
#[expect(clippy::disallowed_methods, reason = "looks at /proc, not at the portal")]
fn holder_of(port: u16) -> Option<String> {
    use std::fs::{read_dir, read_link, read_to_string};
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| read_to_string(path).ok());
    let inode = tables.iter().flatten().find_map(|table| listening_inode(table, port))?;
    let socket = format!("socket:[{inode}]");
    let has_socket = |process: &std::path::Path| {
        let mut open = read_dir(process.join("fd")).into_iter().flatten().flatten();
        open.any(|file| read_link(file.path()).is_ok_and(|to| to.as_os_str() == socket.as_str()))
    };
    let mut numbers = read_dir("/proc").ok()?.flatten().filter_map(|entry| {
        let number: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((number, entry.path()))
    });
    let (number, process) = numbers.find(|(_, process)| has_socket(process))?;
    let name = read_to_string(process.join("comm")).ok()?;
    Some(format!("{}, {number}", name.trim()))
}

/// The inode of the socket that listens on a port: see proc_net_tcp in the kernel's documentation.
fn listening_inode(table: &str, port: u16) -> Option<&str> {
    const LISTENING: &str = "0A";
    let end = format!(":{port:04X}");
    table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let found = fields.get(3) == Some(&LISTENING) && fields[1].ends_with(&end);
        found.then(|| fields.get(9).copied())?
    })
}
