//! `prakat export schema`: a schema accepts whatever `prakat check` accepts, and refuses the usual mistakes as it does.

use std::fs;
use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

use crate::support::{Portal, copy_tree};

/// The schemas of a portal.
struct PortalSchemas {
    portal: Portal,
    schemas: Schemas,
    compiler: Compiler,
}

impl PortalSchemas {
    fn of(portal: Portal) -> Self {
        Self { portal, schemas: Schemas::new(), compiler: Compiler::new() }
    }

    /// Compiles a schema as the program prints it.
    fn schema(&mut self, name: &str) -> SchemaIndex {
        let printed = self.portal.run(&format!("export schema {name}")).expect_status(0).json();
        let address = format!("urn:prakat:schema:{name}");
        assert_eq!(printed["$id"], address.as_str());
        self.compiler.add_resource(&address, printed).unwrap();
        self.compiler.compile(&address, &mut self.schemas).unwrap()
    }

    /// Returns what a schema refuses in a value. Nothing if it accepts it.
    fn refusal(&self, schema: SchemaIndex, value: &Value) -> Option<String> {
        self.schemas.validate(value, schema).err().map(|error| format!("{error:#}"))
    }
}

/// The front matter of a Markdown file, as editors read it. `None` if a file has none.
fn front_matter(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    let yaml = text.strip_prefix("---\n")?.split("\n---").next()?.to_owned();
    serde_yaml::from_str(&yaml).ok()
}

/// The settings, as editors read them: dates are texts.
fn settings(text: &str) -> Option<Value> {
    fn json(value: toml::Value) -> Value {
        match value {
            toml::Value::Datetime(date) => Value::String(date.to_string()),
            toml::Value::Array(list) => list.into_iter().map(json).collect(),
            toml::Value::Table(table) => {
                table.into_iter().map(|(key, value)| (key, json(value))).collect()
            }
            other => serde_json::to_value(other).unwrap(),
        }
    }
    text.parse::<toml::Table>().ok().map(|table| json(toml::Value::Table(table)))
}

/// The Markdown files of a portal, from its root.
fn items(root: &Path) -> Vec<String> {
    let files = crate::support::tree(&root.join("content"));
    let paths = files.into_keys().filter(|path| path.ends_with(".md"));
    paths.map(|path| format!("content/{path}")).collect()
}

/// Checks that the schemas accept the settings and every item that the program accepts. Returns how many.
fn expect_accepted(portal: Portal, invalid: &[String]) -> usize {
    let mut schemas = PortalSchemas::of(portal);
    let (site, item) = (schemas.schema("site"), schemas.schema("item"));
    let read = |path: &str| fs::read_to_string(schemas.portal.path(path)).unwrap();
    let value = settings(&read("site.toml")).unwrap();
    assert_eq!(schemas.refusal(site, &value), None);
    let items = items(schemas.portal.root());
    let mut accepted = 0;
    for path in items.iter().filter(|path| !invalid.contains(path)) {
        let value = front_matter(&read(path)).unwrap_or_else(|| panic!("{path}"));
        let refusal = schemas.refusal(item, &value);
        assert_eq!(refusal, None, "{path}: {value:#}");
        accepted += 1;
    }
    accepted
}

/// The items in which `prakat check` finds errors. `None` if it cannot read the settings.
fn invalid_items(portal: &Portal, arguments: &str) -> Option<Vec<String>> {
    let run = portal.run(&format!("check --format json {arguments}"));
    let report: Value = serde_json::from_str(&run.stdout).ok()?;
    let errors = report["diagnostics"].as_array()?.iter().filter(|d| d["severity"] == "error");
    let mut files: Vec<String> =
        errors.filter_map(|error| error["file"].as_str().map(str::to_owned)).collect();
    files.dedup();
    let has_settings = !files.iter().any(|file| file == "site.toml");
    (has_settings && report["failure"].is_null()).then_some(files)
}

#[test]
fn the_demonstration_portal_is_accepted() {
    let portal = Portal::empty();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["content", "keys"] {
        copy_tree(&root.join(folder), &portal.path(folder));
    }
    portal.write("site.toml", fs::read_to_string(root.join("site.toml")).unwrap());
    assert!(expect_accepted(portal, &[]) > 100);
}

#[test]
fn all_examples_of_init_are_accepted() {
    for lang in ["th", "en"] {
        for (template, count) in [("municipality", 16), ("office", 10), ("minimal", 2)] {
            let portal = Portal::empty();
            portal.run(&format!("init --template {template} --lang {lang}")).expect_status(0);
            assert!(expect_accepted(portal, &[]) >= count, "{template}");
        }
    }
}

/// Cases whose items and settings show what front matter and site.toml may contain.
const CASES: [&str; 22] = [
    "aliases",
    "coverage",
    "date",
    "deadline",
    "empty",
    "far",
    "fields",
    "fiscal",
    "front-matter",
    "home",
    "kind",
    "late",
    "list",
    "missing",
    "replaces",
    "settings",
    "slips",
    "slugs",
    "terms",
    "translations",
    "value",
    "waivers",
];

#[test]
fn what_a_check_accepts_is_accepted() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut names: Vec<String> = fs::read_dir(&cases)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| CASES.iter().any(|case| name.starts_with(case)) && !name.ends_with("-thai"))
        .collect();
    names.sort();
    let mut accepted = 0;
    for name in names {
        let portal = Portal::new();
        copy_tree(&cases.join(&name).join("in"), portal.root());
        let Some(invalid) = invalid_items(&portal, "--at 2026-11-22T09:00:00+07:00") else {
            continue;
        };
        accepted += expect_accepted(portal, &invalid);
    }
    assert!(accepted > 50, "{accepted}");
}

/// A portal whose kind has a field of each type.
fn portal_of_all_types() -> Portal {
    let settings = include_str!("cases/fields-shown/in/site.toml");
    Portal::new().file("site.toml", settings.replace("theme = \"plain\"\n", ""))
}

/// Front matter that is right, but for the lines given.
fn notice(lines: &str) -> String {
    let lines = lines.replace('|', "\n");
    let key = |line: &str| line.split(':').next().unwrap().to_owned();
    let mut all = vec!["title: ก", "category: news", "publish_from: 2569-01-01"];
    all.retain(|line| !lines.lines().any(|other| key(other) == key(line)));
    let dropped = |line: &&str| !line.ends_with(": -");
    let all: Vec<&str> = all.into_iter().chain(lines.lines().filter(dropped)).collect();
    format!("---\n{}\n---\n", all.join("\n"))
}

#[test]
fn the_usual_mistakes_are_refused_by_the_schema_and_by_the_program() {
    let mut schemas = PortalSchemas::of(portal_of_all_types());
    let item = schemas.schema("item");
    let everything = schemas.schema("everything");
    for (lines, is_right) in [
        ("", true),
        ("title: -", false),
        ("title: \"  \"", false),
        ("title: 2569", true),
        ("publish_from: -", false),
        ("publish_from: 25/06/2569", false),
        ("publish_from: 2569-13-01", false),
        ("publish_from: ๒๕๖๙-๐๖-๒๕", true),
        ("publish_from: 2026-06-25T08:30", true),
        ("publish_until: \"\"", false),
        ("publish_until: null", false),
        ("publish_untill: 2569-12-31", false),
        ("draft: true", false),
        ("category: newz", false),
        ("category: ข่าว", false),
        ("approver: nobody", false),
        ("approver: \"\"", true),
        ("approver: \" mayor \"", true),
        ("prepared_by: นางสมใจ ทดสอบ", false),
        ("weight: heavy", false),
        ("urgent: ใช่", false),
        ("tags: ก, ข", false),
        ("tags: [ก, 12]", true),
        ("fiscal_year: 2570", true),
        ("fiscal_year: ๒๕๗๐", true),
        ("fiscal_year: 70", false),
        ("changes: [{ on: 2569-01-01 }]", false),
        ("changes: [{ on: 2569-01-01, note: ก, by: mayor }]", false),
        ("withdrawn: 2569-01-01", false),
        ("withdrawn:", false),
        ("attachments: [a.pdf]", false),
        ("waive: [{ rule: privacy/unknown, where: body, reason: ก, by: mayor }]", false),
        ("extra: text", false),
        ("kind: whatever|extra: { a: 1 }", true),
        ("kind: everything|extra: { subject: กขค, unknown: 1 }", false),
        ("kind: everything|extra: { subject: กขค, copies: many }", false),
        ("kind: everything|extra: { subject: กขค, copies: ๑๒ }", true),
        ("kind: everything|extra: { subject: กขค, copies: \"\" }", true),
        ("kind: everything|extra: { subject: กขค, budget: 1,250.50 }", false),
        ("kind: everything|extra: { subject: กขค, budget: \"1,250.50\" }", true),
        ("kind: everything|extra: { subject: กขค, budget: 50000 บาท }", false),
        ("kind: everything|extra: { subject: กขค, begins: tomorrow }", false),
        ("kind: everything|extra: { subject: กขค, online: maybe }", false),
        ("kind: everything|extra: { subject: กขค, method: magic }", false),
        ("kind: everything|extra: { subject: กขค, method: e-bidding }", true),
        ("kind: everything|extra: { subject: กขค, contact: nobody }", false),
        ("kind: everything|extra: { subject: กขค, form: www.example.com }", false),
        ("kind: everything|extra: { subject: กขค, email: office }", false),
        ("kind: everything|extra: { subject: กขค, days: 2569-01-01 }", false),
        ("kind: everything|extra: { subject: กขค, methods: [magic] }", false),
        ("kind: everything|extra: { subject: กขค, place: ก }", false),
        ("kind: everything|extra: { subject: กขค, place: { unknown: 1 } }", false),
        ("kind: everything|extra: { subject: กขค, bids: [{ unknown: 1 }] }", false),
        ("kind: coverage|extra: { obligations: [{ id: a }] }", false),
        ("kind: coverage|extra: { obligations: [{ id: a, title: ก, units: ข }] }", false),
        ("kind: coverage|extra: { obligations: [{ id: a, title: ก }] }", true),
    ] {
        let text = notice(lines);
        schemas.portal.write("content/news/a.md", &text);
        let at = "--at 2026-11-22T09:00:00+07:00";
        let invalid = invalid_items(&schemas.portal, at).unwrap();
        let is_invalid = invalid.iter().any(|path| path == "content/news/a.md");
        assert_eq!(!is_invalid, is_right, "the program: {lines}");
        let value = front_matter(&text).unwrap();
        let refusal = schemas.refusal(item, &value);
        assert_eq!(refusal.is_none(), is_right, "the schema: {lines}: {refusal:?}");
        if lines.contains("kind: everything") {
            let refusal = schemas.refusal(everything, &value);
            assert_eq!(refusal.is_none(), is_right, "of the kind: {lines}: {refusal:?}");
        }
    }
    let other = front_matter(&notice("kind: tender")).unwrap();
    assert!(schemas.refusal(everything, &other).is_some(), "another kind");
}

#[test]
fn what_a_kind_requires_may_be_missing_until_the_approval() {
    let kind = "\n[[kinds]]\nid = \"asset\"\ntitle = \"ครุภัณฑ์\"\n\
        [[kinds.fields]]\nid = \"price\"\nlabel = \"ราคา\"\ntype = \"money\"\nrequired = true\nmin = 1\n\
        [[kinds.fields]]\nid = \"parts\"\nlabel = \"ส่วน\"\ntype = \"group\"\nlist = true\nmax = 2\n\
        [[kinds.fields.fields]]\nid = \"name\"\nlabel = \"ชื่อ\"\ntype = \"text\"\nrequired = true\nmax = 3\n\
        [[kinds.fields.fields]]\nid = \"note\"\nlabel = \"หมายเหตุ\"\ntype = \"text\"\nrequires = [\"name\"]\n";
    let settings = crate::support::SITE.to_owned() + kind;
    let mut schemas = PortalSchemas::of(Portal::new().file("site.toml", settings));
    let item = schemas.schema("item");
    for (extra, is_right_before, is_right_after) in [
        ("", true, false),
        ("|extra:", true, false),
        ("|extra: { price: }", true, false),
        ("|extra: { price: 5 }", true, true),
        ("|extra: { price: 0 }", false, false),
        ("|extra: { price: 5, parts: [] }", true, true),
        ("|extra: { price: 5, parts: [{}] }", true, false),
        ("|extra: { price: 5, parts: [{ name: กขค }] }", true, true),
        ("|extra: { price: 5, parts: [{ name: \" กขค \" }] }", true, true),
        ("|extra: { price: 5, parts: [{ name: กขคง }] }", false, false),
        ("|extra: { price: 5, parts: [{ note: ก }] }", false, false),
        ("|extra: { price: 5, parts: [{ name: ก }, { name: ข }, { name: ค }] }", false, false),
    ] {
        for (approver, is_right) in [
            ("", is_right_before),
            ("|approver:", is_right_before),
            ("|approver: mayor", is_right_after),
        ] {
            let text = notice(&format!("kind: asset{extra}{approver}"));
            schemas.portal.write("content/news/a.md", &text);
            let invalid = invalid_items(&schemas.portal, "--at 2026-11-22T09:00:00+07:00").unwrap();
            assert_eq!(invalid.is_empty(), is_right, "the program: {text}");
            let refusal = schemas.refusal(item, &front_matter(&text).unwrap());
            assert_eq!(refusal.is_none(), is_right, "the schema: {text}: {refusal:?}");
        }
    }
}

#[test]
fn mistakes_in_the_settings_are_refused_by_the_schema_and_by_the_program() {
    let mut schemas = PortalSchemas::of(Portal::new());
    let site = schemas.schema("site");
    for (before, after, is_right) in [
        ("", "", true),
        ("title = \"เทศบาลทดสอบ\"", "", false),
        ("title = \"เทศบาลทดสอบ\"", "title = \" \"", false),
        ("calendar = \"buddhist\"", "calendar = \"thai\"", false),
        ("calendar = \"buddhist\"", "calender = \"buddhist\"", false),
        ("language = \"th\"", "language = \"thai\"", false),
        ("https://test", "test", false),
        ("id = \"news\"", "id = \"News\"", false),
        ("id = \"news\"", "id = \"news\"\nper_page = 1", false),
        ("id = \"news\"", "id = \"news\"\nview = \"grid\"", false),
        ("id = \"news\"", "id = \"news\"\nmin_days = 1\nrequires = [\"prepared_by\"]", true),
        ("id = \"news\"", "id = \"news\"\nrequires = [\"approver\"]", false),
        ("name = \"นางสมใจ ทดสอบ\"", "", false),
        ("approves = [\"*\"]", "approves = \"*\"", false),
        ("from = \"2568-04-01\"", "from = 2025-04-01", true),
        ("from = \"2568-04-01\"", "from = \"1 เมษายน 2568\"", false),
        ("enabled = false", "enabled = \"no\"", false),
        ("[search]", "[serach]", false),
        ("[search]", "[[home]]\nblock = \"latest\"\nlimit = 3\n[search]", true),
        ("[search]", "[[home]]\nblock = \"newest\"\n[search]", false),
        ("[search]", "[[kinds]]\nid = \"a\"\ntitle = { th = \"ก\" }\n[search]", true),
        (
            "[search]",
            "[[kinds]]\nid = \"a\"\ntitle = \"ก\"\nfields = [{ id = \"b\", label = \"ข\" }]\n[search]",
            false,
        ),
        (
            "[search]",
            "[[kinds]]\nid = \"a\"\ntitle = \"ก\"\nfields = [{ id = \"b\", label = \"ข\", type = \"group\", \
             fields = [{ id = \"c\", label = \"ค\", type = \"colour\" }] }]\n[search]",
            false,
        ),
    ] {
        let text = crate::support::SITE.replacen(before, after, 1);
        assert!(before.is_empty() || text != crate::support::SITE, "{before}");
        schemas.portal.write("site.toml", &text);
        let run = schemas.portal.run("export schema");
        assert_eq!(run.status == 0, is_right, "the program: {after}: {}", run.stderr);
        let refusal = schemas.refusal(site, &settings(&text).unwrap());
        assert_eq!(refusal.is_none(), is_right, "the schema: {after}: {refusal:?}");
    }
}

#[test]
fn every_name_has_a_schema_and_files_are_replaced() {
    let mut schemas = PortalSchemas::of(Portal::new());
    let names = schemas.portal.run("export schema").expect_status(0).stdout;
    assert!(names.starts_with("site\nitem\n") && names.ends_with("coverage\n"), "{names}");
    for name in names.lines() {
        schemas.schema(name);
    }
    let portal = schemas.portal;
    portal.write("a/b/item.schema.json", "old");
    let run = portal.run("export schema --output-dir a/b").expect_status(0);
    assert_eq!(run.stdout, "a/b/site.schema.json\na/b/item.schema.json\n");
    for name in ["site", "item"] {
        let written = fs::read_to_string(portal.path(&format!("a/b/{name}.schema.json"))).unwrap();
        assert_eq!(written, portal.run(&format!("export schema {name}")).stdout);
    }
    portal.run("export schema tender -o new").expect_status(0);
    assert!(portal.path("new/tender.schema.json").is_file());
    let unknown = portal.run("export schema tendr").expect_status(2);
    assert!(unknown.stderr.contains("tender"), "{}", unknown.stderr);
    assert_eq!(portal.run("export schema tendr -o other").status, 2);
    assert!(!portal.path("other").exists());
}

#[test]
fn descriptions_are_in_the_language_asked_for() {
    let portal = portal_of_all_types();
    let of = |lang: &str| portal.run(&format!("export schema everything --lang {lang}")).json();
    let (thai, english) = (of("th"), of("en"));
    assert_eq!(english["properties"]["title"]["description"], "The title.");
    assert_eq!(thai["properties"]["title"]["description"], "ชื่อเรื่อง");
    let field =
        |schema: &Value| schema["allOf"][0]["properties"]["extra"]["properties"]["subject"].clone();
    assert_eq!(field(&thai)["title"], "หัวข้อ", "{:#}", field(&thai));
}

#[test]
fn the_settings_of_editors_name_files_that_init_writes() {
    let portal = Portal::empty();
    let made = portal.run("init").expect_status(0).stdout;
    let settings = fs::read_to_string(portal.path("site.toml")).unwrap();
    let site = settings.lines().next().unwrap().strip_prefix("#:schema ").unwrap();
    let read = |path: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(portal.path(path)).unwrap()).unwrap()
    };
    let editor = read(".vscode/settings.json");
    let item = editor["yaml.schemas"].as_object().unwrap().keys().next().unwrap();
    for path in [site, item] {
        assert!(made.lines().any(|line| line == path), "{path}");
    }
    assert_eq!(read(site), portal.run("export schema site").json());
    assert_eq!(read(item), portal.run("export schema item").json());
    read(".vscode/extensions.json");
    read(".vscode/tasks.json");
}
