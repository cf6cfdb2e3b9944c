//! Builds pairs of portals that differ only in withheld items. Their output must be the same: every
//! path and every byte, in the output folder and in the hidden one. So a withheld item cannot leave a
//! trace that nobody thought of.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::support::{NOW, Portal, STEPS, item, tree};

/// What the withheld items hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Rain,
    Sunshine,
    /// There are none, and nothing links to any.
    Absent,
}

use Content::{Absent, Rain, Sunshine};

/// How the portals of a comparison are alike.
#[derive(Debug, Clone, Copy, Default)]
struct Plan {
    /// What stays at the address of an item that has ended.
    notice_page: &'static str,
    /// Whether published items link to withheld ones.
    links: bool,
    /// How many items the list of news has at least; from 51 on it has a second page.
    items: usize,
    /// Whether the theme prints all that it gets.
    tells_all: bool,
    /// Whether items have mistakes, so that only `--keep-going` publishes anything.
    broken: bool,
}

const NONE: Plan =
    Plan { notice_page: "none", links: true, items: 8, tells_all: false, broken: false };

/// A kind of withheld item: its name, its category, and the lines that withhold it.
type Kind<'k> = (&'k str, &'k str, &'k str);

const KINDS: [Kind<'static>; 13] = [
    ("draft", "news", "approver: -"),
    ("entitled", "procurement", "approver: clerk\napproved_on: 2569-01-05"),
    ("term", "news", "approver: clerk\napproved_on: 2569-11-01"),
    ("undated", "news", "approver: clerk"),
    ("later", "procurement", "approved_on: 2569-12-20"),
    ("differs", "news", "seal: 0123"),
    ("unsealed", "orders", "approved_on: 2569-01-05"),
    ("unsigned", "council", "approved_on: 2569-01-05"),
    ("forged", "news", "approved_on: 2569-01-05"),
    ("scheduled", "news", "publish_from: 2570-06-01"),
    ("expired", "procurement", "publish_until: 2569-05-01"),
    ("withdrawn", "news", "withdrawn: { on: 2569-03-01, by: clerk, reason: zqREASONqz }"),
    ("outside", "", "approver: -"),
];

/// The kinds that were published once: with a notice their address is known.
const ENDED: [&str; 2] = ["expired", "withdrawn"];

const PICTURE: &[u8] = include_bytes!("cases/pictures/in/content/news/map/แผนที่.png");

impl Content {
    /// A word that occurs nowhere else; of another length in the other content.
    fn word(self, kind: &str, part: &str) -> String {
        match self {
            Rain => format!("zqrain{kind}{part}qz"),
            Sunshine => format!("zqsunshine{kind}{part}qz"),
            Absent => unreachable!("nothing is there"),
        }
    }

    /// Front matter that shows in lists, feeds, indexes, banners, tables and pages of others.
    fn lines(self, kind: &Kind, plan: Plan) -> String {
        let (name, _, lines) = *kind;
        let word = |part| self.word(name, part);
        let lines = lines.replace("zqREASONqz", &word("reason"));
        let slug = match plan.notice_page {
            "bare" if ENDED.contains(&name) => format!("fixed-{name}"),
            _ => word("slug"),
        };
        let common =
            format!("title: {}\nsummary: {}\nslug: {slug}\n", word("title"), word("summary"));
        let own = if self == Rain {
            format!(
                "tags: [{}, ร่วม]\nunit: {}\nfiscal_year: 2570\ndocument_number: {}\nissued_on: 2569-02-03\n\
                 valid_until: 2569-12-03\nweight: -5\nurgent: true\nmeets: [o1, o4]\naliases: [/old/{}/]\n\
                 attachments: [{{ file: a.csv, title: {} }}]\nreplaces: /news/p01.md\n\
                 changes: [{{ on: 2569-11-11, note: {} }}]\n",
                word("tag"),
                word("unit"),
                word("number"),
                word("alias"),
                word("file"),
                word("change"),
            )
        } else {
            format!(
                "tags: [{}]\nunit: สำนักปลัด\nfiscal_year: 2568\nweight: 700\nmeets: [o2]\naliases: [/{}.html, /x/{}/]\n\
                 attachments: [{{ file: {}.csv }}, {{ file: b.csv }}]\nreplaces: /news/p02/index.md\nprepared_by: clerk\n",
                word("tag"),
                word("alias"),
                word("alias"),
                word("file"),
            )
        };
        common + &own + &self.typed(name) + &lines
    }

    /// The lines of a declared kind: with amounts, deadlines and choices; with a person or a place; or a step
    /// of the procedure whose other steps are published.
    fn typed(self, name: &str) -> String {
        let word = |part| self.word(name, part);
        match (self, name.len() % 3) {
            (Rain, 0) => format!(
                "kind: case\nextra: {{ amount: 770000.25, way: three, ends_on: 2569-10-01, note: {}, \
                 other: /news/p01.md }}\n",
                word("note")
            ),
            (Rain, 1) => "kind: intent\nextra: { project: \"6801\" }\n".to_owned(),
            (Rain, _) => format!(
                "kind: person\nextra:\n  name: {}\n  position: ก\n  photo: a.png\n  photo_alt: ก\n",
                word("name")
            ),
            (_, 0) => format!("kind: {}\n", word("kind")),
            (_, 1) => "kind: call\nextra: { project: \"6801\", closes: 2569-11-28 }\n".to_owned(),
            _ => format!(
                "kind: case\nextra: {{ amount: 5, way: two, ends_on: 2571-01-01, note: {} }}\n",
                word("note")
            ),
        }
    }

    fn body(self, name: &str) -> String {
        let (heading, text) = (self.word(name, "heading"), self.word(name, "body"));
        let picture = self.word(name, "picture");
        if self == Rain {
            format!(
                "## heading\n\n## {heading}\n\n{text} [p](/news/p01.md) [q](/news/p02/index.md#one)\n\n\
                 ![{text}](a.png)\n\n| a | b |\n| --- | --- |\n| {text} | 2 |\n"
            )
        } else {
            let long = format!("{text} ข้อความยาว[^1] [p](/news/p03.md) ").repeat(30);
            format!(
                "## {heading}\n\n{long}\n\n## heading\n\n![{text}]({picture}.png)\n\n[^1]: {text}\n"
            )
        }
    }

    /// The files in an item's own folder.
    fn files(self, name: &str) -> Vec<(String, Vec<u8>)> {
        let text = self.word(name, "content");
        if self == Rain {
            vec![("a.csv".into(), text.into()), ("a.png".into(), PICTURE.to_vec())]
        } else {
            let (file, picture) = (self.word(name, "file"), self.word(name, "picture"));
            vec![
                (format!("{file}.csv"), format!("{text},{text}\n").repeat(9).into()),
                ("b.csv".into(), b"1,2\n".to_vec()),
                (format!("{picture}.png"), PICTURE.to_vec()),
            ]
        }
    }
}

/// The item in a folder of its own, `index.md` or `_index.md`, with its files.
fn write_bundle(portal: &Portal, path: &str, text: &str, files: &[(String, Vec<u8>)]) {
    portal.write(path, text);
    let folder = path.rsplit_once('/').unwrap().0;
    for (name, bytes) in files {
        portal.write(&format!("{folder}/{name}"), bytes);
    }
}

/// A kind with fields of several types.
const CASE: &str = r#"
[[kinds]]
id = "case"
title = "เรื่อง"
[[kinds.fields]]
id = "amount"
label = "จำนวนเงิน"
type = "money"
role = "amount"
[[kinds.fields]]
id = "way"
label = "วิธี"
type = "choice"
choices = ["one", "two", "three"]
[[kinds.fields]]
id = "ends_on"
label = "สิ้นสุด"
type = "date"
role = "deadline"
[[kinds.fields]]
id = "note"
label = "หมายเหตุ"
type = "text"
[[kinds.fields]]
id = "other"
label = "เรื่องอื่น"
type = "item"
"#;

/// Settings with everything that could name or count what is withheld.
fn settings(plan: Plan) -> String {
    let notice = plan.notice_page;
    let theme = if plan.tells_all { "teller" } else { "default" };
    format!(
        r#"[site]
title = "เทศบาลทดสอบ"
base_url = "https://test.example.go.th/portal/"
language = "th"
timezone = "Asia/Bangkok"
calendar = "buddhist"
fiscal_year_start = "10-01"
theme = "{theme}"
[markdown]
raw_html = "allow"
[contact]
phone = "0 5600 0111"
complaints = "/complaints/"
[security]
contact = ["mailto:hole@example.go.th", "https://test.example.go.th/portal/hole/"]
expires = "2570-09-30"
policy = "https://test.example.go.th/portal/hole-policy/"
[languages.en]
title = "Test"
[[categories]]
id = "news"
title = "ข่าว"
notice_page = "{notice}"
facets = ["kind", "unit", "fiscal_year", "tag", "state", "way"]
columns = ["amount", "ends_on", "state", "note", "other", "tags"]
per_page = 7
sort = "ends_on"
[[categories]]
id = "procurement"
title = "จัดซื้อจัดจ้าง"
sort = "-amount"
columns = ["title", "amount"]
facets = ["unit", "way"]
view = "table"
notice_page = "{notice}"
[[categories]]
id = "orders"
title = "คำสั่ง"
sort = "title"
approval = "sealed"
[[categories]]
id = "council"
title = "สภา"
approval = "signed"
[people.mayor]
name = "นางสมใจ ทดสอบ"
approves = ["*"]
[people.clerk]
name = "นายสมชาย ทดสอบ"
approves = ["news"]
terms = [{{ from = "2568-04-01", until = "2569-09-30" }}]
{STEPS}{CASE}"#
    )
}

/// A built-in theme whose templates also print all that they are given.
fn write_teller(portal: &Portal) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default/templates");
    let tell = "<pre>{{ __tera_context }}</pre>";
    for page in [
        "home",
        "category",
        "item",
        "page",
        "notice",
        "search",
        "sitemap",
        "term",
        "terms",
        "404",
        "head",
        "languages",
    ] {
        let text = std::fs::read_to_string(folder.join(format!("{page}.html"))).unwrap();
        portal.write(&format!("themes/teller/templates/{page}.html"), format!("{text}{tell}"));
    }
    for whole in ["base", "alias"] {
        let text = std::fs::read_to_string(folder.join(format!("{whole}.html"))).unwrap();
        let printed = text.replace("</body>", &format!("{tell}</body>"));
        assert_ne!(printed, text, "{whole} has an end");
        portal.write(&format!("themes/teller/templates/{whole}.html"), printed);
    }
    portal.write("themes/teller/theme.toml", "name = \"teller\"\ncontract = 1\n");
}

/// The items that everybody may see: of all kinds, enough for a second page of the list.
fn write_published(portal: &Portal, plan: Plan) {
    let put = |path: &str, lines: &str, body: &str| portal.write(path, item(path, lines, body));
    for n in 1..=plan.items {
        let weight = if n % 3 == 0 { format!("weight: {n}") } else { String::new() };
        let day = format!("publish_from: 2569-01-{:02}", n % 28 + 1);
        if n != 2 {
            let case = format!(
                "kind: case\nextra: {{ amount: {n}.50, way: one, ends_on: 2569-{:02}-20, other: /draft/index.md }}",
                n % 12 + 1
            );
            let case = if plan.links && n % 2 == 0 { case } else { String::new() };
            put(
                &format!("content/news/p{n:02}.md"),
                &format!("{weight}\n{day}\nmeets: [o{}]\nunit: กองที่ {}\n{case}", n % 4, n % 3),
                "## one\n\nก",
            );
        }
    }
    put(
        "content/news/p02/index.md",
        "tags: [ร่วม]\naliases: [/old/p02/]\nattachments: [{ file: a.csv }]",
        "## one\n\n![ก](a.png)",
    );
    portal.write("content/news/p02/a.csv", "1,2\n");
    portal.write("content/news/p02/a.png", PICTURE);
    put("content/news/p01.en.md", "title: one", "text");
    put("content/news/urgent.md", "urgent: true\npublish_until: 2569-12-24", "");
    put("content/news/_index.md", "title: ข่าวทั้งหมด", "ข้อความของหมวด");
    put(
        "content/procurement/tender.md",
        "valid_until: 2569-12-01\nunit: สำนักปลัด\nfiscal_year: 2570",
        "",
    );
    let step = |kind| format!("kind: {kind}\nextra: {{ project: \"6801\" }}");
    put("content/procurement/winner.md", &step("winner"), "");
    put(
        "content/procurement/call.md",
        "kind: call\nextra: { project: \"6801\", closes: 2569-12-02 }",
        "",
    );
    put("content/procurement/note.md", &step("note"), "");
    let owed =
        (1..=5).map(|n| format!("{{ id: o{n}, title: ข้อ {n} }}")).collect::<Vec<_>>().join(", ");
    put("content/coverage.md", &format!("kind: coverage\nextra: {{ obligations: [{owed}] }}"), "");
    put(
        "content/person/index.md",
        "category: -\nkind: person\nextra: { name: ก, photo: a.png, photo_alt: ก, phone: 0 5600 0101 }",
        "",
    );
    portal.write("content/person/a.png", PICTURE);
    let mut documents = vec!["news/p01.md".to_owned()];
    let mut body = String::new();
    for (name, category, _) in KINDS.iter().filter(|_| plan.links) {
        let path = format!("{name}/index.md");
        documents.push(path.clone());
        let _ = write!(
            body,
            "[a]({path}) [b](/{path}#heading) [c][{name}] **[d]({path} \"t\")** <a href=\"/{path}\">e</a>\n\n\
             ## [f]({path}) {name}\n\n[{name}]: {path}\n\n"
        );
        if plan.notice_page == "bare" && ENDED.contains(name) {
            let url = format!("/{category}/fixed-{name}/");
            let _ = writeln!(
                body,
                "[g]({url}) [{url}]({url}) https://test.example.go.th/portal{url}\n"
            );
        }
    }
    if plan.links {
        body += "[t](news/p03.en.md) [o](news/original.md) [u](news/original.en.md) [i](procurement/_index.md)\n";
        put("content/news/after.md", "replaces: /draft/index.md", "");
        put("content/news/after-too.md", "replaces: /expired/index.md", "");
    }
    let documents = documents.join(", ");
    put(
        "content/division.md",
        &format!("kind: division\nextra: {{ documents: [{documents}] }}"),
        &body,
    );
}

/// The items that nobody may see: each kind at a path to which others link, and at another.
fn write_withheld(portal: &Portal, content: Content, plan: Plan) {
    let write = |path: &str, kind: &Kind| {
        let (name, category, _) = *kind;
        let category = if category.is_empty() { "-" } else { category };
        let lines = format!("category: {category}\n{}", content.lines(kind, plan));
        let files = content.files(name);
        write_bundle(portal, path, &item(path, &lines, &content.body(name)), &files);
        if ["forged", "forgedx", "unsignedx"].contains(&name) {
            portal.write(&format!("{path}.sig"), content.word(name, "signature"));
        }
    };
    for kind in &KINDS {
        let (name, category, lines) = *kind;
        if plan.links {
            write(&format!("content/{name}/index.md"), kind);
        }
        // A notice gives away its address, which differs here.
        if plan.notice_page == "none" || !ENDED.contains(&name) {
            let other = format!("{name}x");
            let path = format!("content/{}/index.md", content.word(&other, "folder"));
            write(&path, &(&other, category, lines));
        }
    }
    write_texts(portal, content);
}

/// Withheld translations, texts of lists, and pages that the settings name.
fn write_texts(portal: &Portal, content: Content) {
    let put = |path: &str, name: &str, lines: &str| {
        let (title, summary) = (content.word(name, "title"), content.word(name, "summary"));
        let times = if content == Rain { 1 } else { 40 };
        let body = format!(
            "## {title}\n\n{} [p](/news/p01.md)\n",
            content.word(name, "body ").repeat(times)
        );
        let front = format!("title: {title}\nsummary: {summary}\n{lines}");
        portal.write(path, item(path, &front, &body));
    };
    let tag = content.word("translation", "tag");
    put(
        "content/news/p03.en.md",
        "translation",
        &format!("approver: -\nurgent: true\ntags: [{tag}]\nmeets: [o1]"),
    );
    put("content/news/original.md", "original", "approver: -\nurgent: true");
    put(
        "content/news/original.en.md",
        "ofwithheld",
        "approved_on: 2569-01-05\nurgent: true\nmeets: [o3]",
    );
    put("content/_index.md", "home", "publish_from: 2570-01-01");
    put("content/_index.en.md", "homeen", "");
    put("content/news/_index.en.md", "newsen", "approver: -");
    put("content/procurement/_index.md", "index", "approver: -");
    put("content/orders/_index.md", "sealedindex", "approved_on: 2569-01-05");
    put("content/complaints.md", "complaints", "approver: -");
    put("content/hole.md", "hole", "publish_from: 2570-01-01");
    put("content/hole-policy.md", "policy", "publish_until: 2569-02-01");
    let picture = content.word("index", "picture");
    portal.write(&format!("content/procurement/{picture}.png"), PICTURE);
}

/// Items with mistakes of every sort; `--keep-going` leaves them out.
fn write_broken(portal: &Portal, content: Content, plan: Plan) {
    let word = |part: &str| content.word("broken", part);
    let title = format!(
        "title: {}\nurgent: true\nweight: -9\nmeets: [o1]\ntags: [{}]",
        word("title"),
        word("tag")
    );
    let put = |name: &str, lines: &str, body: &str| {
        let path = format!("content/news/{}.md", word(name));
        portal.write(&path, item(&path, &format!("{title}\n{lines}"), body));
    };
    put("key", &format!("{}: 1", word("key")), "");
    put("date", "publish_until: 2569-13-01", "");
    put("link", "", &format!("[a]({}.md)", word("nowhere")));
    put("anchor", "", &format!("[a](#{})", word("nowhere")));
    put("picture", "", &format!("![a]({}.png)", word("nowhere")));
    put("person", &format!("approver: {}", word("person")), "");
    put("category", &format!("category: {}", word("category")), "");
    put("slug", &format!("slug: \"{}?\"", word("slug")), "");
    put("field", "kind: person\nextra: { colour: ก }", "");
    put("flat", &format!("attachments: [{{ file: {}.csv }}]", word("file")), "");
    let half = format!("content/news/{}.md", word("half"));
    portal.write(&half, format!("---\n{title}\n{}", word("body")));
    let bytes = [b"---\ntitle: \xff".to_vec(), word("bytes").into(), b"\n---\n".to_vec()].concat();
    portal.write(&format!("content/news/{}.md", word("bytes")), bytes);
    // A draft that claims what is somebody's: the draft goes.
    put("twin", "approver: -\nslug: p04", "");
    put("alias", "approver: -\naliases: [/news/p05/]", "");
    if plan.links {
        let path = "content/news/broken.md";
        portal.write(path, item(path, &format!("{title}\n{}: 1", word("key")), &word("body")));
        portal.write(
            "content/news/to-broken.md",
            item("content/news/to-broken.md", "", "[a](broken.md)"),
        );
    }
}

fn portal(content: Content, plan: Plan) -> Portal {
    let portal = Portal::new().file("site.toml", settings(plan));
    if plan.tells_all {
        write_teller(&portal);
    }
    write_published(&portal, plan);
    if content != Absent {
        write_withheld(&portal, content, plan);
    }
    if plan.broken && content != Absent {
        write_broken(&portal, content, plan);
    }
    portal
}

/// Every path in the output and in the hidden folder, with its bytes; folders end in `/`.
fn all_of(portal: &Portal) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for root in ["site", ".site.prakat"] {
        let files = tree(&portal.path(root));
        all.extend(files.into_iter().map(|(path, bytes)| (format!("{root}/{path}"), bytes)));
        for entry in walkdir::WalkDir::new(portal.path(root)).into_iter().filter_map(Result::ok) {
            if entry.file_type().is_dir() {
                let path = entry.path().strip_prefix(portal.root()).unwrap();
                all.insert(format!("{}/", path.display()), Vec::new());
            }
        }
    }
    all
}

/// The marker words in a text.
fn markers(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.contains("zqrain") || word.contains("zqsunshine")).collect()
}

/// Files in which two outputs differ, and marker words that either contains, each with its place.
fn differences(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> String {
    let mut differing = String::new();
    let paths: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    for path in paths {
        let (a, b) = (one.get(path), other.get(path));
        let texts =
            [a, b].map(|bytes| String::from_utf8_lossy(bytes.map_or(&[][..], Vec::as_slice)));
        let words: BTreeSet<&str> =
            markers(path).into_iter().chain(texts.iter().flat_map(|text| markers(text))).collect();
        if a != b || !words.is_empty() {
            let what = match (a, b) {
                (Some(_), None) => "only in the first",
                (None, Some(_)) => "only in the second",
                _ if a == b => "in both",
                _ => "differs",
            };
            let _ = writeln!(differing, "{path}: {what}; markers: {words:?}");
            let lines = texts[0].lines().zip(texts[1].lines());
            for (line, other) in lines.filter(|(line, other)| line != other).take(2) {
                let cut = |line: &str| line.chars().take(300).collect::<String>();
                let _ = writeln!(differing, "  - {}\n  + {}", cut(line), cut(other));
            }
        }
    }
    differing
}

/// Builds both portals, at each instant upon the output of the one before, and compares them at
/// the instants at which what was visible in one of them is withheld.
#[track_caller]
fn expect_same(contents: [Content; 2], plan: Plan) -> BTreeMap<String, Vec<u8>> {
    let portals = contents.map(|content| portal(content, plan));
    // At the first instant nothing has ended: what ends must leave the hidden folder, too. A portal
    // without such items never had a former output.
    let first = if contents.contains(&Absent) { NOW } else { "2026-02-15T09:00:00+07:00" };
    let mut last = BTreeMap::new();
    for (n, at) in [first, NOW].into_iter().enumerate() {
        let outputs: Vec<_> = std::thread::scope(|scope| {
            let builds = portals.each_ref().map(|portal| {
                scope.spawn(move || {
                    let keep_going = if plan.broken { " --keep-going" } else { "" };
                    let run = portal.run(&format!("build -q -o site --at {at}{keep_going}"));
                    let is_whole = run.status == 0 || (plan.broken && run.status == 3);
                    assert!(is_whole, "{contents:?} {plan:?} {at}: {}", run.stderr);
                    all_of(portal)
                })
            });
            builds.into_iter().map(|build| build.join().unwrap()).collect()
        });
        if at == first && n == 0 && first != NOW {
            let shown = outputs[0]
                .values()
                .any(|bytes| !markers(&String::from_utf8_lossy(bytes)).is_empty());
            assert!(shown, "what ends was published");
        }
        if at == NOW {
            let differing = differences(&outputs[0], &outputs[1]);
            assert!(differing.is_empty(), "{contents:?} {plan:?}, build {n}:\n{differing}");
        }
        last = outputs.into_iter().next().unwrap();
    }
    last
}

/// The portals are what they are meant to be: valid, and with items of every verdict.
#[test]
fn the_withheld_items_are_withheld_as_meant() {
    for content in [Rain, Sunshine] {
        let portal = portal(content, NONE);
        let items = portal.run(&format!("status --format json --at {NOW}")).expect_status(0).json();
        let mut verdicts = BTreeMap::new();
        for item in items["items"].as_array().unwrap() {
            let (file, verdict) =
                (item["file"].as_str().unwrap(), item["verdict"].as_str().unwrap());
            let text = std::fs::read_to_string(portal.path(file)).unwrap();
            assert_eq!(verdict == "published", markers(&text).is_empty(), "{file}: {verdict}");
            *verdicts.entry(verdict.to_owned()).or_insert(0) += 1;
        }
        let expected = [
            ("expired", 3),
            ("published", 20),
            ("scheduled", 5),
            ("unapproved", 27),
            ("withdrawn", 2),
        ];
        let expected = expected.map(|(verdict, count)| (verdict.to_owned(), count));
        assert_eq!(verdicts, BTreeMap::from(expected), "{content:?}");
    }
}

#[test]
fn what_withheld_items_hold_changes_nothing() {
    let plain = expect_same([Rain, Sunshine], Plan { items: 54, ..NONE });
    assert!(plain.contains_key("site/news/page/2/index.html"), "{:?}", plain.keys());
    assert!(!plain.contains_key("site/procurement/fixed-expired/index.html"));
    let bare = expect_same([Rain, Sunshine], Plan { notice_page: "bare", ..NONE });
    assert!(bare.contains_key("site/procurement/fixed-expired/index.html"), "{:?}", bare.keys());
}

#[test]
fn whether_there_are_withheld_items_changes_nothing() {
    let alone = Plan { links: false, ..NONE };
    expect_same([Rain, Absent], alone);
    expect_same([Sunshine, Absent], Plan { notice_page: "bare", ..alone });
}

#[test]
fn no_template_is_given_what_is_withheld() {
    let tells_all = Plan { tells_all: true, ..NONE };
    let output = expect_same([Rain, Sunshine], tells_all);
    let page = String::from_utf8_lossy(&output["site/division/index.html"]);
    assert!(
        page.contains("&quot;documents&quot;") && page.contains("&quot;nav&quot;"),
        "the theme prints its context: {page}"
    );
    expect_same([Rain, Sunshine], Plan { notice_page: "bare", ..tells_all });
    expect_same([Rain, Absent], Plan { links: false, ..tells_all });
}

#[test]
fn items_with_mistakes_that_are_left_out_change_nothing() {
    let broken = Plan { broken: true, ..NONE };
    expect_same([Rain, Sunshine], broken);
    expect_same([Rain, Absent], Plan { links: false, ..broken });
    expect_same([Sunshine, Absent], Plan { links: false, tells_all: true, ..broken });
}
