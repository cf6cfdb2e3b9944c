//! What changed since the approval, as Git knows it.

use std::process::Command;

use crate::support::{Portal, Run};

const ITEM: &str = "content/procurement/road/index.md";

/// Runs Git in the portal; `None` where there is no Git.
fn git(portal: &Portal, arguments: &[&str]) -> Option<()> {
    let mut command = Command::new("git");
    command.current_dir(portal.root()).args(["-c", "user.name=a", "-c", "user.email=a@example"]);
    command.args(["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"]).args(arguments);
    let output = command.output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

fn commit(portal: &Portal, day: &str) {
    git(portal, &["add", "-A"]).unwrap();
    let day = format!("{day}T12:00:00+07:00");
    let portal = (portal.root(), day);
    let mut command = Command::new("git");
    command
        .current_dir(portal.0)
        .env("GIT_AUTHOR_DATE", &portal.1)
        .env("GIT_COMMITTER_DATE", &portal.1);
    command.args(["-c", "user.name=a", "-c", "user.email=a@example", "-c", "commit.gpgsign=false"]);
    let output = command.args(["commit", "-q", "-m", "a"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn diff(portal: &Portal) -> Run {
    portal.run(&format!("status --diff {ITEM}"))
}

#[test]
fn the_version_that_the_seal_fits_is_compared_with_what_is_there() {
    let text =
        "---\ntitle: ถนน\ncategory: procurement\npublish_from: 2569-06-25\n---\nวงเงิน 100 บาท\n";
    let portal = Portal::new()
        .file(ITEM, text)
        .file("content/procurement/road/a.csv", "1\n")
        .file("content/procurement/road/b.csv", "2\n");
    if git(&portal, &["init", "-q"]).is_none() {
        eprintln!("skipped: there is no git");
        return;
    }
    diff(&portal).expect_status(2).expect_in_stderr("error[environment/diff-no-seal]");
    commit(&portal, "2026-06-19");
    portal.run(&format!("approve {ITEM} --as mayor --on 2569-06-20")).expect_status(0);
    diff(&portal)
        .expect_status(0)
        .expect_stderr(&format!("{ITEM}: nothing changed since the approval\n"));
    // Changed before the approval was ever committed: nobody knows what was approved.
    let approved = std::fs::read_to_string(portal.path(ITEM)).unwrap();
    portal.write(ITEM, approved.replace("100", "900"));
    diff(&portal).expect_status(2).expect_in_stderr("error[environment/diff-unknown]");
    portal.write(ITEM, &approved);
    commit(&portal, "2026-06-20");
    // Edits in two more commits, with the old seal; and one that is in none.
    portal.write(ITEM, approved.replace("100", "900"));
    portal.write("content/procurement/road/a.csv", "9\n");
    commit(&portal, "2026-06-21");
    std::fs::remove_file(portal.path("content/procurement/road/b.csv")).unwrap();
    portal.write("content/procurement/road/ค.csv", "3\n");
    portal.write("content/procurement/road/index.en.md", "is no file of the item");
    let run = diff(&portal).expect_status(0);
    let told: Vec<&str> = run.stderr.lines().collect();
    assert!(told[0].starts_with(&format!("{ITEM}: changed since the approved version (commit ")));
    assert!(told[0].ends_with(", 2026-06-20)"), "{}", told[0]);
    assert_eq!(
        told[1..],
        [
            "  changed: content/procurement/road/index.md",
            "  changed: content/procurement/road/a.csv",
            "  removed: content/procurement/road/b.csv",
            "  added: content/procurement/road/ค.csv",
        ]
    );
    assert!(run.stdout.contains("-วงเงิน 100 บาท\n+วงเงิน 900 บาท\n"), "{}", run.stdout);
    assert!(run.stdout.contains("-1\n+9\n") && run.stdout.contains("-2\n"), "{}", run.stdout);
}

#[test]
fn outside_a_repository_git_says_why() {
    let portal = Portal::new().file(
        ITEM,
        "---\ntitle: a\ncategory: procurement\napprover: mayor\nseal: 00\npublish_from: 2569-06-25\n---\n",
    );
    // A temporary folder may lie in a repository of its own machine.
    let run = diff(&portal).expect_status(2);
    assert!(
        run.stderr.contains("error[environment/git]")
            || run.stderr.contains("environment/diff-unknown")
    );
}
