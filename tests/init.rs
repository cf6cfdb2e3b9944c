//! `prakat init`: every template builds at once, nothing in it is approved, and no file is replaced.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::support::{Portal, Run, tree};

const TEMPLATES: [(&str, &str); 3] =
    [("municipality", "clerk"), ("office", "director"), ("minimal", "director")];

fn begun(arguments: &str) -> Portal {
    let portal = Portal::empty();
    portal.run(&format!("init {arguments}")).expect_status(0);
    portal
}

/// All items of a portal with their verdicts.
fn verdicts(portal: &Portal) -> BTreeMap<String, String> {
    let json = portal.run("status --format json").expect_status(0).json();
    let items = json["items"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    items.map(|item| (text(&item["file"]), text(&item["verdict"]))).collect()
}

fn run_with(portal: &Portal, arguments: &[&str]) -> Run {
    let mut command = portal.command("");
    Run::of(command.args(arguments).output().unwrap(), portal.root())
}

#[test]
fn a_new_portal_leads_to_a_published_notice() {
    for lang in ["th", "en"] {
        for (template, approver) in TEMPLATES {
            let portal = begun(&format!("--template {template} --lang {lang}"));
            assert!(
                verdicts(&portal).values().all(|verdict| verdict == "unapproved"),
                "{template}"
            );
            portal.run(&format!("check --lang {lang}")).expect_status(0);
            let built = portal.run("build --allow-empty").expect_status(0);
            built.expect_in_stderr("Published items: 0");
            assert!(portal.path("public/index.html").is_file());

            let made = portal.run(&format!("new news/flood --lang {lang}")).expect_status(0);
            assert_eq!(made.stdout, "content/news/flood.md\n");
            let checked = portal.run("check").expect_status(0);
            assert!(checked.stderr.contains("No mistakes found"), "{}", checked.stderr);
            portal.run("build --allow-empty").expect_status(0);
            assert!(!portal.path("public/news/flood").exists(), "{template}: not approved");

            portal.run(&format!("approve content/news/flood.md --as {approver}")).expect_status(0);
            portal.run("build").expect_status(0);
            let page = fs::read_to_string(portal.path("public/news/flood/index.html")).unwrap();
            assert!(page.contains("flood"), "{page}");
            // Sealed: a change after the approval withholds it.
            let text = fs::read_to_string(portal.path("content/news/flood.md")).unwrap();
            portal.write("content/news/flood.md", text + "\nMore.\n");
            assert_eq!(verdicts(&portal)["content/news/flood.md"], "unapproved");
        }
    }
}

#[test]
fn all_examples_can_be_approved_without_a_finding() {
    for lang in ["th", "en"] {
        for (template, _) in TEMPLATES {
            let portal = begun(&format!("--template {template} --lang {lang}"));
            let items = verdicts(&portal).into_keys().collect::<Vec<_>>().join(" ");
            let person = if template == "municipality" { "mayor" } else { "director" };
            portal.run(&format!("approve {items} --as {person}")).expect_status(0);
            let checked = portal.run("check").expect_status(0);
            assert!(checked.stderr.starts_with("No mistakes found\n"), "{}", checked.stderr);
            portal.run("build --strict").expect_status(0);
            assert!(verdicts(&portal).values().all(|verdict| verdict == "published"), "{lang}");
        }
    }
}

#[test]
fn the_folder_is_made_and_named() {
    let portal = Portal::empty();
    let run = portal.run("init a/b").expect_status(0);
    assert!(run.stdout.contains("a/b/site.toml\n"), "{}", run.stdout);
    run.expect_in_stderr("  cd a/b\n");
    let inside = tree(&portal.path("a/b"));
    assert_eq!(run_with(&portal, &["init", "--root", "c", "d"]).status, 0);
    assert_eq!(tree(&portal.path("c/d")), inside, "the same files in any folder");
    // In the current folder nothing has to be entered.
    let here = Portal::empty();
    assert!(!here.run("init").expect_status(0).stderr.contains("cd "));
}

#[test]
fn title_and_address_are_kept_whatever_they_contain() {
    let portal = Portal::empty();
    let title = r#"A "B" {id} \ 'C' # D"#;
    let address = "https://www.example.go.th:8443/open";
    let run = run_with(&portal, &["init", "--title", title, "--base-url", address]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let settings = fs::read_to_string(portal.path("site.toml")).unwrap();
    let settings: toml::Table = settings.parse().unwrap();
    assert_eq!(settings["site"]["title"].as_str(), Some(title));
    assert_eq!(settings["site"]["base_url"].as_str(), Some("https://www.example.go.th:8443/open/"));
    assert_eq!(settings["policy"]["approval"].as_str(), Some("sealed"));
    portal.run("build --allow-empty").expect_status(0);
}

#[test]
fn no_file_is_replaced() {
    let portal = Portal::empty().file(".gitattributes", "*.png binary\nkeys/** -text\n");
    let portal = portal.file("README.md", "A\n");
    let run = portal.run("init").expect_status(0);
    let run = run.expect_in_stderr("Left as it was: .gitattributes");
    let run = run.expect_in_stderr("content/** -text");
    assert!(!run.stderr.contains("keys/**"), "what is there need not be added");
    assert!(!run.stdout.contains("gitattributes"), "{}", run.stdout);
    assert_eq!(
        fs::read_to_string(portal.path(".gitattributes")).unwrap(),
        "*.png binary\nkeys/** -text\n"
    );
    let before = tree(portal.root());
    let again = portal.run("init --template minimal").expect_status(2);
    again.expect_in_stderr("environment/portal-there");
    assert_eq!(tree(portal.root()), before);
}

#[test]
fn links_and_files_in_the_way_are_refused_before_anything_is_written() {
    for name in ["content", "keys", ".github", "site.toml", ".gitignore"] {
        let (portal, other) = (Portal::empty(), Portal::empty());
        symlink(other.path("somewhere"), portal.path(name)).unwrap();
        portal.run("init").expect_status(2);
        assert!(tree(other.root()).is_empty(), "{name}");
        assert_eq!(fs::read_dir(portal.root()).unwrap().count(), 1, "{name}");
    }
    let portal = Portal::empty().file("a", "a file").file("content", "a file");
    portal.run("init").expect_status(2).expect_in_stderr("environment/in-the-way");
    portal.run("init a").expect_status(2).expect_in_stderr("environment/in-the-way");
    portal.run("init a/b").expect_status(2).expect_in_stderr("environment/in-the-way");
    assert_eq!(tree(portal.root()).len(), 2);
}

#[test]
fn a_portal_is_begun_as_a_whole_or_not_at_all() {
    use std::os::unix::fs::PermissionsExt;
    let portal = Portal::empty();
    fs::create_dir(portal.path("keys")).unwrap();
    fs::set_permissions(portal.path("keys"), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(portal.path("keys/probe"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    portal.run("init").expect_status(2).expect_in_stderr("nothing was written");
    assert_eq!(fs::read_dir(portal.root()).unwrap().count(), 1);
}

#[test]
fn git_changes_no_file_that_a_seal_covers() {
    let portal = begun("");
    let git = |arguments: &[&str]| {
        let output =
            Command::new("git").current_dir(portal.root()).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    };
    if git(&["init", "-q"]).is_none() {
        eprintln!("skipped: no git");
        return;
    }
    for path in ["content/news/first.md", "content/a/b/c.csv", "keys/allowed_signers", "site.toml"]
    {
        let attributes = git(&["check-attr", "text", path]).unwrap();
        assert_eq!(attributes, format!("{path}: text: unset\n"));
    }
    portal.run("build --allow-empty").expect_status(0);
    let untracked = git(&["status", "--porcelain", "-uall"]).unwrap();
    assert!(untracked.contains("site.toml") && !untracked.contains("public"), "{untracked}");
}

/// The workflow is that of docs/deploy.md: the same steps, and a check of pull requests.
#[test]
fn the_workflow_builds_as_the_documentation_says() {
    for lang in ["th", "en"] {
        let portal = begun(&format!("--lang {lang}"));
        let text = fs::read_to_string(portal.path(".github/workflows/publish.yml")).unwrap();
        let workflow: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        assert!(workflow["jobs"]["publish"]["steps"].as_sequence().unwrap().len() > 4, "{lang}");
        let docs = include_str!("../docs/deploy.md");
        for line in
            text.lines().filter(|line| line.contains("prakat build") || line.contains("uses:"))
        {
            let step = line.trim().trim_start_matches("- ").replace("cache/restore", "cache");
            assert!(docs.contains(&step), "docs/deploy.md does not have: {step}");
        }
    }
}
