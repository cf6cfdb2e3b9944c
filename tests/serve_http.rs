//! The HTTP server of the preview. Requests are written to raw sockets on loopback, so that no client
//! library corrects them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use prakat::diagnostics::{Code, Failure};
use prakat::report::{Catalog, ReportLanguage};
use prakat::serve::{
    Answer, Bytes, CONTENT_SECURITY_POLICY, Event, Events, HEAD_TIME, Listen, MAX_CONNECTIONS,
    PageStatus, RequestPath, Server, Stop,
};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use rustix::process::{Resource, Signal, getrlimit, kill_process, setrlimit};

/// Long enough for a busy machine, short enough to be found out.
const PATIENCE: Duration = Duration::from_secs(20);

const HOME: &str = "<!doctype html><title>หน้าแรก</title>";

fn listen(port: u16) -> Listen {
    let interface = Ipv4Addr::LOCALHOST.into();
    Listen {
        interface,
        port,
        hosts: vec!["preview.example".to_owned()],
        language: ReportLanguage::English,
    }
}

/// A running server.
struct Preview {
    address: SocketAddr,
    events: Events,
    stop: Stop,
    thread: Option<JoinHandle<Result<(), Failure>>>,
}

impl Preview {
    fn start(answer: impl Fn(&RequestPath) -> Answer + Send + Sync + 'static) -> Self {
        let server = Server::bind(listen(0)).unwrap();
        let (address, stop) = (server.address(), server.stop());
        let events = Events::new(build(1));
        let server_events = events.clone();
        let thread = std::thread::spawn(move || server.run(&server_events, answer));
        Self { address, events, stop, thread: Some(thread) }
    }

    fn connect(&self) -> Client {
        Client::new(self.address)
    }

    /// One request on a connection of its own; the request line and headers as given, CRLF added.
    #[track_caller]
    fn ask(&self, lines: &[&str]) -> Reply {
        let mut client = self.connect();
        client.send(lines);
        client.reply()
    }

    /// A request with the right `Host`.
    #[track_caller]
    fn get(&self, path: &str, headers: &[&str]) -> Reply {
        let host = format!("Host: {}", self.address);
        let line = format!("GET {path} HTTP/1.1");
        self.ask(&[&[line.as_str(), &host], headers].concat())
    }

    fn end(&mut self) -> Duration {
        let begin = Instant::now();
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap().unwrap();
        }
        begin.elapsed()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.end();
    }
}

/// A connection that stays open.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    without_body: bool,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { stream: BufReader::new(stream), without_body: false }
    }

    pub(crate) fn send(&mut self, lines: &[&str]) {
        self.without_body = lines[0].starts_with("HEAD");
        self.send_bytes(format!("{}\r\n\r\n", lines.join("\r\n")).as_bytes());
    }

    fn send_bytes(&mut self, bytes: &[u8]) {
        // A server that refused the first half closes before the second.
        let _ = self.stream.get_mut().write_all(bytes);
    }

    #[track_caller]
    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.stream.read_line(&mut line).unwrap(), 0, "closed");
        line.trim_end().to_owned()
    }

    fn head(&mut self) -> Reply {
        let first = self.line();
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no status: {first:?}"));
        let mut headers = BTreeMap::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        Reply { status, headers, body: Vec::new() }
    }

    #[track_caller]
    pub(crate) fn reply(&mut self) -> Reply {
        let mut reply = self.head();
        let bodiless = self.without_body || [204, 304].contains(&reply.status);
        let size = if bodiless { 0 } else { reply.header("content-length").parse().unwrap() };
        reply.body.resize(size, 0);
        self.stream.read_exact(&mut reply.body).unwrap();
        reply
    }

    /// Waits until the server has closed; whether it did.
    fn is_closed(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.stream.read_to_end(&mut rest) {
            Ok(_) => true,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

fn build(number: u32) -> Event {
    Event { name: "build", data: number.to_string() }
}

fn page(status: PageStatus, media_type: &'static str, text: &str) -> Answer {
    Answer::Page { status, media_type, bytes: Bytes::copy_from_slice(text.as_bytes()) }
}

/// 700,000 bytes that depend on their place.
fn numbers() -> Vec<u8> {
    (0..100_000).flat_map(|number| format!("{number:06}\n").into_bytes()).collect()
}

/// A small site: its pages say which path was wanted.
fn site(wanted: &RequestPath) -> Answer {
    match wanted.path() {
        "" => page(PageStatus::Found, "text/html", HOME),
        "events" => Answer::Events,
        "news" => Answer::Redirect("news/".to_owned()),
        "ข่าว" => Answer::Redirect("//ข่าว/".to_owned()),
        "wrong" => page(PageStatus::Broken, "text/html", "correct site.toml"),
        "panic" => panic!("this is what the test wants"),
        "numbers.txt" => {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&numbers()).unwrap();
            Answer::File { file, media_type: "text/plain" }
        }
        "digits.bin" => page(PageStatus::Found, "application/octet-stream", "0123456789"),
        "empty.bin" => page(PageStatus::Found, "application/octet-stream", ""),
        path if path.ends_with('/') => page(PageStatus::Found, "text/html", path),
        path => page(PageStatus::NotFound, "text/html", &format!("not here: {path}")),
    }
}

#[test]
fn a_page_comes_with_its_type_and_with_headers_that_keep_it_safe() {
    let preview = Preview::start(site);
    let reply = preview.get("/", &[]);
    assert_eq!((reply.status, reply.text()), (200, HOME));
    let expected = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-cache"),
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ];
    for path in ["/", "/nothing", "/wrong", "/news", "/%2e%2e/", "/panic", "/numbers.txt"] {
        let reply = preview.get(path, &[]);
        for (name, value) in &expected[1..] {
            assert_eq!(reply.header(name), *value, "{path}: {name}");
        }
        let open = reply.headers.keys().find(|name| name.starts_with("access-control"));
        assert_eq!(open, None, "{path}");
    }
    assert_eq!(reply.header(expected[0].0), expected[0].1);
    assert_eq!(preview.get("/digits.bin", &[]).header("content-type"), "application/octet-stream");
}

#[test]
fn statuses_say_how_it_is() {
    let preview = Preview::start(site);
    let reply = preview.get("/nothing", &[]);
    assert_eq!((reply.status, reply.text()), (404, "not here: nothing"));
    let reply = preview.get("/wrong", &[]);
    assert_eq!((reply.status, reply.text()), (500, "correct site.toml"));
    let reply = preview.get("/panic", &[]);
    assert_eq!(reply.status, 500);
    assert_eq!(reply.text(), "The page could not be made. The terminal says why.\n");
    assert_eq!(preview.get("/", &[]).status, 200, "a panic ends nothing else");
}

#[test]
fn a_folder_without_its_slash_is_redirected_and_never_elsewhere() {
    let preview = Preview::start(site);
    let reply = preview.get("/news", &[]);
    assert_eq!((reply.status, reply.header("location")), (307, "/news/"));
    let reply = preview.get("/%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7", &[]);
    let location = "/%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7/";
    assert_eq!((reply.status, reply.header("location")), (307, location));
}

#[test]
fn only_reading_is_answered() {
    let preview = Preview::start(site);
    let host = format!("Host: {}", preview.address);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW", "get"] {
        let reply = preview.ask(&[&format!("{method} / HTTP/1.1"), &host]);
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD"), "{method}");
    }
    let reply = preview.ask(&["HEAD / HTTP/1.1", &host]);
    let size = HOME.len().to_string();
    assert_eq!((reply.status, reply.header("content-length")), (200, size.as_str()));
    assert_ne!(reply.header("etag"), "");
    assert_eq!(preview.ask(&["HEAD /events HTTP/1.1", &host]).status, 200);
    // Nothing of a body followed: the next response on the same connection is whole.
    let mut client = preview.connect();
    client.send(&["HEAD /numbers.txt HTTP/1.1", &host]);
    assert_eq!(client.reply().header("content-length"), "700000");
    client.send(&["GET / HTTP/1.1", &host]);
    assert_eq!(client.reply().text(), HOME);
}

#[test]
fn paths_are_decoded_once_and_lead_nowhere_else() {
    let preview = Preview::start(site);
    for (path, wanted) in [
        ("/%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7/", "ข่าว/"),
        ("/cafe%CC%81/", "café/"),
        ("/%252e%252e/", "%2e%2e/"),
        ("/a%2525/", "a%25/"),
        ("/a%zz/", "a%zz/"),
        ("/news/?page=../../etc/passwd", "news/"),
        ("/news/#../x", "news/"),
        ("/.../", ".../"),
        ("/.well-known/", ".well-known/"),
    ] {
        let reply = preview.get(path, &[]);
        assert_eq!((reply.status, reply.text()), (200, wanted), "{path}");
    }
}

#[test]
fn addresses_that_no_page_can_have_are_refused() {
    let preview = Preview::start(site);
    let targets: [&[u8]; 34] = [
        b"/../",
        b"/..",
        b"/.",
        b"/./",
        b"/news/../../etc/passwd/",
        b"/%2e%2e/",
        b"/%2E./",
        b"/.%2e/",
        b"/..%2f",
        b"/..%2f..%2fetc%2fpasswd",
        b"/news%2f..%2f",
        b"/a%2Fb/",
        b"/..\\",
        b"/..%5c",
        b"/a\\b/",
        b"/a%5Cb/",
        b"/%00",
        b"/a%00.html",
        b"/%0d%0aSet-Cookie:%20a=b/",
        b"/%7f/",
        b"/%1b[31m/",
        b"//",
        b"//evil.example/",
        b"/a//b/",
        b"/%c0%ae%c0%ae/",
        b"/%e0%80%af/",
        b"/%ff/",
        b"/%ed%a0%80/",
        b"\xff",
        b"http://evil.example/",
        b"evil.example:80",
        b"*",
        b"",
        b"news/",
    ];
    for target in targets {
        let mut client = preview.connect();
        let host = preview.address.to_string();
        let request = [b"GET ", target, b" HTTP/1.1\r\nHost: ", host.as_bytes(), b"\r\n\r\n"];
        client.send_bytes(&request.concat());
        let reply = client.reply();
        let shown = String::from_utf8_lossy(target);
        assert_eq!(reply.status, 400, "{shown}: {:?}", reply.text());
        assert!(!reply.headers.contains_key("set-cookie"), "{shown}");
    }
    assert_eq!(preview.get("/", &[]).status, 200);
    assert_eq!(
        preview.get("/../", &[]).text(),
        "No page can have this address.\n",
        "and it is said why"
    );
}

#[test]
fn what_is_not_http_is_refused() {
    let preview = Preview::start(site);
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(100_000));
    let wide = format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", "a".repeat(100_000));
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "A: b\r\n".repeat(1_000));
    let cases: [&[u8]; 7] = [
        long.as_bytes(),
        wide.as_bytes(),
        many.as_bytes(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/3.7\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"\0\0\0\0\r\n\r\n",
    ];
    for case in cases {
        let mut client = preview.connect();
        client.send_bytes(case);
        let mut answer = Vec::new();
        let _ = client.stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        let refused = text.is_empty() || text.starts_with("HTTP/1.1 4");
        assert!(refused, "{:?}: {text}", String::from_utf8_lossy(&case[..case.len().min(40)]));
    }
    assert_eq!(preview.get("/", &[]).status, 200);
}

#[test]
fn a_name_that_was_made_to_lead_here_is_refused() {
    let preview = Preview::start(site);
    let port = preview.address.port();
    let with_port =
        ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]"];
    let mut ours: Vec<String> = with_port.iter().map(|name| format!("{name}:{port}")).collect();
    ours.extend(
        ["localhost", "127.0.0.1", "[::1]", "preview.example", "preview.example:443"]
            .map(String::from),
    );
    for host in ours {
        assert_eq!(
            preview.ask(&["GET / HTTP/1.1", &format!("Host: {host}")]).status,
            200,
            "{host}"
        );
    }
    let wrong_port = format!("localhost:{}", port ^ 1);
    let mut foreign: Vec<String> = [
        "evil.example",
        "localhost.evil.example",
        "evil-localhost",
        "127.0.0.1.evil.example",
        "192.168.1.1",
        "8.8.8.8",
        "0.0.0.0",
        "[::]",
        "[2001:db8::1]",
        "::1",
        "localhost.",
        "user@localhost",
        "evil.example#localhost",
        "localhost:",
        "localhost:x",
        "localhost:99999",
        "[::1",
        "2130706433",
        "0x7f.1",
        "localhost, evil.example",
        ".",
        "x.preview.example",
    ]
    .map(String::from)
    .to_vec();
    foreign.extend([wrong_port, format!("evil.example:{port}"), format!("::1:{port}")]);
    for host in foreign {
        let reply = preview.ask(&["GET / HTTP/1.1", &format!("Host: {host}")]);
        let said = format!(
            "This preview does not answer to that host name. Open http://{}/\n",
            preview.address
        );
        assert_eq!((reply.status, reply.text()), (403, said.as_str()), "{host}");
    }
    assert_eq!(preview.ask(&["GET / HTTP/1.1"]).status, 400);
    assert_eq!(preview.ask(&["GET / HTTP/1.1", "Host: "]).status, 403);
    let twice = ["GET / HTTP/1.1", "Host: localhost", "Host: evil.example"];
    assert_eq!(preview.ask(&twice).status, 400);
}

#[test]
fn pages_of_other_sites_can_read_nothing() {
    let preview = Preview::start(site);
    let port = preview.address.port();
    let link = ["Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
    let own = format!("Origin: http://{}", preview.address);
    for headers in [
        vec![],
        vec![own.as_str()],
        vec!["Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"],
        vec!["Sec-Fetch-Site: none", link[0], link[1]],
        vec!["Sec-Fetch-Site: cross-site", link[0], link[1]],
        vec!["Sec-Fetch-Site: same-site", link[0], link[1]],
    ] {
        assert_eq!(preview.get("/", &headers).status, 200, "{headers:?}");
    }
    let other_port = format!("Origin: http://127.0.0.1:{}", port ^ 1);
    let other_name = format!("Origin: http://localhost:{port}");
    for headers in [
        vec!["Origin: https://evil.example"],
        vec!["Origin: null"],
        vec!["Origin: http://127.0.0.1"],
        vec![other_port.as_str()],
        vec![other_name.as_str()],
        vec!["Origin: "],
        vec![own.as_str(), "Origin: https://evil.example"],
        vec!["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"],
        vec!["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"],
        vec!["Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"],
        vec!["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"],
        vec!["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: object"],
        vec!["Sec-Fetch-Site: cross-site"],
        vec!["Sec-Fetch-Site: something-new"],
    ] {
        for path in ["/", "/events", "/numbers.txt"] {
            let reply = preview.get(path, &headers);
            assert_eq!(reply.status, 403, "{path} {headers:?}");
            assert!(reply.text().starts_with("This preview answers its own pages only"));
        }
    }
}

#[test]
fn what_the_browser_has_is_not_sent_again() {
    let preview = Preview::start(site);
    for path in ["/", "/digits.bin", "/empty.bin"] {
        let etag = preview.get(path, &[]).header("etag").to_owned();
        for given in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
            let reply = preview.get(path, &[&format!("If-None-Match: {given}")]);
            assert_eq!((reply.status, reply.header("etag")), (304, etag.as_str()), "{given}");
        }
        let reply = preview.get(path, &["If-None-Match: \"other\""]);
        assert_eq!(reply.status, 200);
    }
    assert_ne!(
        preview.get("/", &[]).header("etag"),
        preview.get("/news/", &[]).header("etag"),
        "other bytes, other tag"
    );
    let reply = preview.get("/nothing", &["If-None-Match: *"]);
    assert_eq!(reply.status, 404, "what is not there cannot be had");
}

#[test]
fn parts_of_a_file_are_sent_as_asked() {
    let preview = Preview::start(site);
    let ranges = [
        ("bytes=0-0", Some((0, 1))),
        ("bytes=2-5", Some((2, 6))),
        ("bytes=7-", Some((7, 10))),
        ("bytes=-3", Some((7, 10))),
        ("bytes=-30", Some((0, 10))),
        ("bytes=5-99999999999999999999999", Some((5, 10))),
        ("BYTES=1-2", Some((1, 3))),
        ("bytes=5-2", None),
        ("bytes=0-1,3-4", None),
        ("bytes=a-b", None),
        ("bytes=--1", None),
        ("bytes=-", None),
        ("bytes=+1-2", None),
        ("bytes", None),
        ("pages=1-2", None),
    ];
    let digits = "0123456789";
    for (range, part) in ranges {
        let reply = preview.get("/digits.bin", &[&format!("Range: {range}")]);
        match part {
            Some((start, end)) => {
                assert_eq!((reply.status, reply.text()), (206, &digits[start..end]), "{range}");
                let place = format!("bytes {start}-{}/10", end - 1);
                assert_eq!(reply.header("content-range"), place);
            }
            None => assert_eq!((reply.status, reply.text()), (200, digits), "{range}"),
        }
    }
    for range in ["bytes=10-", "bytes=99999999999999999999999-", "bytes=-0", "bytes=10-20"] {
        let reply = preview.get("/digits.bin", &[&format!("Range: {range}")]);
        assert_eq!((reply.status, reply.header("content-range")), (416, "bytes */10"), "{range}");
    }
    let etag = preview.get("/digits.bin", &[]).header("etag").to_owned();
    let if_range = |tag: &str| {
        preview.get("/digits.bin", &["Range: bytes=1-1", &format!("If-Range: {tag}")]).status
    };
    assert_eq!(if_range(&etag), 206);
    assert_eq!(if_range("\"older\""), 200);
    assert_eq!(if_range("Sun, 22 Nov 2026 09:00:00 GMT"), 200);
    assert_eq!(preview.get("/empty.bin", &["Range: bytes=0-0"]).status, 200);
}

#[test]
fn a_large_file_comes_whole_and_in_parts() {
    let preview = Preview::start(site);
    let whole = preview.get("/numbers.txt", &[]);
    assert!(whole.body == numbers());
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let reply = preview.get("/numbers.txt", &["Range: bytes=262000-600000"]);
    assert_eq!(reply.status, 206);
    assert!(reply.body == numbers()[262_000..=600_000]);
}

#[test]
fn a_file_that_becomes_shorter_breaks_off() {
    let mut file = tempfile::tempfile().unwrap();
    let size = 60_000_000;
    file.write_all(&vec![b'a'; size]).unwrap();
    let shared = file.try_clone().unwrap();
    let preview = Preview::start(move |_| Answer::File {
        file: shared.try_clone().unwrap(),
        media_type: "text/plain",
    });
    let mut client = preview.connect();
    client.send(&["GET / HTTP/1.1", "Host: localhost"]);
    assert_eq!(client.head().header("content-length"), size.to_string());
    // Far more than what may be on its way already.
    file.set_len(10).unwrap();
    let mut body = Vec::new();
    let _ = client.stream.read_to_end(&mut body);
    assert!(body.len() < size && body.iter().all(|byte| *byte == b'a'), "nothing is made up");
}

#[test]
fn open_pages_get_the_present_event_and_every_new_one() {
    let preview = Preview::start(site);
    let mut client = preview.connect();
    client.send(&["GET /events HTTP/1.1", "Host: localhost"]);
    let head = client.head();
    let kind = head.header("content-type");
    assert_eq!((head.status, kind), (200, "text/event-stream; charset=utf-8"));
    let mut next = |expected: &str| {
        let mut seen = Vec::new();
        while seen.last().is_none_or(|line| line != expected) {
            seen.push(client.line());
            assert!(seen.len() < 20, "{expected} not in {seen:?}");
        }
    };
    next("event: build");
    next("data: 1");
    preview.events.send(build(2));
    next("data: 2");
    preview.events.send(Event { name: "wrong", data: "site.toml\nline 3\revent: no".to_owned() });
    next("event: wrong");
    next("data: site.toml");
    next("data: line 3");
    next("data: event: no");
    let mut late = preview.connect();
    late.send(&["GET /events HTTP/1.1", "Host: localhost"]);
    late.head();
    let lines: Vec<String> = (0..2).map(|_| late.line()).collect();
    assert_eq!(lines[1], "event: wrong", "who comes late gets what is");
}

/// Idle connections and heads that come slowly keep nobody waiting, and have their end.
#[test]
fn idle_and_slow_connections_keep_nobody_waiting() {
    allow_many_files();
    let preview = Preview::start(site);
    let idle: Vec<Client> = (0..500).map(|_| preview.connect()).collect();
    let mut slow: Vec<Client> = (0..50).map(|_| preview.connect()).collect();
    for client in &mut slow {
        client.send_bytes(b"GET / HTTP/1.1\r\nHost: loc");
    }
    let begin = Instant::now();
    for _ in 0..20 {
        assert_eq!(preview.get("/", &[]).status, 200);
    }
    assert!(begin.elapsed() < HEAD_TIME / 2, "{:?}", begin.elapsed());
    // A head that never ends is not waited for, however often a byte of it comes.
    let end = Instant::now() + PATIENCE;
    let mut dripping = slow.pop().unwrap();
    dripping.stream.get_mut().set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    while Instant::now() < end && !dripping.is_closed() {
        dripping.send_bytes(b"a");
    }
    assert!(Instant::now() < end, "a slow head has its end");
    for mut client in idle.into_iter().chain(slow) {
        assert!(client.is_closed());
    }
}

/// One connection more than can be held: the oldest that is idle goes, an event stream stays.
#[test]
fn too_many_connections_push_out_the_oldest_that_is_idle() {
    allow_many_files();
    let preview = Preview::start(site);
    let mut stream = preview.connect();
    stream.send(&["GET /events HTTP/1.1", "Host: localhost"]);
    stream.head();
    let begin = Instant::now();
    let mut idle: Vec<Client> = (0..MAX_CONNECTIONS).map(|_| preview.connect()).collect();
    assert_eq!(preview.get("/", &[]).status, 200);
    assert!(idle[0].is_closed());
    assert!(begin.elapsed() < HEAD_TIME, "pushed out, not timed out: {:?}", begin.elapsed());
    preview.events.send(build(7));
    while stream.line() != "data: 7" {}
}

#[test]
fn a_page_that_is_long_in_the_making_holds_up_no_other() {
    let (release, gate) = mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let preview = Preview::start(move |wanted| {
        if wanted.path() == "long/" {
            let _ = gate.lock().unwrap().recv_timeout(PATIENCE);
        }
        site(wanted)
    });
    let mut waiting = preview.connect();
    waiting.send(&["GET /long/ HTTP/1.1", "Host: localhost"]);
    assert_eq!(preview.get("/", &[]).status, 200);
    release.send(()).unwrap();
    assert_eq!(waiting.reply().text(), "long/");
}

#[test]
fn ten_thousand_requests_are_answered() {
    let preview = Preview::start(site);
    let address = preview.address;
    let threads: Vec<JoinHandle<()>> = (0..4)
        .map(|thread| {
            std::thread::spawn(move || {
                let mut client = Client::new(address);
                for number in 0..2_500 {
                    let line = format!("GET /{thread}/{number}/ HTTP/1.1");
                    client.send(&[&line, "Host: localhost"]);
                    assert_eq!(client.reply().text(), format!("{thread}/{number}/"));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn requests_sent_at_once_are_answered_in_order() {
    let preview = Preview::start(site);
    let mut client = preview.connect();
    let requests: Vec<String> = (0..100)
        .map(|number| format!("GET /{number}/ HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .collect();
    client.send_bytes(requests.concat().as_bytes());
    for number in 0..100 {
        assert_eq!(client.reply().text(), format!("{number}/"));
    }
}

#[test]
fn the_end_waits_for_nobody() {
    let (begun, begins) = mpsc::channel();
    let (release, gate) = mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let mut preview = Preview::start(move |wanted| {
        if wanted.path() == "long/" {
            begun.send(()).unwrap();
            let _ = gate.lock().unwrap().recv_timeout(PATIENCE);
        }
        site(wanted)
    });
    let mut stream = preview.connect();
    stream.send(&["GET /events HTTP/1.1", "Host: localhost"]);
    stream.head();
    let mut download = preview.connect();
    download.send(&["GET /numbers.txt HTTP/1.1", "Host: localhost"]);
    download.head();
    let mut long = preview.connect();
    long.send(&["GET /long/ HTTP/1.1", "Host: localhost"]);
    begins.recv().unwrap();
    let idle = preview.connect();
    let took = preview.end();
    drop(release);
    assert!(took < PATIENCE / 4, "{took:?}");
    for mut client in [stream, long, idle] {
        assert!(client.is_closed());
    }
    assert!(TcpStream::connect(preview.address).is_err(), "nobody listens any more");
}

#[test]
fn a_taken_port_is_reported() {
    let first = Server::bind(listen(0)).unwrap();
    let failure_of = |listen: Listen| {
        let failure = Server::bind(listen).unwrap_err();
        (failure.code, Catalog::new(ReportLanguage::English).failure(&failure).0)
    };
    let port = first.address().port();
    let (code, message) = failure_of(listen(port));
    assert_eq!(code, Code::PortTaken);
    assert_eq!(message, format!("port {port} is taken"));
    let elsewhere = Listen { interface: [192, 0, 2, 1].into(), ..listen(0) };
    let (code, message) = failure_of(elsewhere);
    assert_eq!(code, Code::CannotListen);
    assert!(message.starts_with("cannot listen on 192.0.2.1:0: "), "{message}");
}

/// A server for [`signals_end_the_program_well`], in a program of its own.
#[test]
#[ignore = "run by another test"]
fn serve_until_a_signal() {
    let server = Server::bind(listen(0)).unwrap();
    eprintln!("listening on {}", server.address());
    server.run(&Events::new(build(1)), site).unwrap();
}

#[test]
fn signals_end_the_program_well() {
    for signal in [Signal::INT, Signal::TERM] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "serve_http::serve_until_a_signal", "--ignored", "--nocapture"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut addresses =
            lines.filter_map(|line| line.strip_prefix("listening on ")?.parse::<SocketAddr>().ok());
        let mut stream = Client::new(addresses.next().unwrap());
        stream.send(&["GET /events HTTP/1.1", "Host: localhost"]);
        stream.head();
        let begin = Instant::now();
        kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal:?}");
        assert!(begin.elapsed() < PATIENCE / 4, "{signal:?}: {:?}", begin.elapsed());
    }
}

/// Tests hold both ends of many connections.
fn allow_many_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}

proptest! {
    /// Whatever is asked, what is looked up stays inside, and means the same when asked for again.
    #[test]
    fn no_path_leads_out(bytes in proptest::collection::vec(any::<u8>(), 0..40), plain in "[./%2eEfF5cC\\\\a0]{0,30}") {
        let encoded: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
        for raw in [format!("/{encoded}"), format!("/{plain}"), format!("/{encoded}/{plain}"), plain] {
            let Some(wanted) = RequestPath::parse(&raw) else { continue };
            let path = wanted.path();
            let inner = path.strip_suffix('/').unwrap_or(path);
            let harmless = |part: &str| !["", ".", ".."].contains(&part);
            prop_assert!(path.is_empty() || inner.split('/').all(harmless), "{raw} -> {path:?}");
            prop_assert!(!path.contains(|c: char| c == '\\' || c.is_control()), "{raw} -> {path:?}");
            let again = RequestPath::parse(&format!("/{}", prakat::site::encode(path)));
            prop_assert_eq!(again.as_ref(), Some(&wanted));
        }
    }
}
