//! The preview: what it shows is what a build would write, whatever was edited; it follows files and
//! the clock, shows what is wrong, and writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use prakat::diagnostics::Diagnostics;
use prakat::serve::{Lookup, Preview, PreviewOptions, StaticFile, Update};
use proptest::prelude::*;

use crate::support::{NOW, Portal, SITE, STEPS, item, tree};

/// A change to a portal of a few items.
#[derive(Debug, Clone)]
enum Edit {
    Body(usize, u8),
    Title(usize, u8),
    Window(usize, bool),
    Break(usize),
    Delete(usize),
    Move(usize),
    Approver(usize, bool),
    File(usize, u8),
    Successor(usize, usize),
    Meets(usize, u8),
    Terms(usize, u8),
    Urgent(usize, bool),
    Translate(usize, bool),
    Step(usize, u8),
    Settings(u8),
    Template(bool),
}

const ITEMS: usize = 5;

fn path(n: usize) -> String {
    match n {
        0 => "content/news/_index.md".to_owned(),
        1 => "content/about.md".to_owned(),
        n => format!("content/news/n{n}/index.md"),
    }
}

fn edits() -> impl Strategy<Value = Edit> {
    let n = 0..ITEMS;
    prop_oneof![
        9 => (n.clone(), any::<u8>()).prop_map(|(n, k)| Edit::Body(n, k)),
        9 => (n.clone(), any::<u8>()).prop_map(|(n, k)| Edit::Title(n, k)),
        1 => (n.clone(), any::<bool>()).prop_map(|(n, open)| Edit::Window(n, open)),
        1 => n.clone().prop_map(Edit::Break),
        1 => n.clone().prop_map(Edit::Delete),
        1 => n.clone().prop_map(Edit::Move),
        1 => (n.clone(), any::<bool>()).prop_map(|(n, named)| Edit::Approver(n, named)),
        1 => (2..ITEMS, any::<u8>()).prop_map(|(n, k)| Edit::File(n, k)),
        1 => (2..ITEMS, 2..ITEMS).prop_map(|(n, k)| Edit::Successor(n, k)),
        2 => (n.clone(), any::<bool>()).prop_map(|(n, urgent)| Edit::Urgent(n, urgent)),
        3 => (n.clone(), any::<u8>()).prop_map(|(n, k)| Edit::Meets(n, k)),
        3 => (n.clone(), any::<u8>()).prop_map(|(n, k)| Edit::Terms(n, k)),
        1 => (n.clone(), any::<bool>()).prop_map(|(n, there)| Edit::Translate(n, there)),
        4 => (2..ITEMS, any::<u8>()).prop_map(|(n, k)| Edit::Step(n, k)),
        1 => any::<u8>().prop_map(Edit::Settings),
        1 => any::<bool>().prop_map(Edit::Template),
    ]
}

/// What the files of an item are made of.
#[derive(Debug, Clone, Default)]
struct Text {
    title: String,
    body: String,
    lines: String,
}

/// Changes the settings or the theme.
fn make_common(portal: &Portal, edit: &Edit) {
    let path = "themes/default/templates/files.html";
    match *edit {
        Edit::Settings(k) => {
            let title = format!("title = \"เทศบาล {}\"", k % 4);
            let site = SITE.replacen("title = \"เทศบาลทดสอบ\"", &title, 1);
            portal.write("site.toml", languages(&site));
        }
        Edit::Template(true) => portal.write(path, "<p>แฟ้ม</p>"),
        _ => {
            let _ = std::fs::remove_file(portal.path(path));
        }
    }
}

/// The lines of an item with terms and a deadline.
fn term_lines(k: u8) -> String {
    let (tag, unit, month) = (k % 3, k % 2, k % 12 + 1);
    format!(
        "tags: [ร่วม, t{tag}]\nunit: กองที่ {unit}\nkind: case\nextra: {{ amount: {k}, ends_on: 2569-{month:02}-01 }}"
    )
}

/// Makes a change and says which paths it touched; an empty set means settings and theme.
fn make(portal: &Portal, texts: &mut [Text], edit: &Edit) -> BTreeSet<String> {
    let touched = |path: &str| BTreeSet::from([path.to_owned()]);
    let remove = |path: &str| {
        let _ = std::fs::remove_file(portal.path(path));
    };
    let n = match *edit {
        Edit::Settings(_) | Edit::Template(_) => {
            make_common(portal, edit);
            return BTreeSet::new();
        }
        Edit::Delete(n) => {
            remove(&path(n));
            return touched(&path(n));
        }
        Edit::Move(n) => {
            // As `git checkout` and file managers do it: a folder is renamed.
            let (from, to) =
                (portal.path(&format!("content/news/n{n}")), portal.path("content/news/m"));
            let moved = std::fs::rename(&from, &to).or_else(|_| std::fs::rename(&to, &from));
            let both = [format!("content/news/n{n}"), "content/news/m".to_owned()];
            return if moved.is_ok() { both.into() } else { BTreeSet::new() };
        }
        Edit::File(n, k) => {
            let file = format!("content/news/n{n}/a.csv");
            if k % 4 == 0 {
                remove(&file)
            } else {
                portal.write(&file, format!("a,b\n{k},2\n"))
            }
            return touched(&file);
        }
        Edit::Translate(n, there) => {
            let path = path(n).replace(".md", ".en.md");
            if there {
                portal.write(&path, item(&path, "title: English", "text"))
            } else {
                remove(&path)
            }
            return touched(&path);
        }
        Edit::Break(n) => {
            portal.write(&path(n), "---\ntitle: [\n---\n");
            return touched(&path(n));
        }
        Edit::Body(n, k) => {
            let links = if n < 2 { "" } else { "[ไป](../../about.md) [แฟ้ม](a.csv)" };
            texts[n].body = format!("## หัวข้อ {k}\n\n{links} ข้อความ {k}\n");
            n
        }
        Edit::Title(n, k) => {
            texts[n].title = format!("title: เรื่อง {}", k % 32);
            n
        }
        ref other => {
            let (n, lines) = lines_of(other);
            texts[n].lines = lines;
            n
        }
    };
    let Text { title, body, lines } = &texts[n];
    let lines = [title, lines].into_iter().filter(|l| !l.is_empty()).cloned().collect::<Vec<_>>();
    portal.write(&path(n), item(&path(n), &lines.join("\n"), body));
    touched(&path(n))
}

/// The number of an item and the lines of front matter that it gets.
fn lines_of(edit: &Edit) -> (usize, String) {
    let if_so = |is_so: bool, line: &str| if is_so { line.to_owned() } else { String::new() };
    match *edit {
        Edit::Window(n, open) => (n, if_so(!open, "publish_until: 2569-06-01")),
        Edit::Approver(n, named) => (n, if_so(!named, "approver: -")),
        Edit::Urgent(n, urgent) => (n, if_so(urgent, "urgent: true")),
        Edit::Meets(n, k) => (n, format!("meets: [o/{}, o/9]", k % 3)),
        Edit::Terms(n, k) => (n, term_lines(k)),
        Edit::Step(n, k) => (n, step_lines(k)),
        Edit::Successor(n, k) => (n, format!("replaces: ../n{k}/index.md")),
        _ => unreachable!("{edit:?} has no lines"),
    }
}

/// Lines of a step of one of two procedures, with a deadline for most.
fn step_lines(k: u8) -> String {
    let (project, day) = (k % 2, k % 28 + 1);
    let kind = match k % 5 {
        0 => "intent",
        1 => "winner",
        2 => "note",
        _ => {
            return format!(
                "kind: call\nextra: {{ project: \"{project}\", closes: 2569-11-{day:02} }}"
            );
        }
    };
    format!("kind: {kind}\nextra: {{ project: \"{project}\" }}")
}

/// The settings with a search.
fn searchable(site: &str) -> String {
    site.replace("[search]\nenabled = false", "[search]\nenabled = true")
}

/// The settings with a search, a second language and kinds that are steps of a procedure.
fn languages(site: &str) -> String {
    let list = "id = \"news\"\nfacets = [\"kind\", \"unit\", \"tag\", \"state\"]\ncolumns = [\"amount\", \"state\"]\n\
                sort = \"ends_on\"";
    let site = searchable(site).replacen("id = \"news\"", list, 1);
    let kind = "[[kinds]]\nid = \"case\"\ntitle = \"เรื่อง\"\n\
                [[kinds.fields]]\nid = \"amount\"\nlabel = \"เงิน\"\ntype = \"money\"\n\
                [[kinds.fields]]\nid = \"ends_on\"\nlabel = \"สิ้นสุด\"\ntype = \"date\"\nrole = \"deadline\"\n";
    format!(
        "{site}{STEPS}\n[languages.en]\ntitle = \"Test\"\n[languages.en.categories]\nnews = \"News\"\n{kind}"
    )
}

/// A page that says which items meet what.
const COVERAGE: &str = "kind: coverage\nextra:\n  obligations:\n    \
    - { id: o/0, title: หนึ่ง }\n    - { id: o/1, title: สอง }\n    - { id: o/9, title: สาม }";

fn view() -> PreviewOptions {
    PreviewOptions { at: NOW.parse::<Timestamp>().unwrap(), shows_withheld: false }
}

fn project(portal: &Portal) -> Arc<prakat::build::Project> {
    let source = prakat::source::Portal::at(portal.root());
    let project = prakat::build::Project::load(&source, None);
    Arc::new(project.unwrap_or_else(|e: Diagnostics| panic!("{e:?}")))
}

/// Every file that a build writes is what the preview shows.
fn compare(portal: &Portal, preview: &mut Preview) -> Result<(), TestCaseError> {
    let _ = std::fs::remove_dir_all(portal.path("site"));
    let build = portal.run(&format!("build -q -o site --allow-empty --at {NOW}"));
    if build.status != 0 {
        prop_assert_eq!(build.status, 1, "{}", build.stderr);
        return Ok(());
    }
    let written = portal.output();
    for (path, bytes) in &written {
        let mut look = preview.page(path);
        while matches!(look, Lookup::Unready) {
            while preview.index_batch() {}
            look = preview.page(path);
        }
        let shown = match look {
            Lookup::Page(page) => page.bytes,
            _ if path == "404.html" => match preview.not_found() {
                Lookup::Page(page) => page.bytes,
                other => panic!("{other:?}"),
            },
            _ => match preview.file(path) {
                Some(StaticFile::Bytes(bytes)) => bytes.to_vec(),
                Some(StaticFile::File(mut file) | StaticFile::Attachment(mut file)) => {
                    let mut bytes = Vec::new();
                    file.read_to_end(&mut bytes).unwrap();
                    bytes
                }
                Some(StaticFile::Changed) => {
                    return Err(TestCaseError::fail(format!("{path} changed")));
                }
                None => return Err(TestCaseError::fail(format!("{path} is not shown"))),
            },
        };
        let (shown, built) = (String::from_utf8_lossy(&shown), String::from_utf8_lossy(bytes));
        prop_assert_eq!(shown, built, "{}", path);
    }
    // And nothing more: what is withheld has no page.
    for n in 2..ITEMS {
        let url = format!("news/n{n}/");
        let is_shown = matches!(preview.page(&url), Lookup::Page(_) | Lookup::Stale(_));
        prop_assert_eq!(is_shown, written.contains_key(&format!("{url}index.html")), "{}", url);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// After any edits the preview is what a fresh build writes.
    #[test]
    fn the_preview_is_the_build(edits in prop::collection::vec(edits(), 1..12)) {
        let mut texts = vec![Text::default(); ITEMS];
        let portal = Portal::new()
            .file("site.toml", languages(SITE))
            .item_with("content/coverage.md", COVERAGE, "")
            .item_with("content/coverage.en.md", COVERAGE, "");
        for n in 0..ITEMS {
            make(&portal, &mut texts, &Edit::Title(n, 7));
            if n > 1 {
                make(&portal, &mut texts, &Edit::File(n, 1));
            }
        }
        let mut preview = Preview::load(project(&portal), view());
        for edit in edits {
            let touched = make(&portal, &mut texts, &edit);
            if matches!(edit, Edit::Settings(_) | Edit::Template(_)) {
                preview = preview.replace_project(project(&portal), view().at);
            } else {
                (preview, _) = preview.apply(&touched, view().at);
            }
            compare(&portal, &mut preview)?;
        }
    }
}

/// The title on the list of items, and whether every body was checked.
fn shown_title(preview: &mut Preview) -> (&'static str, bool) {
    let Lookup::Page(page) = preview.page("news/index.html") else { panic!("no page") };
    let page = String::from_utf8(page.bytes).unwrap();
    let shows = |title: &&str| page.contains(title);
    let title = ["zqold", "zqnew"].into_iter().find(shows).unwrap_or("none");
    (title, preview.is_checked())
}

/// A Markdown file is replaced without an event: whoever reads it again shows its new title.
#[test]
fn a_template_edit_reads_no_markdown_file_again() {
    let path = "content/news/a.md";
    let portal = Portal::new().item_with(path, "title: zqold", "");
    let mut preview = Preview::load(project(&portal), view());
    while preview.check_batch() {}
    portal.write(path, item(path, "title: zqnew", ""));
    let template = include_str!("../themes/default/templates/category.html");
    portal.write("themes/default/templates/category.html", format!("{template}<p>zqtheme</p>"));
    preview = preview.replace_project(project(&portal), view().at);
    assert_eq!(shown_title(&mut preview), ("zqold", true));
    let Lookup::Page(page) = preview.page("news/index.html") else { panic!("no page") };
    assert!(String::from_utf8(page.bytes).unwrap().contains("zqtheme"));
    // A style sheet that changed is none of the bodies' business, either.
    portal.write("static/own.css", "a{}");
    preview = preview.replace_project(project(&portal), view().at);
    while preview.check_batch() {}
    portal.write("static/own.css", "b{}");
    preview = preview.replace_project(project(&portal), view().at);
    assert_eq!(shown_title(&mut preview), ("zqold", true));
    assert!(matches!(preview.file("own.css"), Some(StaticFile::File(_))));
    // Links may lead to a new file: bodies are checked again, but no front matter is read.
    portal.write("static/own.js", "zq");
    preview = preview.replace_project(project(&portal), view().at);
    assert_eq!(shown_title(&mut preview), ("zqold", false));
    // Other settings may change every item.
    portal.write("site.toml", SITE.replace("เทศบาลทดสอบ", "เทศบาลใหม่"));
    preview = preview.replace_project(project(&portal), view().at);
    assert_eq!(shown_title(&mut preview), ("zqnew", false));
}

/// Every file that a build writes is served, and no page more; waits until it is.
fn expect_served(
    portal: &Portal,
    preview: &PreviewProcess,
    events: &mut dyn Iterator<Item = serde_json::Value>,
) {
    portal.build();
    let undressed =
        |page: String| match page.split_once("<link rel=\"stylesheet\" href=\"/_prakat/") {
            Some((before, rest)) => format!("{before}{}", rest.split_once("</script>").unwrap().1),
            None => page,
        };
    let pages: Vec<(String, String)> = portal
        .output()
        .into_iter()
        .filter_map(|(path, bytes)| Some((path.strip_suffix("index.html")?.to_owned(), bytes)))
        .map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap()))
        .collect();
    let same =
        |(path, page): &(String, String)| undressed(preview.get(&format!("/{path}")).1) == *page;
    loop {
        match pages.iter().find(|page| !same(page)) {
            None => return,
            // Only a new edition can fix it.
            Some(_) => events.next().map_or_else(|| panic!("the preview ended"), drop),
        }
    }
}

/// All at once, as by scripts and synchronised folders: whatever is lost on the way is found.
#[test]
fn a_storm_of_changes_leaves_nothing_stale() {
    let portal =
        (0..8).fold(Portal::new(), |portal, n| portal.item(&format!("content/news/n{n}.md"), ""));
    let preview = PreviewProcess::start(&portal, &format!("--watch --at {NOW}"));
    let mut events = preview.events();
    let (news, moved) = (portal.path("content/news"), portal.path("content/moved"));
    let path = |n: usize| format!("content/news/n{n}.md");
    for round in 0..6 {
        for _ in 0..2 {
            std::fs::rename(&news, &moved).unwrap();
            std::fs::rename(&moved, &news).unwrap();
        }
        // A folder in the place of a file, and a link.
        std::fs::remove_file(portal.path(&path(1))).unwrap();
        std::fs::create_dir(portal.path(&path(1))).unwrap();
        std::os::unix::fs::symlink("/dev/null", portal.path(&path(9))).unwrap();
        let successor = format!("title: zq{round}\nreplaces: n1.md");
        portal.write("content/news/.tmp", item(&path(2), &successor, ""));
        std::fs::rename(portal.path("content/news/.tmp"), portal.path(&path(2))).unwrap();
        if round % 2 == 0 {
            // It may be read between.
            events.find(|state| !errors(state).is_empty()).unwrap();
        }
        std::fs::remove_dir(portal.path(&path(1))).unwrap();
        std::fs::remove_file(portal.path(&path(9))).unwrap();
        portal.write(&path(1), item(&path(1), &format!("title: zp{round}"), ""));
        for mode in [0o0, 0o644] {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
            std::fs::set_permissions(portal.path(&path(3)), mode).unwrap();
        }
        expect_served(&portal, &preview, &mut events);
    }
}

/// An item names another that is not there yet, or not any more.
#[test]
fn an_item_that_names_another_follows_that_other() {
    for lines in ["replaces: b.md", "kind: division\nextra: { documents: [b.md] }"] {
        let portal =
            Portal::new().item_with("content/news/a.md", lines, "").item("content/news/c.md", "");
        let mut preview = Preview::load(project(&portal), view());
        let errors = |preview: &Preview| preview.errors().len();
        assert_eq!(errors(&preview), 1, "{lines}");
        let changed = BTreeSet::from(["content/news/b.md".to_owned()]);
        portal.write("content/news/b.md", item("content/news/b.md", "", ""));
        (preview, _) = preview.apply(&changed, view().at);
        assert_eq!(errors(&preview), 0, "{lines}");
        compare(&portal, &mut preview).unwrap();
        std::fs::remove_file(portal.path("content/news/b.md")).unwrap();
        (preview, _) = preview.apply(&changed, view().at);
        assert_eq!(errors(&preview), 1, "a build would not be made: {lines}");
    }
}

/// What nobody approved takes nothing of an approved item away, nor a page of the site.
#[test]
fn of_two_items_with_one_address_the_approved_one_is_shown() {
    let mut seen = Vec::new();
    for lines in ["slug: ok", "slug: x\naliases: [/news/ok/]"] {
        let portal = Portal::new()
            .item("content/news/ok.md", "zqapproved")
            .item_with(
                "content/aa/draft.md",
                &format!("category: news\napprover: -\n{lines}"),
                "zqdraft",
            )
            .item_with("content/search.md", "approver: -\nslug: news", "zqdraft");
        let view = PreviewOptions { shows_withheld: true, ..view() };
        let mut preview = Preview::load(project(&portal), view);
        let page = |preview: &mut Preview, url: &str| {
            let Lookup::Page(page) = preview.page(url) else { panic!("no page") };
            String::from_utf8(page.bytes).unwrap()
        };
        let shown = page(&mut preview, "news/ok/");
        assert!(shown.contains("zqapproved") && !shown.contains("zqdraft"), "{shown}");
        assert!(!page(&mut preview, "news/").contains("zqdraft"));
        let draft = "content/aa/draft.md";
        let listed = |preview: &Preview| {
            let records = preview.records();
            records.iter().find(|record| record.path == draft).unwrap().invalid
        };
        assert!(listed(&preview));
        let errors = |preview: &Preview| preview.errors().into_iter().map(|found| found.place.file);
        assert!(errors(&preview).any(|file| file == draft));
        // As soon as it has an address of its own, it is there.
        let text = item(draft, "category: news\napprover: -\nslug: own", "zqdraft");
        portal.write(draft, text);
        (preview, _) = preview.apply(&BTreeSet::from([draft.to_owned()]), view.at);
        assert!(page(&mut preview, "news/own/").contains("zqdraft"));
        assert!(!listed(&preview) && !errors(&preview).any(|file| file == draft));
        seen.push(shown);
    }
    assert_eq!(seen[0], seen[1]);
}

/// The table shows other items: an edit of one of them changes it, without reloading the preview.
#[test]
fn a_table_of_coverage_follows_what_others_meet() {
    let portal = Portal::new()
        .item_with("content/coverage.md", COVERAGE, "")
        .item_with("content/news/a.md", "meets: [o/0]", "")
        .item("content/news/b.md", "");
    let mut preview = Preview::load(project(&portal), view());
    for (path, lines, met) in [
        ("content/news/b.md", "meets: [o/1]", 2),
        ("content/news/b.md", "meets: [o/1, o/9]", 3),
        ("content/news/a.md", "", 2),
        ("content/news/b.md", "meets: [o/7]", 0),
        ("content/news/a.md", "meets: [o/9]", 1),
    ] {
        portal.write(path, item(path, lines, ""));
        assert_eq!(preview.update_item(path), Update::Applied);
        compare(&portal, &mut preview).unwrap();
        let Lookup::Page(page) = preview.page("coverage/index.html") else { panic!("no page") };
        let page = String::from_utf8(page.bytes).unwrap();
        assert!(page.contains(&format!("<rect width=\"{met}\"")), "{met}: {page}");
    }
}

/// The pages of a thread follow each of its items, without reloading the preview.
#[test]
fn the_pages_of_a_thread_follow_an_edit_of_one_item() {
    let step = |kind: &str, project: &str| format!("kind: {kind}\nextra: {{ project: {project} }}");
    let portal = Portal::new()
        .file("site.toml", format!("{SITE}{STEPS}"))
        .item_with("content/news/n2/index.md", &step("intent", "a"), "")
        .item_with("content/news/n3/index.md", &step("winner", "a"), "")
        .item_with("content/news/n4/index.md", &step("note", "b"), "");
    let mut preview = Preview::load(project(&portal), view());
    for (path, lines, is_linked) in [
        ("content/news/n2/index.md", step("intent", "b"), false),
        ("content/news/n2/index.md", step("call", "a"), true),
        ("content/news/n2/index.md", "kind: call".to_owned(), false),
        ("content/news/n3/index.md", step("amend", "c"), false),
        ("content/news/n2/index.md", step("intent", "c"), true),
        (
            "content/news/n3/index.md",
            "title: ก\nkind: winner\nextra: { project: c }".to_owned(),
            true,
        ),
    ] {
        portal.write(path, item(path, &lines, ""));
        assert_eq!(preview.update_item(path), Update::Applied, "{lines}");
        compare(&portal, &mut preview).unwrap();
        let Lookup::Page(page) = preview.page("news/n2/index.html") else { panic!("no page") };
        let page = String::from_utf8(page.bytes).unwrap();
        let thread = page.split_once("data-prakat=\"thread\"").map_or("", |(_, rest)| rest);
        let thread = thread.split("</ol>").next().unwrap();
        assert_eq!(thread.contains("href=\"../../news/n3/\""), is_linked, "{lines}: {page}");
    }
}

/// A new deadline is a change of what readers see next, so all is judged again.
#[test]
fn an_edit_of_a_deadline_moves_the_next_change() {
    let portal = Portal::new().file("site.toml", format!("{SITE}{STEPS}"));
    let path = "content/news/n2/index.md";
    let mut preview = None;
    for (closes, next) in [
        ("2569-12-01", Some("2026-12-01T17:00:00Z")),
        ("2569-12-05", Some("2026-12-05T17:00:00Z")),
        ("2569-11-05", None),
        ("2569-12-01T16:30", Some("2026-12-01T09:30:00Z")),
    ] {
        let lines = format!("kind: call\nextra: {{ closes: {closes} }}");
        portal.write(path, item(path, &lines, ""));
        let now = match preview.take() {
            None => Preview::load(project(&portal), view()),
            Some(before) => {
                let before: Preview = before;
                before.apply(&BTreeSet::from([path.to_owned()]), view().at).0
            }
        };
        assert_eq!(now.next_change().map(|at| at.to_string()).as_deref(), next, "{closes}");
        preview = Some(now);
    }
}

/// A running preview.
pub(crate) struct PreviewProcess {
    child: Child,
    pub(crate) address: String,
}

impl PreviewProcess {
    pub(crate) fn start(portal: &Portal, arguments: &str) -> Self {
        let mut command = portal.command(&format!("serve --port 0 {arguments} --lang en"));
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        // Whoever does not read would block it one day.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    fn send(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        stream
    }

    /// Status line and body.
    pub(crate) fn get(&self, path: &str) -> (String, String) {
        let mut answer = String::new();
        self.send(path).read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap()[9..12].to_owned(), body.to_owned())
    }

    /// Status and head, asked for with further lines.
    pub(crate) fn head(&self, path: &str, lines: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{lines}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let head = answer.split("\r\n\r\n").next().unwrap().to_owned();
        (head[9..12].to_owned(), head)
    }

    /// What browsers are sent from now on.
    pub(crate) fn events(&self) -> impl Iterator<Item = serde_json::Value> {
        let lines = BufReader::new(self.send("/_prakat/events")).lines().map(Result::unwrap);
        // Now and then there is a line that means nothing: nobody waits for ever.
        let begin = Instant::now();
        let lines = lines.take_while(move |_| begin.elapsed() < Duration::from_secs(90));
        let data = lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned));
        data.filter_map(|data| serde_json::from_str(&data).ok())
    }
}

impl Drop for PreviewProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn errors(state: &serde_json::Value) -> Vec<&str> {
    state["errors"].as_array().unwrap().iter().map(|error| error.as_str().unwrap()).collect()
}

#[test]
fn an_edit_shows_an_error_stands_over_the_last_good_page_and_goes_when_mended() {
    let portal =
        Portal::new().item("content/news/a.md", "first text").item("content/news/b.md", "");
    let preview = PreviewProcess::start(&portal, &format!("--watch --at {NOW}"));
    let mut events = preview.events();
    let (status, page) = preview.get("/news/a/");
    assert!(status == "200" && page.contains("first text") && page.contains("/_prakat/live.js"));
    let shown = |state: &serde_json::Value| state["build"].as_str().unwrap().to_owned();
    let before = shown(&events.next().unwrap());

    portal.write("content/news/a.md", item("content/news/a.md", "", "second text"));
    let state = events.find(|state| shown(state) != before).unwrap();
    assert_eq!(errors(&state), Vec::<&str>::new());
    assert!(preview.get("/news/a/").1.contains("second text"));

    portal.write(
        "content/news/a.md",
        item("content/news/a.md", "publish_untill: 2569-12-01", "third"),
    );
    let state = events.find(|state| !errors(state).is_empty()).unwrap();
    let error = errors(&state)[0];
    for part in [
        "front-matter/unknown-key",
        "content/news/a.md:6:1",
        "publish_untill: 2569-12-01",
        "publish_until`?",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let (status, page) = preview.get("/news/a/");
    assert!(status == "200" && page.contains("second text"), "{page}");

    portal.write("content/news/a.md", item("content/news/a.md", "", "fourth"));
    events.find(|state| errors(state).is_empty()).unwrap();
    assert!(preview.get("/news/a/").1.contains("fourth"));

    // Settings that cannot be read: the last good pages stay.
    portal.write("site.toml", "[site\n");
    events.find(|state| !errors(state).is_empty()).unwrap();
    assert!(preview.get("/news/a/").1.contains("fourth"));
    // Also those that nobody asked for yet, and what pages are made of.
    for path in ["/", "/news/b/", "/news/", "/assets/prakat.css", "/_prakat/"] {
        assert_eq!(preview.get(path).0, "200", "{path}");
    }
    portal.write("site.toml", SITE.replace("เทศบาลทดสอบ", "เทศบาลใหม่"));
    events.find(|state| errors(state).is_empty()).unwrap();
    assert!(preview.get("/news/a/").1.contains("เทศบาลใหม่"));

    // A style sheet is swapped; pages are not loaded again for it.
    portal.write("static/own.css", "a{}");
    let made = events
        .find(|state| preview.get("/own.css").0 == "200" && errors(state).is_empty())
        .unwrap();
    portal.write("static/own.css", "b{}");
    let swapped = events.find(|state| state["css"] != made["css"]).unwrap();
    assert_eq!(shown(&swapped), shown(&made));
    assert_eq!(preview.get("/own.css").1, "b{}");
}

/// Names, bytes and times of everything in the portal.
fn stamps(root: &Path) -> BTreeMap<String, std::time::SystemTime> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(Result::unwrap);
    let stamp = |entry: walkdir::DirEntry| {
        (entry.path().display().to_string(), entry.metadata().unwrap().modified().unwrap())
    };
    entries.map(stamp).collect()
}

#[test]
fn nothing_is_written_and_nothing_withheld_is_there() {
    let portal = Portal::new()
        .item("content/news/a.md", "[b](b.md)")
        .item_with("content/news/b.md", "approver: -\ntitle: zqsecret", "zqbody")
        .item_with("content/news/c/index.md", "publish_from: 2570-01-01\ntitle: zqlater", "")
        .file("content/news/c/zq.csv", "zq");
    portal.run(&format!("build -q --at {NOW}")).expect_status(0);
    let before = stamps(portal.root());
    let preview = PreviewProcess::start(&portal, &format!("--at {NOW}"));
    for path in ["/", "/news/", "/news/a/", "/feed.xml", "/sitemap.xml", "/404.html", "/robots.txt"]
    {
        let (_, page) = preview.get(path);
        assert!(!page.contains("zq"), "{path}: {page}");
    }
    for path in
        ["/news/b/", "/news/c/", "/news/c/zq.csv", "/news/b", "/content/news/b.md", "/site.toml"]
    {
        let (status, page) = preview.get(path);
        assert!(status == "404" && !page.contains("zq"), "{path}: {status} {page}");
    }
    // The desk is for those who may see the files; it names what is withheld, and why.
    let (status, desk) = preview.get("/_prakat/");
    assert!(
        status == "200"
            && desk.contains("content/news/b.md")
            && desk.contains("nobody is named as approver")
    );
    assert!(!desk.contains("href=\"/news/b/\""), "{desk}");
    assert!(desk.contains("href=\"/news/a/\""), "{desk}");
    drop(preview);
    assert_eq!(stamps(portal.root()), before);
    let pages = tree(&portal.path("public"));
    let touched = pages
        .values()
        .map(|bytes| String::from_utf8_lossy(bytes))
        .any(|page| ["_prakat", "prakat-mark"].iter().any(|own| page.contains(own)));
    assert!(!touched, "no build holds anything of the preview");
}

#[test]
fn a_preview_of_what_is_withheld_says_so_on_each_page() {
    let portal = Portal::new()
        .item("content/news/a.md", "")
        .item_with("content/news/b.md", "approver: -", "draft body")
        .item_with("content/news/c.md", "publish_from: 2570-01-01", "later body");
    let preview = PreviewProcess::start(&portal, &format!("--preview --at {NOW}"));
    let (status, page) = preview.get("/news/b/");
    assert!(status == "200" && page.contains("draft body"));
    assert!(
        page.contains(
            " data-stamp=\"NOT PUBLISHED\">not approved: nobody is named as approver (write"
        ),
        "{page}"
    );
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"));
    let (_, page) = preview.get("/news/c/");
    assert!(
        page.contains("not before 1 January 2027 – changes by itself on 1 January 2027</section>"),
        "{page}"
    );
    assert!(!preview.get("/news/a/").1.contains("prakat-band"));
    // In lists, too, and in feeds: next to its title, and next to no other.
    let mark = "<span class=\"prakat-mark\">Not public</span></a>";
    for (path, link) in [("/news/", "../news/"), ("/", "./news/"), ("/404.html", "/news/")] {
        let (_, page) = preview.get(path);
        let links =
            page.split("<a ").filter_map(|link| link.split_once("</a>")).map(|(link, _)| link);
        for (name, is_public) in [("a", true), ("b", false), ("c", false)] {
            let href = format!("href=\"{link}{name}/\"");
            let mut own = links.clone().filter(|link| link.contains(&href)).peekable();
            assert!(own.peek().is_some() || path == "/404.html", "{path} {href}: {page}");
            own.for_each(|link| {
                assert_eq!(link.contains("prakat-mark"), !is_public, "{path}: {link}")
            });
        }
        assert!(path == "/404.html" || page.contains(mark), "{page}");
    }
    let (_, feed) = preview.get("/feed.xml");
    assert_eq!(
        feed.matches(" (Not public)</title><link href=\"https://test.example.go.th/news/").count(),
        2
    );
    assert!(feed.contains("<title>content/news/a.md</title>"), "{feed}");
    // With mistakes in its file the page before is kept, and says the same.
    portal.write("content/news/b.md", item("content/news/b.md", "titel: b", "other body"));
    let (status, page) = preview.get("/news/b/");
    assert!(status == "200" && page.contains("draft body") && page.contains("NOT PUBLISHED"));
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"));
    portal
        .run("serve --preview --interface 0.0.0.0 --port 0")
        .expect_status(2)
        .expect_in_stderr("error[environment/remote-preview]");
}

/// Runs a preview whose clock starts at [`NOW`], and hands it over.
fn with_clock(portal: &Portal, look: impl FnOnce(&PreviewProcess)) {
    let begin = Instant::now();
    let first: Timestamp = NOW.parse().unwrap();
    let source = prakat::source::Portal::at(portal.root());
    let listen = prakat::serve::Listen {
        interface: "127.0.0.1".parse().unwrap(),
        port: 0,
        hosts: Vec::new(),
        language: prakat::report::ReportLanguage::English,
    };
    let server = prakat::serve::Server::bind(listen).unwrap();
    let (address, stop) = (server.address().to_string(), server.stop());
    let means = prakat::serve::ServeOptions {
        portal: source.clone(),
        prepare: Box::new(move || {
            prakat::build::Project::load(&source, None)
                .map_err(prakat::build::ProjectError::Mistakes)
        }),
        further: Box::new(Vec::new),
        instant: Box::new(move |_| Ok(first + begin.elapsed())),
        catalog: prakat::report::Catalog::new(prakat::report::ReportLanguage::English),
        print: Box::new(|_| {}),
        shows_withheld: false,
        is_open_to_others: false,
    };
    let running = std::thread::spawn(move || prakat::serve::serve(server, None, means));
    let child = portal.command("--version").stdout(Stdio::null()).spawn().unwrap();
    let preview = PreviewProcess { child, address };
    look(&preview);
    stop.stop();
    running.join().unwrap().unwrap();
}

/// The page changes when its window opens, without any file being touched.
#[test]
fn a_window_opens_while_the_preview_runs() {
    let portal = Portal::new().item("content/news/a.md", "").item_with(
        "content/news/b.md",
        "publish_from: 2569-11-22T09:00:02",
        "",
    );
    with_clock(&portal, |preview| {
        let mut events = preview.events();
        let before = events.next().unwrap()["build"].clone();
        assert_eq!(preview.get("/news/b/").0, "404");
        events.find(|state| state["build"] != before).unwrap();
        assert_eq!(preview.get("/news/b/").0, "200");
    });
}

/// An item closes at its deadline, without any file being touched.
#[test]
fn a_deadline_passes_while_the_preview_runs() {
    let portal = Portal::new()
        .file("site.toml", format!("{SITE}{STEPS}"))
        .file("themes/default/templates/item.html", "<p>[{{ item.state }}]</p>")
        .item_with("content/news/a.md", "kind: call\nextra: { closes: 2569-11-22T09:00:02 }", "");
    with_clock(&portal, |preview| {
        let mut events = preview.events();
        let before = events.next().unwrap()["build"].clone();
        assert!(preview.get("/news/a/").1.contains("[open]"));
        events.find(|state| state["build"] != before).unwrap();
        assert!(preview.get("/news/a/").1.contains("[closed]"));
    });
}

#[test]
fn without_watching_a_page_that_is_asked_for_again_is_up_to_date_all_the_same() {
    let portal = Portal::new().item("content/news/a.md", "first");
    let preview = PreviewProcess::start(&portal, &format!("--at {NOW}"));
    assert!(preview.get("/news/a/").1.contains("first"));
    portal.write("content/news/a.md", item("content/news/a.md", "", "second"));
    assert!(preview.get("/news/a/").1.contains("second"));
    // More than its own text, too.
    let lines = "title: zqnew\naliases: [/news/old/]";
    portal.write("content/news/a.md", item("content/news/a.md", lines, ""));
    assert!(preview.get("/news/a/").1.contains("zqnew"));
    assert_eq!(preview.get("/news/old/").0, "200");
    assert_eq!(preview.get("/news/a").0, "307");
    assert_eq!(preview.get("/news/a/index.html").0, "200");
    std::fs::remove_file(portal.path("content/news/a.md")).unwrap();
    assert_eq!(preview.get("/news/a/").0, "404");
}

/// Asks again until a page is found.
fn found(preview: &PreviewProcess, path: &str) -> String {
    let begin = Instant::now();
    loop {
        let (status, page) = preview.get(path);
        if status == "200" {
            return page;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "{path}: {status}");
    }
}

#[test]
fn a_file_that_came_without_an_event_is_found_when_its_page_is_asked_for() {
    let portal = Portal::new().item("content/news/a.md", "");
    let preview = PreviewProcess::start(&portal, &format!("--at {NOW}"));
    assert_eq!(preview.get("/news/new/").0, "404");
    portal.write("content/news/new.md", item("content/news/new.md", "title: zqnew", ""));
    assert!(found(&preview, "/news/new/").contains("zqnew"));
    assert!(preview.get("/news/").1.contains("zqnew"));
    let lines = "aliases: [/news/old/]";
    portal.write("content/news/x/y/index.md", item("content/news/x/y/index.md", lines, ""));
    found(&preview, "/news/old/");
    assert_eq!(preview.get("/news/none/").0, "404");
}

#[test]
fn a_page_that_cannot_be_shown_says_why_without_a_script() {
    let portal = Portal::new().file("site.toml", "[site\n");
    let preview = PreviewProcess::start(&portal, "--watch");
    let (status, page) = preview.get("/");
    assert_eq!(status, "500");
    for part in ["This page cannot be shown", "<summary>Errors: 1</summary>", "site.toml:1:6"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let mut events = preview.events();
    portal.write("site.toml", SITE);
    events.find(|state| errors(state).is_empty()).unwrap();
    assert_eq!(preview.get("/").0, "200");
    // Nor does the preview end when its settings go.
    std::fs::remove_file(portal.path("site.toml")).unwrap();
    events.find(|state| !errors(state).is_empty()).unwrap();
    assert_eq!(preview.get("/").0, "200");

    // A page that was never shown, of an item that cannot be read any more.
    let portal = Portal::new().item("content/news/a.md", "");
    let preview = PreviewProcess::start(&portal, &format!("--at {NOW}"));
    assert_eq!(preview.get("/").0, "200");
    portal.write("content/news/a.md", item("content/news/a.md", "publish_untill: <b>", ""));
    let (status, page) = preview.get("/news/a/");
    assert_eq!(status, "500");
    assert!(page.contains("content/news/a.md:6:1") && page.contains("&lt;b&gt;"), "{page}");
}

#[test]
fn a_preview_of_the_wrong_folder_ends() {
    Portal::empty()
        .run("serve --watch --port 0")
        .expect_status(2)
        .expect_in_stderr("error[settings/missing-file]")
        .expect_in_stderr("--root DIR");
}

#[test]
fn the_desk_names_each_item_by_its_title_and_says_at_its_row_what_is_wrong_with_it() {
    let portal = Portal::new()
        .item_with("content/news/a.md", "title: zqtitle", "[x](gone.md)")
        .item("content/news/b/index.md", "")
        .file("content/news/b/unused.csv", "a,b\n1,2\n")
        .file("content/stray/unused.csv", "a,b\n1,2\n")
        .item("content/_index.md", "")
        .file("content/news/c.md", "---\ntitel: <c>\n---\n");
    let preview = PreviewProcess::start(&portal, &format!("--at {NOW}"));
    preview.events().find(|state| state["unchecked"] == 0).unwrap();
    let desk = preview.get("/_prakat/").1;
    let (before, rows) = desk.split_once("<table").unwrap();
    assert!(before.contains("content/stray/unused.csv"), "{before}");
    assert!(!before.contains("gone.md"), "{before}");
    let row = |path: &str| {
        let mut rows = rows.split("<tbody").filter(|row| row.contains(&format!("<code>{path}<")));
        rows.next().unwrap_or_else(|| panic!("{path}: {rows:?}"))
    };
    assert!(row("content/_index.md").contains("<a href=\"/\""), "the home page has a link");
    let broken = row("content/news/a.md");
    assert!(broken.contains("zqtitle") && broken.contains("links/dead"), "{broken}");
    assert!(
        broken.contains("data-verdict=\"invalid\"") && broken.contains("Errors: 1"),
        "{broken}"
    );
    let warned = row("content/news/b/index.md");
    assert!(warned.contains("files/unused") && warned.contains("Warnings: 1"), "{warned}");
    let unreadable = row("content/news/c.md");
    assert!(unreadable.contains("titel: &lt;c&gt;"), "{unreadable}");
}

/// A page of the desk at a time, chosen and sorted among all items by its address alone.
#[test]
fn the_desk_has_pages_and_answers_before_all_is_checked() {
    let titled = |n: usize, lines: &str| format!("title: zq{:03}\n{lines}", 999 - n);
    let portal = (0..250).fold(Portal::new(), |portal, n| {
        let lines = if n % 2 == 0 { "approver: -" } else { "" };
        portal.item_with(&format!("content/news/n{n:03}.md"), &titled(n, lines), "")
    });
    portal.write("content/news/n007.md", item("content/news/n007.md", "titel: x", ""));
    let preview = PreviewProcess::start(&portal, &format!("--at {NOW}"));
    let rows = |query: &str| -> Vec<String> {
        let (status, desk) = preview.get(&format!("/_prakat/{query}"));
        assert_eq!(status, "200");
        let codes = desk.split("<code>content/news/n").skip(1);
        codes.map(|rest| rest.split('.').next().unwrap().to_owned()).collect()
    };
    let ends = |rows: &[String]| (rows.len(), rows[0].clone(), rows[rows.len() - 1].clone());
    let end = |count, first: &str, last: &str| (count, first.to_owned(), last.to_owned());
    assert!(preview.get("/_prakat/").1.contains("<code>prakat serve --preview</code>"));
    assert_eq!(ends(&rows("")), end(100, "000", "099"));
    assert_eq!(ends(&rows("?page=3")), end(50, "200", "249"));
    assert_eq!(ends(&rows("?page=99")), end(50, "200", "249"));
    assert_eq!(ends(&rows("?verdict=unapproved")), end(100, "000", "198"));
    assert_eq!(ends(&rows("?verdict=unapproved&page=2")), end(25, "200", "248"));
    // Without a title it has its path.
    assert_eq!(ends(&rows("?sort=item&page=3")), end(50, "050", "000"));
    assert_eq!(ends(&rows("?sort=item&order=descending&page=3")).2, "007");
    assert_eq!(rows("?text=ZQ998"), ["001"]);
    assert_eq!(rows("?text=nobody+N010"), ["010"]);
    assert_eq!(rows("?wrong=on"), ["007"]);
    assert_eq!(rows("?text=publish_until"), Vec::<String>::new());
    let (_, desk) = preview.get("/_prakat/?text=%22%3E%3Cscript%3E&sort=verdict");
    assert!(desk.contains("value=\"&quot;&gt;&lt;script&gt;\""), "{desk}");
    let (_, desk) = preview.get("/_prakat/?verdict=unapproved&sort=next&order=descending");
    assert!(desk.contains("aria-sort=\"descending\""), "{desk}");
    let next = "href=\"?verdict=unapproved&amp;sort=next&amp;order=descending&amp;page=2\"";
    assert!(desk.contains(next) && desk.contains("Page 1 of 2"), "{desk}");
}

/// What is withheld by now does not come back as a page from before, whatever is broken.
#[test]
fn a_page_from_before_its_item_was_withheld_is_forgotten() {
    let portal = Portal::new().item("content/news/a.md", "zqbody").item("content/news/b.md", "");
    let preview = PreviewProcess::start(&portal, &format!("--watch --at {NOW}"));
    let mut events = preview.events();
    assert!(preview.get("/news/a/").1.contains("zqbody"));
    assert_eq!(preview.get("/news/").0, "200");
    portal.write("content/news/a.md", item("content/news/a.md", "approver: -", "zqbody"));
    events.find(|_| preview.get("/news/a/").0 == "404").unwrap();
    portal.write("themes/default/templates/category.html", "{% bad");
    events.find(|state| !errors(state).is_empty()).unwrap();
    for path in ["/news/a/", "/news/b/", "/news/"] {
        let (_, page) = preview.get(path);
        assert!(!page.contains("zqbody") && !page.contains("news/a.md"), "{path}: {page}");
    }
}

/// What a seal covers and what was looked into are bytes, not names.
#[test]
fn a_file_that_changed_since_it_was_read_is_not_served() {
    let portal = || {
        Portal::new()
            .item("content/news/a/index.md", "[a](a.csv)")
            .file("content/news/a/a.csv", "a,b\n1,2\n")
            .file("static/own.css", "a{}")
    };
    let (still, watched) = (portal(), portal());
    let preview = PreviewProcess::start(&still, &format!("--at {NOW}"));
    let paths = ["/news/a/a.csv", "/own.css"];
    paths.iter().for_each(|path| assert_eq!(preview.get(path).0, "200", "{path}"));
    // Of the same size, and as if nobody had touched it.
    let times = |path: &str| {
        let seen = std::fs::metadata(still.path(path)).unwrap();
        std::fs::FileTimes::new().set_modified(seen.modified().unwrap())
    };
    for (path, text) in [("content/news/a/a.csv", "a,b\n3,4\n"), ("static/own.css", "b{}")] {
        let before = times(path);
        still.write(path, text);
        let file = std::fs::File::options().append(true).open(still.path(path)).unwrap();
        file.set_times(before).unwrap();
    }
    for path in paths {
        let (status, page) = preview.get(path);
        assert!(status == "409" && page.contains("changed after it was read"), "{status} {page}");
    }
    // The same bytes in another file are what was looked into; the desk waits for that.
    preview.events().find(|state| state["unchecked"] == 0).unwrap();
    still.write("content/news/a/copy", "a,b\n1,2\n");
    std::fs::rename(still.path("content/news/a/copy"), still.path("content/news/a/a.csv")).unwrap();
    let (status, bytes) = preview.get("/news/a/a.csv");
    assert_eq!((status.as_str(), bytes.as_str()), ("200", "a,b\n1,2\n"));

    let preview = PreviewProcess::start(&watched, &format!("--watch --at {NOW}"));
    let mut events = preview.events();
    watched.write("content/news/a/a.csv", "a,b\n3,4\n");
    watched.write("static/own.css", "b{}");
    let is_served =
        |path: &str, text: &str| preview.get(path) == ("200".to_owned(), text.to_owned());
    events
        .find(|_| is_served("/news/a/a.csv", "a,b\n3,4\n") && is_served("/own.css", "b{}"))
        .unwrap();
}

/// The search finds in the preview what it would find on the site, also after an edit.
#[test]
fn the_search_is_made_when_it_is_asked_for_and_again_after_an_edit() {
    let portal = (0..100).fold(Portal::new().file("site.toml", searchable(SITE)), |portal, n| {
        portal.item(&format!("content/news/n{n}.md"), &format!("zqword{n}"))
    });
    let preview = PreviewProcess::start(&portal, &format!("--watch --at {NOW}"));
    let mut events = preview.events();
    let is_served = |preview: &PreviewProcess| {
        portal.build();
        let files = portal.output().into_iter().filter(|(path, _)| !path.ends_with("index.html"));
        let files =
            files.filter(|(path, _)| path.starts_with("search/") || path == "manifest.json");
        let files: Vec<(String, Vec<u8>)> = files.collect();
        assert!(files.len() > 100);
        files.iter().all(|(path, bytes)| {
            let mut answer = Vec::new();
            preview.send(&format!("/{path}")).read_to_end(&mut answer).unwrap();
            answer.ends_with(bytes)
        })
    };
    assert!(is_served(&preview));
    portal.write("content/news/n7.md", item("content/news/n7.md", "title: zqtitle", "other"));
    events.find(|_| is_served(&preview)).unwrap();
    assert_eq!(preview.get("/search/index/100000.txt").0, "404");
    assert_eq!(preview.get("/search/text/1/1-1.txt").0, "404");
}

/// Files that decide, too, may come later, in folders that come later, and be named later.
#[test]
fn files_of_signers_and_trust_are_followed_when_they_come() {
    let named = format!("{SITE}\n[policy]\nallowed_signers = \"keys/own/allowed_signers\"\n");
    let portal = Portal::new().item("content/news/a.md", "");
    let preview = PreviewProcess::start(&portal, &format!("--watch --at {NOW}"));
    let mut events = preview.events();
    portal.write("site.toml", named);
    for _ in 0..2 {
        events.find(|state| !errors(state).is_empty()).unwrap();
        portal.write("keys/own/allowed_signers", "");
        events.find(|state| errors(state).is_empty()).unwrap();
        portal.write("keys/own/allowed_signers", b"\xFF");
        events.find(|state| !errors(state).is_empty()).unwrap();
        portal.write("keys/own/allowed_signers", "# nobody");
        events.find(|state| errors(state).is_empty()).unwrap();
        std::fs::remove_dir_all(portal.path("keys")).unwrap();
    }
    // From the start.
    let preview = PreviewProcess::start(&portal, &format!("--watch --at {NOW}"));
    let mut events = preview.events();
    events.find(|state| !errors(state).is_empty()).unwrap();
    portal.write("keys/own/allowed_signers", "");
    events.find(|state| errors(state).is_empty()).unwrap();
    // Without its trust file nobody knows who may approve.
    let built = portal.run("build --trust nowhere.toml").expect_status(2);
    let served = portal.run("serve --port 0 --trust nowhere.toml").expect_status(2);
    served.expect_stderr(&built.stderr);
}

/// A path without its slash leads to the page, in Thai, too.
#[test]
fn a_thai_address_without_its_slash_leads_to_the_page() {
    let portal = Portal::new().item("content/news/น้ำ.md", "zqwater");
    let preview = PreviewProcess::start(&portal, &format!("--at {NOW}"));
    let mut answer = String::new();
    let path = "/news/%E0%B8%99%E0%B9%89%E0%B8%B3";
    preview.send(path).read_to_string(&mut answer).unwrap();
    assert!(
        answer.to_lowercase().contains(&format!("location: {path}/\r\n").to_lowercase()),
        "{answer}"
    );
    assert!(preview.get(&format!("{path}/")).1.contains("zqwater"));
}
