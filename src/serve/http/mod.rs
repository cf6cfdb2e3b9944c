//! A small HTTP/1.1 server for viewing a site on the same computer.
//!
//! It calls a plain function that maps a path to an [`Answer`]. The function runs on threads of its
//! own, so that slow browsers and idle connections block no others. The server opens no file by its
//! path.

mod request;
mod response;

use std::convert::Infallible;
use std::fs::File;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::channel;
use http_body_util::{BodyExt, Either, Full};
pub use hyper::body::Bytes;
use hyper::body::{Body, Incoming};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::task::{AbortHandle, spawn_blocking};
use tokio::time::{sleep, timeout};

use crate::diagnostics::{Code, Failure};
use crate::report::{Catalog, ReportLanguage};
pub use crate::serve::http::request::RequestPath;
use crate::serve::http::request::{AccessPolicy, AccessRefusal};
pub use crate::serve::http::response::{Answer, CONTENT_SECURITY_POLICY, PageStatus};
use crate::serve::http::response::{Reply, ReplyBody};

/// The maximum number of connections. Another one closes the oldest that is idle.
pub const MAX_CONNECTIONS: usize = 600;
/// How long reading the head of a request may take, and how long a connection may be idle.
pub const HEAD_TIME: Duration = Duration::from_secs(10);
/// The maximum size of the head of a request, in bytes.
const MAX_HEAD: usize = 32 * 1024;
/// The maximum number of headers in it.
const MAX_HEADERS: usize = 64;
/// How often a stream of events sends a comment to check the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How much of a file is read at a time, in bytes.
const PIECE: u64 = 256 * 1024;
/// The maximum number of answers in progress. Some take long and must not block others.
const MAX_ANSWERS: usize = 64;
/// How long to wait after the system could not accept a connection.
const RETRY_DELAY: Duration = Duration::from_millis(50);

/// Where to listen.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The address. Other computers can connect unless it is a loopback address.
    pub interface: IpAddr,
    /// The port. 0 selects a free one.
    pub port: u16,
    /// More names that `Host` may have, such as the name of a proxy.
    pub hosts: Vec<String>,
    /// The language of error messages.
    pub language: ReportLanguage,
}

/// A server-sent event (HTML, section 9.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name, one word.
    pub name: &'static str,
    /// Its data. May have several lines.
    pub data: String,
}

impl Event {
    fn text(&self) -> String {
        let lines = self.data.split(['\n', '\r']).map(|line| format!("data: {line}\n"));
        format!("event: {}\n{}\n", self.name, lines.collect::<String>())
    }
}

/// Sends the newest event to open pages.
///
/// A new stream gets the current event at once, and a slow one may miss events. So an event should
/// describe a state (the number of the build), not a change.
#[derive(Debug, Clone)]
pub struct Events(watch::Sender<Event>);

impl Events {
    /// Starts with a current event.
    pub fn new(first: Event) -> Self {
        Self(watch::Sender::new(first))
    }

    /// Sends an event to every open page.
    pub fn send(&self, event: Event) {
        self.0.send_replace(event);
    }
}

/// Stops a server from another thread.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Notify>);

impl Stop {
    /// Stops the server now, or as soon as it runs.
    pub fn stop(&self) {
        self.0.notify_one();
    }
}

/// A server that is bound to its port.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    policy: AccessPolicy,
    catalog: Catalog,
    stop: Stop,
}

impl Server {
    /// Binds the port. Connections wait until [`Server::run`].
    pub fn bind(listen: Listen) -> Result<Self, Failure> {
        let wanted = SocketAddr::new(listen.interface, listen.port);
        let bound = TcpListener::bind(wanted).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok((listener.local_addr()?, listener))
        });
        let (address, listener) = bound.map_err(|error| not_bound(wanted, &error))?;
        let policy = AccessPolicy { address, hosts: listen.hosts };
        Ok(Self { listener, policy, catalog: Catalog::new(listen.language), stop: Stop::default() })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.policy.address
    }

    /// Returns a handle that stops the server.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Answers requests until SIGINT, SIGTERM or [`Stop::stop`], then returns at once and closes all
    /// connections. The process handles these two signals here from then on.
    pub fn run(
        self,
        events: &Events,
        answer: impl Fn(&RequestPath) -> Answer + Send + Sync + 'static,
    ) -> Result<(), Failure> {
        let address = self.policy.address;
        let failed = |error: io::Error| cannot_listen(address, &error);
        let runtime = runtime().map_err(failed)?;
        let shared = Shared {
            policy: self.policy,
            catalog: self.catalog,
            events: events.0.clone(),
            answer: Box::new(answer),
        };
        let done = runtime.block_on(serve(self.listener, Arc::new(shared), self.stop));
        runtime.shutdown_background();
        done.map_err(failed)
    }
}

/// Creates a runtime with one thread for connections and several for answers.
fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(MAX_ANSWERS)
        .build()
}

async fn serve(listener: TcpListener, shared: Arc<Shared>, stop: Stop) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let (mut signal, stop) = (signal(kind)?, stop.clone());
        tokio::spawn(async move {
            signal.recv().await;
            stop.stop();
        });
    }
    tokio::spawn(accept_loop(listener, shared));
    stop.0.notified().await;
    Ok(())
}

/// Counts the users of a connection: the list of connections, its task, and a response in progress.
type InFlight = Arc<()>;

/// An open connection.
struct Connection {
    task: AbortHandle,
    in_flight: InFlight,
}

impl Connection {
    /// Checks whether no response is in progress.
    fn is_idle(&self) -> bool {
        Arc::strong_count(&self.in_flight) <= 2
    }
}

/// Accepts connections, and closes some when there are too many.
async fn accept_loop(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    let mut connections: Vec<Connection> = Vec::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.retain(|connection| !connection.task.is_finished());
                if connections.len() >= MAX_CONNECTIONS {
                    evict_idle(&mut connections);
                }
                let in_flight = InFlight::default();
                let task = serve_connection(stream, Arc::clone(&shared), Arc::clone(&in_flight));
                connections.push(Connection { task: tokio::spawn(task).abort_handle(), in_flight });
            }
            // No file descriptors are left, or the connection was closed before it was accepted.
            Err(_) => {
                evict_idle(&mut connections);
                sleep(RETRY_DELAY).await;
            }
        }
    }
}

/// Closes the oldest idle connection, or the oldest if none is idle.
fn evict_idle(connections: &mut Vec<Connection>) {
    if !connections.is_empty() {
        let place = connections.iter().position(Connection::is_idle).unwrap_or(0);
        connections.remove(place).task.abort();
    }
}

/// Serves a connection from its first request to its last.
async fn serve_connection(stream: TcpStream, shared: Arc<Shared>, in_flight: InFlight) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let (shared, in_flight) = (Arc::clone(&shared), Arc::clone(&in_flight));
        async move { Ok::<_, Infallible>(respond(shared, request, in_flight).await) }
    });
    // Errors of a connection are not reported.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    in_flight: InFlight,
) -> Response<impl Body<Data = Bytes, Error = impl Into<BoxError>>> {
    let (head, _) = request.into_parts();
    let without_body = head.method == Method::HEAD;
    let reply = match shared.policy.judge(&head) {
        Ok(path) => {
            let owned = Arc::clone(&shared);
            let reply = spawn_blocking(move || owned.reply(&path, &head)).await;
            reply.unwrap_or_else(|_| shared.refuse(AccessRefusal::Broken))
        }
        Err(refusal) => shared.refuse(refusal),
    };
    let body = match reply.content {
        _ if without_body => Either::Left(Full::default()),
        ReplyBody::Bytes(bytes) => Either::Left(Full::new(bytes)),
        ReplyBody::File(file, range) => Either::Right(stream(|to| send_file(file, range, to))),
        ReplyBody::Events => {
            let events = shared.events.subscribe();
            Either::Right(stream(|to| send_events(events, to)))
        }
    };
    // The connection is in use until the last frame is sent.
    let mut response = Response::new(body.map_frame(move |frame| {
        let _ = &in_flight;
        frame
    }));
    *response.status_mut() = reply.status;
    response.headers_mut().extend(reply.headers);
    response
}

/// State shared by all connections.
struct Shared {
    policy: AccessPolicy,
    catalog: Catalog,
    events: watch::Sender<Event>,
    answer: Box<dyn Fn(&RequestPath) -> Answer + Send + Sync>,
}

impl Shared {
    fn reply(&self, wanted: &RequestPath, head: &Parts) -> Reply {
        let reply = Reply::to(head, (self.answer)(wanted), &self.catalog);
        reply.unwrap_or_else(|refusal| self.refuse(refusal))
    }

    fn refuse(&self, refusal: AccessRefusal) -> Reply {
        Reply::refusal(refusal, self.policy.address, &self.catalog)
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type StreamBody = channel::Channel<Bytes, io::Error>;
type PieceSender = channel::Sender<Bytes, io::Error>;

/// A body that a task sends piece by piece. The task ends when no one receives any more.
fn stream<F: Future<Output = ()> + Send + 'static>(
    task: impl FnOnce(PieceSender) -> F,
) -> StreamBody {
    let (sender, body) = StreamBody::new(2);
    tokio::spawn(task(sender));
    body
}

/// Sends a part of a file. Aborts the response if the file became shorter.
async fn send_file(file: File, mut range: Range<u64>, mut to: PieceSender) {
    let file = Arc::new(file);
    while range.start < range.end {
        let (source, from) = (Arc::clone(&file), range.clone());
        let read = spawn_blocking(move || {
            let size = usize::try_from((from.end - from.start).min(PIECE)).unwrap_or(0);
            let mut piece = vec![0; size];
            source.read_exact_at(&mut piece, from.start).map(|()| Bytes::from(piece))
        });
        match read.await.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok(piece) => {
                range.start += piece.len() as u64;
                if to.send_data(piece).await.is_err() {
                    return;
                }
            }
            Err(error) => return to.abort(error),
        }
    }
}

/// Sends the current event and every later one. In between, sends a comment now and then to find out
/// whether the connection is still open.
async fn send_events(mut events: watch::Receiver<Event>, mut to: PieceSender) {
    let mut text = events.borrow_and_update().text();
    while to.send_data(Bytes::from(text)).await.is_ok() {
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
    Failure::new(Code::PortTaken).arg("port", address.port().to_string())
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> Failure {
    Failure::new(Code::CannotListen)
        .arg("address", address.to_string())
        .arg("cause", error.to_string())
}
