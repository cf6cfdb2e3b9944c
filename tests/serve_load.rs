//! The preview under load: many readers while somebody edits files.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::serve::PreviewProcess;
use crate::serve_http::Client;
use crate::support::{NOW, Portal, item};

const ITEMS: usize = 1_000;
const READERS: usize = 8;
const REQUESTS: usize = 10_000;
/// Items that are edited, over and over.
const EDITED: usize = 20;

fn path(n: usize) -> String {
    format!("content/news/n{n}.md")
}

/// An item that says its number and its edition, in its title and in its text.
fn edition(n: usize, edition: usize) -> String {
    let title = format!("title: item-{n}-edition-{edition}.");
    item(&path(n), &title, &format!("text-{n}-edition-{edition}."))
}

/// The edition in a page, of the title or of the text.
fn edition_in(page: &str, before: &str) -> usize {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("no {before}: {page}"));
    rest.split_once('.').unwrap().0.parse().unwrap()
}

/// As editors save: another file takes the place, so that nobody reads half of one.
fn save(portal: &Portal, n: usize, text: &str) {
    portal.write("new", text);
    std::fs::rename(portal.path("new"), portal.path(&path(n))).unwrap();
}

/// Reads pages over one connection. No answer is an error, and no page goes back to an edition
/// before the one that was there.
fn read(address: &str, first: usize) {
    let address: SocketAddr = address.parse().unwrap();
    let mut client = Client::new(address);
    let mut seen = vec![0; ITEMS];
    for number in 0..REQUESTS / READERS {
        // Every second page is one that is edited; now and then one that names others.
        let n = if number % 2 == 0 { number / 2 % EDITED } else { (first + 7 * number) % ITEMS };
        let url = match number % 50 {
            49 => "/news/".to_owned(),
            48 => "/_prakat/live.js".to_owned(),
            _ => format!("/news/n{n}/"),
        };
        client.send(&[&format!("GET {url} HTTP/1.1"), &format!("Host: {address}")]);
        let reply = client.reply();
        assert_eq!(reply.status, 200, "{url}: {}", reply.text());
        if number % 50 < 48 {
            let now = edition_in(reply.text(), &format!("text-{n}-edition-"));
            let title = edition_in(reply.text(), &format!("<title>item-{n}-edition-"));
            assert_eq!(now, title, "{url} is of two editions");
            assert!(now >= seen[n], "{url} is of edition {now} after {}", seen[n]);
            seen[n] = now;
        }
    }
}

#[test]
fn ten_thousand_requests_while_files_are_edited_meet_no_error_and_leave_no_stale_page() {
    let mut portal = Portal::new();
    for n in 0..ITEMS {
        portal = portal.file(&path(n), edition(n, 0));
    }
    let preview = PreviewProcess::start(&portal, &format!("--watch --at {NOW}"));
    let mut events = preview.events();
    let is_read = AtomicBool::new(false);
    let last = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut number = 0;
            while !is_read.load(Ordering::Relaxed) {
                number += 1;
                for n in 0..EDITED {
                    save(&portal, n, &edition(n, number));
                }
                // The writer waits until readers could have met this edition.
                preview.get("/news/n0/");
            }
            number
        });
        let readers: Vec<_> = (0..READERS)
            .map(|n| {
                scope.spawn({
                    let address = &preview.address;
                    move || read(address, n * ITEMS / READERS)
                })
            })
            .collect();
        let results: Vec<_> = readers.into_iter().map(|reader| reader.join()).collect();
        is_read.store(true, Ordering::Relaxed);
        let last = writer.join().unwrap();
        results.into_iter().for_each(|result| result.unwrap());
        last
    });
    assert!(last > 1, "files were edited while pages were read");
    for n in 0..EDITED {
        let page = preview.get(&format!("/news/n{n}/")).1;
        assert_eq!(edition_in(&page, &format!("text-{n}-edition-")), last);
    }
    // Pages that name others follow as soon as the watcher reports the change.
    let is_stale =
        |desk: &str| (0..EDITED).any(|n| !desk.contains(&format!("item-{n}-edition-{last}.")));
    while is_stale(&preview.get(&format!("/_prakat/?text=edition-{last}.")).1) {
        events.next().unwrap();
    }
}
