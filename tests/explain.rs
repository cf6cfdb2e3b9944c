//! `prakat explain`, for programs. What it says to people is in the golden cases and in approval.rs.

use serde_json::Value;

use crate::support::{NOW, Portal};

fn explained(portal: &Portal, file: &str) -> Value {
    portal.run(&format!("explain {file} --format json --at {NOW}")).expect_status(0).json()
}

/// The rules with a result, as words.
fn rules_with<'v>(document: &'v Value, result: &str) -> Vec<&'v str> {
    let rules = document["rules"].as_array().unwrap().iter();
    let wanted = rules.filter(|rule| rule["result"] == result);
    wanted.map(|rule| rule["rule"].as_str().unwrap()).collect()
}

#[test]
fn every_rule_has_its_result() {
    let portal = Portal::new()
        .item("content/news/good.md", "x")
        .item_with("content/news/late.md", "publish_from: 2569-12-01\napprover: -", "x")
        .item_with(
            "content/news/back.md",
            "withdrawn: { on: 2569-11-20, by: clerk, reason: ผิด }",
            "x",
        )
        .item_with("content/news/wrong.md", "titel: x", "x");
    let good = explained(&portal, "content/news/good.md");
    assert_eq!(good["item"]["verdict"], "published");
    assert_eq!(good["at"], NOW);
    assert!(rules_with(&good, "broken").is_empty());
    let asked = ["not-withdrawn", "not-expired", "approver", "entitled", "started", "no-mistakes"];
    assert_eq!(rules_with(&good, "met"), asked);
    let late = explained(&portal, "content/news/late.md");
    assert_eq!(late["item"]["verdict"], "unapproved");
    assert_eq!(rules_with(&late, "broken"), ["approver", "started"]);
    let back = explained(&portal, "content/news/back.md");
    assert_eq!(rules_with(&back, "broken"), ["not-withdrawn"]);
    let detail = back["rules"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("clerk") && detail.contains("ผิด"), "{detail}");
    let wrong = explained(&portal, "content/news/wrong.md");
    assert_eq!(wrong["diagnostics"][0]["code"], "front-matter/unknown-key");
    assert_eq!(wrong["item"]["verdict"], "invalid");
}

/// The item is described as in the other reports.
#[test]
fn the_item_has_the_fields_of_status() {
    let portal = Portal::new().item("content/news/a.md", "x");
    let status = portal.run(&format!("status --format json --at {NOW}")).expect_status(0).json();
    assert_eq!(explained(&portal, "content/news/a.md")["item"], status["items"][0]);
}

#[test]
fn a_failure_is_one_document_too() {
    let portal = Portal::new().item("content/news/a.md", "x");
    let run = portal.run(&format!("explain content/news/b.md --format json --at {NOW}"));
    let run = run.expect_status(2);
    assert_eq!(run.stderr, "");
    assert_eq!(run.json()["failure"]["code"], "environment/no-such-item");
}

/// People and programs read the same sentences.
#[test]
fn the_sentences_are_those_for_people() {
    let portal = Portal::new().item_with("content/news/a.md", "approver: clerk", "x");
    let text = portal.run(&format!("explain content/news/a.md --at {NOW}")).expect_status(0).stdout;
    for rule in explained(&portal, "content/news/a.md")["rules"].as_array().unwrap() {
        let mark = match rule["result"].as_str().unwrap() {
            "met" => "✓",
            "broken" => "✗",
            _ => "–",
        };
        let line = format!("  {mark} {}\n", rule["text"].as_str().unwrap());
        assert!(text.contains(&line), "{line}{text}");
    }
}
