//! The reference pages, which are written from what the program itself knows.

mod keys;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use prakat::report::ReportLanguage;

use super::page::manual;
use crate::support::{Run, program};

/// A page of the reference, in one language.
pub(super) struct Reference {
    pub(super) slug: &'static str,
    /// The title and the summary.
    pub(super) head: [&'static str; 2],
    pub(super) weight: u8,
    pub(super) body: String,
}

/// What differs between the languages.
pub(super) struct Words {
    tag: &'static str,
    catalog: ReportLanguage,
}

/// All pages of the reference in a language.
pub(super) fn pages(tag: &'static str) -> Vec<Reference> {
    let catalog = if tag == "th" { ReportLanguage::Thai } else { ReportLanguage::English };
    let words = Words { tag, catalog };
    vec![
        keys::front_matter(&words),
        keys::settings(&words),
        commands(&words),
        messages(&words),
        kinds(&words),
    ]
}

impl Reference {
    /// The whole file.
    pub(super) fn text(&self, tag: &str) -> String {
        let [title, summary] = self.head;
        let day = if tag == "th" { "2569-11-01" } else { "2026-11-01" };
        format!(
            "---\ntitle: {title}\ncategory: reference\napprover: editor\npublish_from: {day}\nweight: {}\n\
             summary: {summary}\n---\n<!-- UPDATE=1 cargo test --test main manual -->\n\n{}",
            self.weight, self.body,
        )
    }
}

impl Words {
    /// Returns the Thai or the English text.
    pub(super) fn of<'a>(&self, thai: &'a str, english: &'a str) -> &'a str {
        if self.tag == "th" { thai } else { english }
    }

    /// Runs the program on the manual, in this language.
    pub(super) fn run(&self, arguments: &[&str]) -> String {
        let mut command = program();
        command.args(arguments).args(["--lang", self.tag]).arg("--root").arg(manual());
        Run::of(command.output().unwrap(), &manual()).expect_status(0).stdout
    }
}

/// Every command with its arguments, by the help of the program.
fn commands(words: &Words) -> Reference {
    let help: serde_json::Value =
        serde_json::from_str(&words.run(&["help", "--format", "json"])).unwrap();
    let mut body = words
        .of(
            "พิมพ์คำสั่งในโฟลเดอร์เว็บไซต์ (โฟลเดอร์ที่มี `site.toml`) `prakat help คำสั่ง` แสดงข้อความเดียวกันในหน้าต่างคำสั่ง\n\n\
             รหัสเมื่อจบ: 0 เสร็จสิ้น · 1 มีข้อผิดพลาด ไม่ได้เขียนสิ่งใด · 2 ใช้คำสั่งผิดหรือเครื่องมีปัญหา · 3 เสร็จสิ้น แต่มีข้อสังเกต\n\n## ตัวเลือกของทุกคำสั่ง\n\n",
            "Type commands in the portal's folder, the one with `site.toml`. `prakat help COMMAND` prints the same in the terminal.\n\n\
             Exit codes: 0 done · 1 there are errors, and nothing was written · 2 wrong use, or a problem of the computer · 3 done, with findings\n\n## Flags of all commands\n\n",
        )
        .to_owned();
    let program = &help["command"];
    add_arguments(&mut body, words, program, &[]);
    let everywhere: Vec<&serde_json::Value> =
        arguments_of(program).map(|flag| &flag["id"]).collect();
    add_commands(&mut body, words, program, &everywhere);
    let head = [
        words.of("คำสั่ง", "Commands"),
        words.of("คำสั่งทั้งหมดและตัวเลือกของแต่ละคำสั่ง", "All commands, with their flags"),
    ];
    Reference { slug: "commands", head, weight: 30, body }
}

/// Adds the commands below a command.
fn add_commands(
    body: &mut String,
    words: &Words,
    parent: &serde_json::Value,
    everywhere: &[&serde_json::Value],
) {
    for command in parent["commands"].as_array().into_iter().flatten() {
        let text = |key: &str| command[key].as_str().unwrap();
        let (name, usage) = (text("name"), text("usage"));
        write!(body, "\n## {name}\n\n{}\n\n`{usage}`\n\n", sentence(text("about"))).unwrap();
        add_arguments(body, words, command, everywhere);
        add_commands(body, words, command, everywhere);
    }
}

fn arguments_of(command: &serde_json::Value) -> impl Iterator<Item = &serde_json::Value> {
    command["arguments"].as_array().into_iter().flatten()
}

/// Adds a table of the arguments of a command, without those that all commands have.
fn add_arguments(
    body: &mut String,
    words: &Words,
    command: &serde_json::Value,
    everywhere: &[&serde_json::Value],
) {
    let own = |argument: &&serde_json::Value| !everywhere.contains(&&argument["id"]);
    let arguments: Vec<&serde_json::Value> = arguments_of(command).filter(own).collect();
    if arguments.is_empty() {
        return;
    }
    body.push_str(words.of("| ตัวเลือก | ความหมาย |\n", "| argument | meaning |\n"));
    body.push_str("| --- | --- |\n");
    for argument in arguments {
        let text = |key: &str| argument[key].as_str();
        let mut names: Vec<String> =
            text("short").map(|short| format!("-{short}")).into_iter().collect();
        names.extend(text("long").map(|long| format!("--{long}")));
        let mut name = names.join(", ");
        if let Some(value) = text("value_name") {
            name += if name.is_empty() { "" } else { " " };
            name += value;
        }
        let mut meaning = sentence(text("help").unwrap_or_default());
        let values: Vec<String> = argument["values"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|value| match value["help"].as_str() {
                Some(help) => format!("`{}` {}", value["name"].as_str().unwrap(), sentence(help)),
                None => format!("`{}`", value["name"].as_str().unwrap()),
            })
            .collect();
        if !values.is_empty() {
            write!(meaning, ": {}", values.join(", ")).unwrap();
        }
        if let Some(default) = text("default") {
            write!(meaning, " ({} `{default}`)", words.of("ค่าเริ่มต้น", "default")).unwrap();
        }
        writeln!(body, "| `{name}` | {} |", cell(&meaning)).unwrap();
    }
}

/// The groups of codes: what is before the stroke, and what they are about.
const GROUPS: [(&str, &str, &str); 16] = [
    ("source", "ไฟล์", "Files"),
    ("settings", "site.toml", "site.toml"),
    ("front-matter", "ส่วนหัวของไฟล์", "Front matter"),
    ("date", "วันที่", "Dates"),
    ("content", "เรื่อง", "Items"),
    ("links", "ลิงก์", "Links"),
    ("files", "ภาพและไฟล์แนบ", "Pictures and attachments"),
    ("markdown", "Markdown", "Markdown"),
    ("table", "ตารางจากไฟล์", "Tables from files"),
    ("plan", "แผน", "Plans"),
    ("numbering", "เลขข้อ", "Numbers of clauses"),
    ("text", "การพิมพ์", "Typing"),
    ("proofread", "การตรวจทาน", "Proofreading"),
    ("privacy", "ข้อมูลส่วนบุคคล", "Private data"),
    ("theme", "ชุดรูปแบบ", "Themes"),
    ("environment", "เครื่องคอมพิวเตอร์และคำสั่ง", "The computer and commands"),
];

/// Every diagnostic, by the sentences of the program.
fn messages(words: &Words) -> Reference {
    let catalog: toml::Table = words.catalog.catalog_text().parse().unwrap();
    let mut groups: BTreeMap<&str, Vec<(&str, &toml::Table)>> = BTreeMap::new();
    for (code, entry) in &catalog {
        let entry = entry.as_table().unwrap();
        if entry.contains_key("message") {
            groups.entry(code.split('/').next().unwrap()).or_default().push((code, entry));
        }
    }
    let mut body = words
        .of(
            "ข้อความมีรหัสในวงเล็บเหลี่ยม ตามด้วยไฟล์ บรรทัด และวิธีแก้ ค้นรหัสในหน้านี้ได้ เครื่องหมาย `…` แทนส่วนที่ต่างกันไปในแต่ละครั้ง \
             “ข้อผิดพลาด” ทำให้สร้างเว็บไซต์ไม่ได้ “คำเตือน” ไม่หยุดสิ่งใด\n",
            "A message has a code in brackets, then the file, the line and what to do. Find the code on this page. `…` stands for what differs each \
             time. An *error* stops the build, a *warning* stops nothing.\n",
        )
        .to_owned();
    for (group, thai, english) in GROUPS {
        let codes = groups.remove(group).unwrap_or_else(|| panic!("no code begins with {group}/"));
        writeln!(body, "\n## {}", words.of(thai, english)).unwrap();
        for (code, entry) in codes {
            let text = |key: &str| entry.get(key).and_then(|text| text.as_str());
            let helps = entry.iter().filter(|(key, _)| key.starts_with("help"));
            let help = text("help").or_else(|| helps.into_iter().next()?.1.as_str());
            write!(body, "\n`{code}`\n: {}\n", sentence(text("message").unwrap())).unwrap();
            if let Some(help) = help {
                write!(body, "\n: → {}\n", sentence(help)).unwrap();
            }
        }
    }
    assert!(groups.is_empty(), "no group for {:?}", groups.keys());
    let head = [
        words.of("ข้อความของโปรแกรม", "Messages"),
        words.of("รหัสของข้อความทั้งหมด ความหมาย และวิธีแก้", "All codes, what they mean, and what to do"),
    ];
    Reference { slug: "messages", head, weight: 40, body }
}

/// A sentence of the program as Markdown: `…` for what is filled in, and every sign as it is.
pub(super) fn sentence(text: &str) -> String {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || "_-".contains(c));
    let shown = parts.fold(first, |text, part| match part.split_once('}') {
        Some((name, rest)) if !name.is_empty() && is_name(name) => text + "…" + rest,
        _ => text + "{" + part,
    });
    // Signs that stand alone would be taken for a quotation mark without a partner.
    let shown = shown.replace("\\\"", "`\\\"`").replace(" \" ", " `\"` ").replace('\n', " ");
    let shown = as_code(&as_code(&shown, "[", "](", ")"), "{{", " ", "}}");
    let shown = as_code(&shown, "{%", " ", "%}").replace("!`[", "`![");
    let escaped = |(n, part): (usize, &str)| {
        if n % 2 == 1 {
            return format!("`{part}`");
        }
        let sign = |c: char| if "\\[<*_".contains(c) { format!("\\{c}") } else { c.to_string() };
        part.chars().map(sign).collect()
    };
    shown.split('`').enumerate().map(escaped).collect()
}

/// Puts what begins, goes on and ends with these signs between backticks.
fn as_code(text: &str, first: &str, middle: &str, last: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once(first) {
        let ends = inside.split_once(middle).and_then(|(head, tail)| {
            let (tail, after) = tail.split_once(last)?;
            Some((format!("{first}{head}{middle}{tail}{last}"), after))
        });
        let Some((mark, after)) = ends else { break };
        write!(out, "{before}`{mark}`").unwrap();
        rest = after;
    }
    out + rest
}

/// A text in a cell of a table.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Every kind that the program brings, with its fields.
fn kinds(words: &Words) -> Reference {
    let listed: serde_json::Value =
        serde_json::from_str(&words.run(&["kinds", "--format", "json"])).unwrap();
    let mut body = words
        .of(
            "เขียน `kind:` ในส่วนหัวของไฟล์ แล้วเขียนช่องของประเภทนั้นใต้ `extra:` คำสั่ง `prakat new … --kind` เขียนช่องทั้งหมดให้ \
             และเว็บไซต์[กำหนดประเภทเองได้](../../write/kinds/index.md)\n",
            "Write `kind:` into the front matter, and the fields of the kind under `extra:`. `prakat new … --kind` writes all of them for you. A site \
             can [declare kinds of its own](../../write/kinds/index.en.md).\n",
        )
        .to_owned();
    for kind in listed["kinds"].as_array().unwrap() {
        let id = kind["id"].as_str().unwrap();
        add_kind(&mut body, words, id);
    }
    let head = [
        words.of("ประเภทเรื่องทั้งหมด", "Kinds"),
        words.of(
            "ประเภทเรื่องที่มากับโปรแกรม และช่องของแต่ละประเภท",
            "The kinds that prakat brings, and their fields",
        ),
    ];
    Reference { slug: "kinds", head, weight: 50, body }
}

fn add_kind(body: &mut String, words: &Words, id: &str) {
    let declared: toml::Table = words.run(&["kinds", id]).parse().unwrap();
    let kind = declared["kinds"][0].as_table().unwrap();
    let text = |value: &toml::Value| {
        value.get(words.tag).or(Some(value)).and_then(|text| text.as_str()).unwrap().to_owned()
    };
    write!(
        body,
        "\n## {} (`{id}`)\n\n{}\n| --- | --- | --- | --- |\n",
        text(&kind["title"]),
        words.of("| ช่อง | ความหมาย | ชนิด | คำอธิบาย |", "| field | meaning | type | remarks |",),
    )
    .unwrap();
    for field in kind.get("fields").and_then(|fields| fields.as_array()).into_iter().flatten() {
        let is = |key: &str| field.get(key).and_then(toml::Value::as_bool).unwrap_or(false);
        let mut kind = field["type"].as_str().unwrap().to_owned();
        if is("list") {
            kind += words.of(" หลายค่า", ", a list");
        }
        let mut remarks = Vec::new();
        if is("required") {
            remarks.push(words.of("ต้องมี", "required").to_owned());
        }
        remarks.extend(field.get("help").map(text));
        if let Some(choices) = field.get("choices").and_then(|choices| choices.as_array()) {
            let choice = |choice: &toml::Value| {
                let id = choice["id"].as_str().unwrap();
                let label = text(&choice["label"]);
                if label == id { format!("`{id}`") } else { format!("`{id}` {label}") }
            };
            remarks.push(choices.iter().map(choice).collect::<Vec<_>>().join(", "));
        }
        let cells = [text(&field["label"]), kind, remarks.join(" · ")].map(|text| cell(&text));
        let id = field["id"].as_str().unwrap();
        writeln!(body, "| `{id}` | {} | {} | {} |", cells[0], cells[1], cells[2]).unwrap();
    }
}
