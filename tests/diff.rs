//! `status --diff`: the changes since the approval, from the Git history.

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
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert!(lines[0].starts_with(&format!("{ITEM}: changed since the approved version (commit ")));
    assert!(lines[0].ends_with(", 2026-06-20)"), "{}", lines[0]);
    assert_eq!(
        lines[1..],
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

/// macOS decomposes names, and anybody may: what such a file holds now is shown, too.
#[test]
fn lines_of_a_file_with_a_decomposed_name_are_shown() {
    let text = "---\ntitle: a\ncategory: procurement\npublish_from: 2569-06-25\n---\n100 baht\n";
    let changed = "content/procurement/road/prix-e\u{301}.csv";
    let added = "content/procurement/road/neu-u\u{308}.csv";
    let portal = Portal::new().file(ITEM, text).file(changed, "road,100\n");
    if git(&portal, &["init", "-q"]).is_none() {
        eprintln!("skipped: there is no git");
        return;
    }
    portal.run(&format!("approve {ITEM} --as mayor --on 2569-06-20")).expect_status(0);
    commit(&portal, "2026-06-20");
    portal.write(changed, "road,999\n");
    portal.write(added, "bridge,1\n");
    let run = diff(&portal).expect_status(0);
    assert!(run.stdout.contains("-road,100\n+road,999\n"), "{}", run.stdout);
    assert!(run.stdout.contains("+bridge,1\n"), "{}", run.stdout);
    assert!(run.stderr.contains("  changed: content/procurement/road/prix-\u{e9}.csv"));
}

/// A seal that anybody computed is no approval: the version must be one that the gate would let pass.
#[test]
fn a_version_that_nobody_entitled_approved_is_not_the_approved_one() {
    let text = "---\ntitle: a\ncategory: procurement\npublish_from: 2569-06-25\n---\n100 baht\n";
    let portal = Portal::new().file(ITEM, text);
    if git(&portal, &["init", "-q"]).is_none() {
        eprintln!("skipped: there is no git");
        return;
    }
    portal.run(&format!("approve {ITEM} --as mayor --on 2569-06-20")).expect_status(0);
    commit(&portal, "2026-06-20");
    // The clerk may not approve here, and seals by hand.
    let text = std::fs::read_to_string(portal.path(ITEM)).unwrap();
    let forged = text.replace("100", "900").replace("approver: mayor", "approver: clerk");
    let forged: String = forged
        .lines()
        .filter(|line| !line.starts_with("seal"))
        .map(|line| format!("{line}\n"))
        .collect();
    portal.write(ITEM, &forged);
    let statement = portal.run(&format!("statement {ITEM}")).expect_status(0).stdout;
    let seal = prakat::content::seal_of(&statement);
    let forged = forged.replace("publish_from", &format!("seal: {seal}\npublish_from"));
    portal.write(ITEM, &forged);
    commit(&portal, "2026-06-21");
    portal.write(ITEM, forged.replace("title: a", "title: b"));
    diff(&portal).expect_status(2).expect_in_stderr("error[environment/diff-unknown]");
}

/// Nothing that a repository says keeps lines from being shown, or runs a program.
#[test]
fn a_repository_cannot_hide_lines_or_run_programs() {
    let text = "---\ntitle: a\ncategory: procurement\npublish_from: 2569-06-25\n---\n100 baht\n";
    let portal = Portal::new().file(ITEM, text);
    if git(&portal, &["init", "-q"]).is_none() {
        eprintln!("skipped: there is no git");
        return;
    }
    portal.run(&format!("approve {ITEM} --as mayor --on 2569-06-20")).expect_status(0);
    commit(&portal, "2026-06-20");
    portal.write(".gitattributes", "*.md -diff filter=own ident\n");
    let marker = portal.path("ran").display().to_string();
    git(&portal, &["config", "filter.own.clean", &format!("touch {marker}; cat")]).unwrap();
    git(&portal, &["config", "log.showSignature", "true"]).unwrap();
    git(&portal, &["update-index", "--assume-unchanged", ITEM]).unwrap();
    let _ = std::fs::remove_file(portal.path("ran"));
    let text = std::fs::read_to_string(portal.path(ITEM)).unwrap();
    portal.write(ITEM, text.replace("100 baht", "$Id: 900 baht$"));
    let run = diff(&portal).expect_status(0);
    assert!(run.stdout.contains("-100 baht\n+$Id: 900 baht$\n"), "{}", run.stdout);
    assert!(!portal.path("ran").exists(), "a program of the repository ran");
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

/// Git for Windows writes CRLF. Then not every line is shown, and the file that counts is named.
#[test]
fn changed_line_ends_are_named_and_not_shown() {
    let text = "---\ntitle: ถนน\ncategory: procurement\npublish_from: 2569-06-25\n---\nข้อความ\n";
    let csv = "content/procurement/road/a.csv";
    let portal = Portal::new().file(ITEM, text).file(csv, "1,2\n3,4\n");
    if git(&portal, &["init", "-q"]).is_none() {
        eprintln!("skipped: there is no git");
        return;
    }
    portal.run(&format!("approve {ITEM} --as mayor --on 2569-06-20")).expect_status(0);
    commit(&portal, "2026-06-20");
    let approved = std::fs::read_to_string(portal.path(ITEM)).unwrap();
    portal.write(ITEM, approved.replace('\n', "\r\n"));
    for (bytes, line) in [
        ("1,2\r\n3,4\r\n", "  only the line ends changed: "),
        ("\u{FEFF}1,2\n3,4\n", "  only the byte order mark changed: "),
        ("1,2\n3,4", "  only the last line end changed: "),
    ] {
        portal.write(csv, bytes);
        let run = diff(&portal).expect_status(0);
        assert_eq!(run.stderr.lines().skip(1).collect::<Vec<_>>(), [format!("{line}{csv}")]);
        assert_eq!(run.stdout, "");
        let status = portal.run("status --at 2026-11-22T09:00:00+07:00");
        status.expect_in_stderr("warning[content/rewritten]: the approval is not valid any more");
    }
    // A change of the text is shown without the line ends.
    portal.write(csv, "1,2\r\n3,9\r\n");
    let run = diff(&portal).expect_status(0);
    assert!(run.stdout.contains("-3,4\n+3,9\n") && run.stdout.contains(" 1,2\n"), "{}", run.stdout);
    portal.write(csv, "1,2\n3,4\n");
    diff(&portal).expect_stderr(&format!("{ITEM}: nothing changed since the approval\n"));
}
