//! The gate: windows at their boundaries, forms of dates, zones, verdicts in their order, and what
//! must hold of every item.

use jiff::Timestamp;
use prakat::config::{Config, NoticePage};
use prakat::content::{Item, ItemLoader, WrittenInstant};
use prakat::diagnostics::Diagnostics;
use prakat::gate::{
    Admitted, Event, Judgement, Original, Reason, State, Verdict, admit_all_for_preview, judge,
    judge_all,
};
use prakat::source::Inventory;
use prakat::text::Moment;
use proptest::prelude::*;

use crate::support::{NOW, Portal, SITE, item};

fn config(text: &str) -> Config {
    let mut diagnostics = Diagnostics::default();
    let config = prakat::config::read_settings(text, &mut diagnostics);
    config.unwrap_or_else(|| panic!("{:?}", diagnostics.sorted()))
}

/// The card of an item, or the codes of what is wrong with it.
fn card(settings: &str, lines: &str) -> Result<(Config, Item), Vec<&'static str>> {
    let portal = Portal::empty().file("content/news/a.md", item("content/news/a.md", lines, ""));
    let config = config(settings);
    let source = prakat::source::Portal::at(portal.root());
    let mut diagnostics = Diagnostics::default();
    let inventory: Inventory = source.inventory(&mut diagnostics);
    let surveyor = ItemLoader { portal: &source, config: &config, inventory: &inventory };
    let card = surveyor.load("content/news/a.md", &mut diagnostics);
    let codes = diagnostics.sorted().iter().map(|d| d.code.as_str()).collect();
    card.map(|card| (config, card)).ok_or(codes)
}

fn judged(settings: &str, lines: &str, at: &str) -> Judgement {
    let (config, card) = card(settings, lines).unwrap();
    judge(&card, Original::Itself, &config.policy, at.parse().unwrap())
}

fn verdict(lines: &str, at: &str) -> Verdict {
    judged(SITE, lines, at).verdict
}

#[test]
fn a_window_lies_in_the_years_of_the_web() {
    let slips =
        ["0570-01-01", "1483-11-01", "1570-01-01", "1926-06-25", "3112-06-25", "2659-06-25"];
    for slip in
        slips.into_iter().chain(["๑๕๗๐-๐๑-๐๑", "1989-12-31T23:59", "2101-01-01", "2644-01-01"])
    {
        let from = format!("publish_from: {slip}");
        let until = format!("publish_from: 2569-06-25\npublish_until: {slip}");
        for lines in [from, until] {
            assert_eq!(card(SITE, &lines).unwrap_err(), ["date/far-year"], "{lines}");
        }
    }
    for (from, until) in [("1990-01-01", "2643-12-31"), ("2533-01-01T00:00", "2100-12-31")] {
        assert!(card(SITE, &format!("publish_from: {from}\npublish_until: {until}")).is_ok());
    }
    // In the zone of the site, this is 1990.
    assert!(card(SITE, "publish_from: 1989-12-31T17:00:00Z").is_ok());
}

#[test]
fn a_window_of_days_is_open_from_the_first_instant_to_the_last_of_its_days() {
    let window = "publish_from: 2569-06-25\npublish_until: 2569-06-27";
    for (at, expected) in [
        ("2026-06-24T16:59:59.999999999Z", Verdict::Scheduled),
        ("2026-06-24T17:00:00Z", Verdict::Published),
        ("2026-06-27T16:59:59.999999999Z", Verdict::Published),
        ("2026-06-27T17:00:00Z", Verdict::Expired),
    ] {
        assert_eq!(verdict(window, at), expected, "{at}");
    }
}

#[test]
fn a_time_in_publish_until_is_itself_the_first_instant_at_which_the_item_is_gone() {
    let window = "publish_from: 2569-06-25T08:30\npublish_until: 2569-06-25T16:30";
    for (at, expected) in [
        ("2026-06-25T08:29:59+07:00", Verdict::Scheduled),
        ("2026-06-25T08:30:00+07:00", Verdict::Published),
        ("2026-06-25T16:29:59.999+07:00", Verdict::Published),
        ("2026-06-25T16:30:00+07:00", Verdict::Expired),
    ] {
        assert_eq!(verdict(window, at), expected, "{at}");
    }
}

#[test]
fn every_form_of_a_date_means_the_same_instant() {
    for form in [
        "2569-06-25",
        "๒๕๖๙-๐๖-๒๕",
        "2026-06-25",
        "2569-06-25T00:00",
        "2569-06-25 00:00",
        "2569-06-25T00:00:00",
        "2026-06-25T00:00:00+07:00",
        "2569-06-25T00:00:00+07:00",
        "2026-06-24T17:00:00Z",
        "2026-06-24T17:00:00.000Z",
        "\"2026-06-25\"",
    ] {
        let (_, card) = card(SITE, &format!("publish_from: {form}")).unwrap();
        assert_eq!(card.window.from.to_string(), "2026-06-24T17:00:00Z", "{form}");
    }
}

/// Fractions of a second are read exactly, in every form that has seconds.
#[test]
fn a_fraction_of_a_second_counts() {
    for (form, instant) in [
        ("2026-06-20T16:59:59.999Z", "2026-06-20T16:59:59.999Z"),
        ("2026-06-20t16:59:59.9z", "2026-06-20T16:59:59.9Z"),
        ("2026-06-20 16:59:59.120+00:00", "2026-06-20T16:59:59.12Z"),
        ("2569-06-20T23:59:59.000000001", "2026-06-20T16:59:59.000000001Z"),
        ("2569-06-20 23:59:59.9999999990000", "2026-06-20T16:59:59.999999999Z"),
        ("2026-06-20T16:59:59.123456789999Z", "2026-06-20T16:59:59.123456789Z"),
        ("๒๕๖๙-๐๖-๒๐T๒๓:๕๙:๕๙.๕", "2026-06-20T16:59:59.5Z"),
    ] {
        let (_, card) = card(SITE, &format!("publish_from: {form}")).unwrap();
        assert_eq!(card.window.from.to_string(), instant, "{form}");
    }
    let until = "publish_until: 2026-06-20T16:59:59.5Z";
    assert_eq!(verdict(until, "2026-06-20T16:59:59.499999999Z"), Verdict::Published);
    assert_eq!(verdict(until, "2026-06-20T16:59:59.5Z"), Verdict::Expired);
}

#[test]
fn what_is_no_date_is_refused_with_its_reason() {
    for (form, code) in [
        ("25/06/2569", "date/form"),
        ("25 มิถุนายน 2569", "date/form"),
        ("2569-6-25", "date/form"),
        ("2569-06-25T", "date/form"),
        ("2569-06-25T10", "date/form"),
        ("2569-06-25T10:00:00.", "date/form"),
        ("2569-06-25T10:00.5", "date/form"),
        ("2569-06-25T10:00:00,5", "date/form"),
        ("2569-06-25T10:00:00.5.5", "date/form"),
        ("2569-06-25T10:00:00.-5", "date/form"),
        ("2569-06-25T10:00 +07:00x", "date/form"),
        ("1750810000", "date/form"),
        ("2569-02-29", "date/no-such-day"),
        ("2569-13-01", "date/no-such-day"),
        ("2569-06-31", "date/no-such-day"),
        ("2569-06-25T24:00", "date/no-such-day"),
        ("2569-06-25T23:59:60", "date/no-such-day"),
        ("2569-06-25T23:59:60.0Z", "date/no-such-day"),
        ("0000-01-01", "date/no-such-day"),
        ("2300-01-01", "date/doubtful-year"),
        ("2399-12-31", "date/doubtful-year"),
        ("2200-01-01", "date/doubtful-year"),
    ] {
        assert_eq!(card(SITE, &format!("publish_from: {form}")).unwrap_err(), [code], "{form}");
    }
    assert!(card(SITE, "publish_from: 2567-02-29").is_ok(), "2024 is a leap year");
    for year in ["2199", "2400"] {
        let line = format!("publish_from: 2569-06-25\nissued_on: {year}-01-01");
        assert!(card(SITE, &line).is_ok(), "{year}");
    }
    let gregorian = SITE.replace("calendar = \"buddhist\"", "").replace("2568-04-01", "2025-04-01");
    let gregorian = gregorian.replace("2569-09-30", "2026-09-30");
    let refused = card(&gregorian, "publish_from: 2569-06-25").unwrap_err();
    assert_eq!(refused, ["date/buddhist-year"]);
}

#[test]
fn zones_with_clock_changes_are_taken_at_their_word() {
    let berlin = SITE.replace("Asia/Bangkok", "Europe/Berlin");
    let from = |text: &str| card(&berlin, &format!("publish_from: {text}"));
    assert_eq!(from("2026-03-29T02:30").unwrap_err(), ["date/skipped-time"]);
    assert_eq!(from("2026-10-25T02:30").unwrap_err(), ["date/repeated-time"]);
    let instant = |text: &str| from(text).unwrap().1.window.from.to_string();
    assert_eq!(instant("2026-10-25T02:30:00+02:00"), "2026-10-25T00:30:00Z");
    assert_eq!(instant("2026-03-29"), "2026-03-28T23:00:00Z");
    assert_eq!(instant("2026-03-30"), "2026-03-29T22:00:00Z");
    // A zone whose clock change skips midnight: the day begins at 01:00.
    let santiago = SITE.replace("Asia/Bangkok", "America/Santiago");
    let (_, card) = card(&santiago, "publish_from: 2026-09-06").unwrap();
    assert_eq!(card.window.from.to_string(), "2026-09-06T04:00:00Z");
}

#[test]
fn an_empty_window_is_refused() {
    for window in [
        "publish_from: 2569-06-25\npublish_until: 2569-06-24",
        "publish_from: 2569-06-25T10:00\npublish_until: 2569-06-25T10:00",
        "publish_from: 2569-06-25T10:00\npublish_until: 2569-06-25T09:00",
    ] {
        assert_eq!(card(SITE, window).unwrap_err(), ["front-matter/empty-window"], "{window}");
    }
    assert!(card(SITE, "publish_from: 2569-06-25\npublish_until: 2569-06-25").is_ok());
}

#[test]
fn the_first_verdict_that_holds_is_given_and_all_reasons_are_listed() {
    let all = "approver: -\npublish_until: 2569-02-01\nwithdrawn: { on: 2569-03-01 }";
    let judgement = judged(SITE, all, NOW);
    assert_eq!(judgement.verdict, Verdict::Withdrawn);
    assert!(matches!(
        judgement.reasons[..],
        [Reason::Withdrawn(_), Reason::Expired(_), Reason::NoApprover(_)]
    ));
    assert_eq!(verdict("approver: -\npublish_until: 2569-02-01", NOW), Verdict::Expired);
    assert_eq!(verdict("approver: -\npublish_from: 2570-02-01", NOW), Verdict::Unapproved);
    assert_eq!(verdict("approver: \"\"", NOW), Verdict::Unapproved);
    assert_eq!(verdict("publish_from: 2570-02-01", NOW), Verdict::Scheduled);
    assert_eq!(verdict("withdrawn: { on: 2570-02-01 }", NOW), Verdict::Published);
}

#[test]
fn an_approval_counts_only_from_somebody_entitled_and_in_office() {
    let clerk = "approver: clerk\napproved_on:";
    for (date, expected) in [
        ("2568-03-31", Verdict::Unapproved),
        ("2568-04-01", Verdict::Published),
        ("2569-09-30", Verdict::Published),
        ("2569-09-30T23:59", Verdict::Published),
        ("2569-10-01", Verdict::Unapproved),
    ] {
        assert_eq!(verdict(&format!("{clerk} {date}"), NOW), expected, "{date}");
    }
    assert_eq!(verdict("approver: clerk", NOW), Verdict::Unapproved, "terms need a date");
    let elsewhere = "approver: clerk\napproved_on: 2569-01-01\ncategory: procurement";
    assert_eq!(verdict(elsewhere, NOW), Verdict::Unapproved, "not the clerk's category");
    assert_eq!(verdict("approved_on: 2569-11-23", NOW), Verdict::Unapproved, "still to come");
    assert_eq!(verdict("approved_on: 2569-11-22", NOW), Verdict::Published, "today");
}

#[test]
fn separate_duties_want_three_people() {
    let strict = format!(
        "{}\n[people.reader]\nname = \"ผู้ตรวจทาน\"\n",
        SITE.replace(
            "[[categories]]\nid = \"news\"",
            "[policy]\nseparate_duties = true\n\n[[categories]]\nid = \"news\""
        )
    );
    let verdict = |lines: &str| judged(&strict, lines, NOW).verdict;
    assert_eq!(verdict("prepared_by: clerk\nreviewed_by: reader"), Verdict::Published);
    assert_eq!(verdict("prepared_by: clerk"), Verdict::Unapproved);
    assert_eq!(verdict("prepared_by: clerk\nreviewed_by: clerk"), Verdict::Unapproved);
    assert_eq!(verdict("prepared_by: mayor\nreviewed_by: reader"), Verdict::Unapproved);
    assert_eq!(verdict("prepared_by: reader\nreviewed_by: mayor"), Verdict::Unapproved);
}

#[test]
fn what_cannot_be_checked_yet_is_never_published() {
    for strength in ["sealed", "signed"] {
        let site = SITE.replace(
            "[[categories]]\nid = \"news\"",
            &format!("[policy]\napproval = \"{strength}\"\n\n[[categories]]\nid = \"news\""),
        );
        assert_eq!(judged(&site, "", NOW).verdict, Verdict::Unapproved, "{strength}");
        let one =
            SITE.replace("id = \"news\"", &format!("id = \"news\"\napproval = \"{strength}\""));
        assert_eq!(judged(&one, "", NOW).verdict, Verdict::Unapproved, "{strength} category");
    }
    assert_eq!(verdict("seal: abc", NOW), Verdict::Unapproved, "a seal that is present counts");
}

#[test]
fn the_next_change_is_when_the_verdict_changes_by_itself() {
    let next =
        |lines: &str| judged(SITE, lines, NOW).next_change().map(|change| change.at.to_string());
    let day = |text: &str| Some(text.to_owned());
    assert_eq!(next(""), None);
    assert_eq!(next("publish_until: 2569-12-31"), day("2026-12-31T17:00:00Z"));
    assert_eq!(next("publish_from: 2570-01-05"), day("2027-01-04T17:00:00Z"));
    assert_eq!(
        next("withdrawn: { on: 2569-12-01 }\npublish_until: 2569-12-31"),
        day("2026-11-30T17:00:00Z")
    );
    assert_eq!(next("approved_on: 2569-12-05"), day("2026-12-04T17:00:00Z"));
    // A correction becomes public while the item is published.
    let corrected =
        |on: &str| format!("changes: [{{ on: {on}, note: x }}, {{ on: 2569-11-01, note: y }}]\n");
    assert_eq!(next(&corrected("2569-12-05")), day("2026-12-04T17:00:00Z"));
    assert_eq!(
        next(&(corrected("2570-12-05") + "publish_until: 2569-12-31")),
        day("2026-12-31T17:00:00Z")
    );
    assert_eq!(next(&(corrected("2569-12-05") + "approver: -")), None);
    assert_eq!(
        next(&(corrected("2569-12-05") + "publish_from: 2570-01-05")),
        day("2027-01-04T17:00:00Z")
    );
    // Nobody approves it: its window may open and close, it stays unapproved until it is over.
    assert_eq!(next("approver: -\npublish_from: 2570-01-05"), None);
    assert_eq!(next("approver: -\npublish_until: 2569-12-31"), day("2026-12-31T17:00:00Z"));
}

/// Gives an item a deadline, which is the first instant at which it is closed.
fn close_at(item: &mut Item, at: Timestamp) {
    let details = std::sync::Arc::make_mut(&mut item.details);
    details.deadline = Some(WrittenInstant { written: Moment::Exact(at), at });
}

#[test]
fn an_item_is_open_up_to_its_deadline_and_stays_closed_until_its_window_ends() {
    let (config, mut card) =
        card(SITE, "publish_from: 2569-06-01\npublish_until: 2569-06-30").unwrap();
    close_at(&mut card, "2026-06-20T16:30:00+07:00".parse().unwrap());
    let end: Timestamp = "2026-07-01T00:00:00+07:00".parse().unwrap();
    for (at, state, next) in [
        ("2026-06-01T00:00:00+07:00", State::Open, Event::Deadline),
        ("2026-06-20T16:29:59.999999999+07:00", State::Open, Event::Deadline),
        ("2026-06-20T16:30:00+07:00", State::Closed, Event::Verdict(Verdict::Expired)),
        ("2026-06-30T23:59:59+07:00", State::Closed, Event::Verdict(Verdict::Expired)),
    ] {
        let judged = judge_all(vec![card.clone()], &config.policy, at.parse().unwrap());
        assert_eq!(judged.judgements[0].state, Some(state), "{at}");
        assert_eq!(judged.judgements[0].next_change().unwrap().event, next, "{at}");
        assert_eq!(judged.admitted[0].state(), Some(state), "{at}");
        assert_eq!(judged.admitted[0].until(), Some(end), "{at}");
    }
}

/// What does not change what readers see is no change.
#[test]
fn a_deadline_counts_only_while_the_item_is_published() {
    let next = |lines: &str, deadline: &str| {
        let (config, mut card) = card(SITE, lines).unwrap();
        close_at(&mut card, deadline.parse().unwrap());
        let judged = judge(&card, Original::Itself, &config.policy, NOW.parse().unwrap());
        judged.next_change().map(|change| (change.at.to_string(), change.event))
    };
    let deadline = "2026-12-01T00:00:00+07:00";
    let at = |at: &str, event| Some((at.to_owned(), event));
    assert_eq!(next("", deadline), at("2026-11-30T17:00:00Z", Event::Deadline));
    assert_eq!(next("", "2026-11-01T00:00:00+07:00"), None, "passed");
    assert_eq!(next("", NOW), None, "passes now");
    assert_eq!(next("approver: -", deadline), None);
    assert_eq!(next("publish_until: 2569-01-31", deadline), None);
    let ends = Event::Verdict(Verdict::Expired);
    assert_eq!(
        next("publish_until: 2569-11-25", deadline),
        at("2026-11-25T17:00:00Z", ends),
        "gone before"
    );
    assert_eq!(
        next("publish_until: 2569-11-30", deadline),
        at("2026-11-30T17:00:00Z", ends),
        "gone at the same instant"
    );
    let opens = Event::Verdict(Verdict::Published);
    assert_eq!(next("publish_from: 2569-12-05", deadline), at("2026-12-04T17:00:00Z", opens));
    let corrected = "changes: [{ on: 2569-11-25, note: x }]";
    assert_eq!(next(corrected, deadline), at("2026-11-24T17:00:00Z", Event::Correction));
}

/// The preview of an item that is not published yet shows it as of its opening.
#[test]
fn a_scheduled_item_is_previewed_in_the_state_of_its_opening() {
    for (deadline, state) in [
        ("2026-12-01T00:00:00+07:00", State::Closed),
        ("2026-12-05T00:00:00+07:00", State::Closed),
        ("2026-12-05T00:00:01+07:00", State::Open),
    ] {
        let (config, mut card) = card(SITE, "publish_from: 2569-12-05").unwrap();
        close_at(&mut card, deadline.parse().unwrap());
        let judged = admit_all_for_preview(vec![card], &config.policy, NOW.parse().unwrap());
        assert_eq!(judged.admitted[0].state(), Some(state), "{deadline}");
    }
}

/// A day within a few years, as front matter writes it.
fn day() -> impl Strategy<Value = String> {
    (2567..2572_i32, 1..=12_i32, 1..=28_i32).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}"))
}

fn lines() -> impl Strategy<Value = String> {
    let approver = prop_oneof![
        Just("approver: mayor".to_owned()),
        Just("approver: -".to_owned()),
        Just("approver: clerk".to_owned()),
    ];
    let optional = |key: &'static str, form: fn(String) -> String| {
        proptest::option::of(day())
            .prop_map(move |day| day.map_or(String::new(), |d| format!("{key}: {}\n", form(d))))
    };
    (
        approver,
        day(),
        optional("publish_until", |d| d),
        optional("approved_on", |d| d),
        optional("withdrawn", |d| format!("{{ on: {d} }}")),
        optional("changes", |d| format!("[{{ on: {d}, note: x }}]")),
    )
        .prop_map(|(approver, from, until, on, withdrawn, changes)| {
            format!("{approver}\npublish_from: {from}\n{until}{on}{withdrawn}{changes}")
        })
}

fn instant() -> impl Strategy<Value = Timestamp> {
    // From 2023 to 2031.
    (1_672_531_200_i64..1_924_992_000).prop_map(|s| Timestamp::from_second(s).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn gate_properties(
        lines in lines(),
        deadline in proptest::option::of(instant()),
        at in instant(),
        later in instant(),
    ) {
        let Ok((config, mut card)) = card(SITE, &lines) else { return Ok(()) };
        if let Some(deadline) = deadline {
            close_at(&mut card, deadline);
        }
        let policy = &config.policy;
        let look = |card: &Item, at| judge(card, Original::Itself, policy, at);
        let judgement = look(&card, at);

        // Published if and only if there is no reason to withhold.
        prop_assert_eq!(judgement.verdict == Verdict::Published, judgement.reasons.is_empty());

        // Taking the approval away never opens.
        let mut alone = card.clone();
        alone.approval.approver = None;
        prop_assert_ne!(look(&alone, at).verdict, Verdict::Published);

        // Nothing is seen outside its window.
        let inside = card.window.from <= at && card.window.until.is_none_or(|until| at < until);
        prop_assert!(judgement.verdict != Verdict::Published || inside);

        // Nothing changes before the next change, and something does at it.
        let seen = |at| {
            let judged = judge_all(vec![card.clone()], policy, at);
            let shown = |item: &Admitted| (item.corrections().len(), item.state());
            (look(&card, at).verdict, judged.admitted.first().map(shown))
        };
        match judgement.next_change() {
            Some(next) => {
                prop_assert!(next.at > at);
                prop_assert_ne!(seen(next.at), seen(at));
                let verdict = match next.event {
                    Event::Verdict(verdict) => verdict,
                    Event::Deadline | Event::Correction => judgement.verdict,
                };
                prop_assert_eq!(look(&card, next.at).verdict, verdict);
                if next.event == Event::Deadline {
                    prop_assert_eq!(look(&card, next.at).state, Some(State::Closed));
                }
                if at < later && later < next.at {
                    prop_assert_eq!(seen(later), seen(at));
                }
            }
            None if later > at => prop_assert_eq!(seen(later), seen(at)),
            None => {}
        }

        // What will open is known beforehand: its body is looked at in time.
        if later > at && look(&card, later).verdict == Verdict::Published {
            prop_assert!(judgement.will_open);
        }

        // A translation is never seen without its original.
        let together = judge(&card, Original::Item(&alone), policy, at);
        prop_assert_ne!(together.verdict, Verdict::Published);
        prop_assert_eq!(judge(&card, Original::Item(&card), policy, at).verdict, judgement.verdict);
        prop_assert_ne!(judge(&card, Original::Unreadable, policy, at).verdict, Verdict::Published);

        // A notice page is for what was published once, and for nothing else.
        let mut ordering = policy.clone();
        ordering.categories.iter_mut().for_each(|c| c.notice_page = NoticePage::Titled);
        let notices = |card: &Item| judge_all(vec![card.clone()], &ordering, later).notices;
        let over = look(&card, later);
        let ended = matches!(over.verdict, Verdict::Expired | Verdict::Withdrawn);
        let of_time = |r: &Reason| matches!(r, Reason::Expired(_) | Reason::Withdrawn(_));
        let left = !notices(&card).is_empty();
        prop_assert!(!left || (ended && over.reasons.iter().all(of_time)));
        let was_seen = at <= later && judgement.verdict == Verdict::Published;
        prop_assert!(left || !(was_seen && ended));
        prop_assert!(!left || card.withdrawn.is_none_or(|on| on > card.window.from));
        prop_assert!(notices(&alone).is_empty());

        // Only what is published is admitted.
        let sorted = judge_all(vec![card], policy, at);
        prop_assert_eq!(sorted.admitted.len() == 1, judgement.verdict == Verdict::Published);
    }
}

/// Machine zone and language decide nothing.
#[test]
fn the_machine_decides_nothing() {
    let portal = Portal::new()
        .item_with("content/news/a.md", "publish_from: 2569-06-25", "ก")
        .item_with("content/news/b.md", "publish_until: 2569-06-24", "ข");
    let mut outputs = Vec::new();
    for (zone, language) in
        [("Asia/Bangkok", "th_TH.UTF-8"), ("UTC", "C"), ("Pacific/Kiritimati", "de_DE")]
    {
        let environment = [("TZ", zone), ("LANG", language)];
        let at = "2026-06-24T17:00:00Z";
        portal
            .run_with(&format!("build -o site --at {at} --lang en"), &environment)
            .expect_status(0);
        outputs.push(portal.output());
        std::fs::remove_dir_all(portal.path("site")).unwrap();
    }
    assert!(outputs[0].contains_key("news/a/index.html"));
    assert!(!outputs[0].contains_key("news/b/index.html"));
    assert!(outputs.windows(2).all(|pair| pair[0] == pair[1]));
}
