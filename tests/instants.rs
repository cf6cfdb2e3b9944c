//! Whether a portal has errors never depends on the instant alone: what builds today does not fail
//! tonight because a window opened or closed.

use std::collections::BTreeSet;

use prakat::diagnostic::Severity;
use prakat::pipeline::{self, Faults, Order};
use prakat::press::Scope;
use prakat::progress::Progress;
use proptest::prelude::*;

use crate::support::{Portal, item};

const ITEMS: usize = 5;

/// One item: who approved it and when, its window, what it links to.
#[derive(Debug, Clone)]
struct Sketch {
    lines: String,
    links: Vec<String>,
}

fn day() -> impl Strategy<Value = String> {
    (1..=12_u32, 1..=28_u32).prop_map(|(m, d)| format!("2569-{m:02}-{d:02}"))
}

fn link() -> impl Strategy<Value = String> {
    let other = 0..ITEMS + 1;
    prop_oneof![
        3 => other.clone().prop_map(|n| format!("[x](i{n}.md)")),
        2 => other.clone().prop_map(|n| format!("[x](i{n}.md#heading)")),
        1 => other.clone().prop_map(|n| format!("[x](i{n}.md#no-such)")),
        1 => other.clone().prop_map(|n| format!("[x](/news/i{n}/)")),
        1 => other.clone().prop_map(|n| format!("[x](/old/i{n}/)")),
        1 => other.clone().prop_map(|n| format!("[x](i{n}.en.md)")),
        1 => other.prop_map(|n| format!("![x](/news/i{n}/p.png)")),
        1 => Just("[x](/news/feed.xml)".to_owned()),
        1 => Just("[x](#no-such-heading)".to_owned()),
    ]
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let until = proptest::option::of(day());
    let approval = prop_oneof![
        3 => Just(String::new()),
        1 => Just("approver: -\n".to_owned()),
        2 => day().prop_map(|d| format!("approved_on: {d}\n")),
        1 => day().prop_map(|d| format!("approver: clerk\napproved_on: {d}\n")),
        1 => day().prop_map(|d| format!("withdrawn: {{ on: {d} }}\n")),
    ];
    let links = proptest::collection::vec(link(), 0..3);
    (day(), until, approval, links).prop_map(|(from, until, approval, links)| {
        // A window that would be empty has no end instead.
        let until = until
            .filter(|until| *until >= from)
            .map_or(String::new(), |d| format!("publish_until: {d}\n"));
        Sketch { lines: format!("publish_from: {from}\n{until}{approval}"), links }
    })
}

/// The errors of a portal at an instant, as text.
fn errors(portal: &Portal, at: &str) -> BTreeSet<String> {
    let prepared = pipeline::prepare(&prakat::source::Portal::at(portal.root()), None).unwrap();
    let order = Order { at: at.parse().unwrap(), scope: Scope::Build, faults: Faults::Stop };
    let build = pipeline::build(&prepared, &order, None, &Progress::default()).unwrap();
    let found = build.diagnostics.sorted();
    let errors = found.iter().filter(|d| d.severity == Severity::Error);
    errors.map(|d| format!("{:?} {} {:?}", d.place, d.code.as_str(), d.args)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn time_alone_brings_no_error(
        sketches in proptest::collection::vec((sketch(), proptest::bool::weighted(0.3)), ITEMS),
        days in proptest::collection::vec(0..365_i64, 4),
    ) {
        let settings = format!("{}\n[languages.en]\ntitle = \"Test\"\n", crate::support::SITE);
        let portal = Portal::new().file("site.toml", settings);
        for (n, (sketch, translated)) in sketches.iter().enumerate() {
            let body = format!("## heading\n\n{}\n", sketch.links.join("\n\n"));
            let path = format!("content/news/i{n}.md");
            let lines = format!("{}aliases: [/old/i{n}/]\n", sketch.lines);
            portal.write(&path, item(&path, &lines, &body));
            if *translated {
                let path = format!("content/news/i{n}.en.md");
                portal.write(&path, item(&path, &sketch.lines, &body));
            }
        }
        let mut days = days;
        days.sort_unstable();
        let start: jiff::Timestamp = "2026-01-01T00:00:00+07:00".parse().unwrap();
        let at = |day: i64| (start + jiff::SignedDuration::from_hours(24 * day)).to_string();
        let mut before: Option<BTreeSet<String>> = None;
        for day in days {
            let now = errors(&portal, &at(day));
            if let Some(before) = &before {
                let new: Vec<&String> = now.difference(before).collect();
                prop_assert!(new.is_empty(), "new on day {}: {:?}", day, new);
            }
            before = Some(now);
        }
    }
}
