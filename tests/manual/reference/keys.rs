//! The pages of keys: those of front matter and those of site.toml, from the schemas that the program exports.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{Reference, Words, cell, sentence};

/// Every key of front matter.
pub(super) fn front_matter(words: &Words) -> Reference {
    let schema = schema(words, "item");
    let mut body = words
        .of(
            "ส่วนหัวของไฟล์อยู่ระหว่างบรรทัด `---` สองบรรทัดตอนบนของไฟล์ เขียนช่องละหนึ่งบรรทัด ช่องที่สะกดผิดเป็นข้อผิดพลาดเสมอ เรื่องที่เผยแพร่ได้ต้องมีอย่างน้อยสี่ช่องนี้\n\n\
             ```yaml\ntitle: ปิดสะพานสายธารา ๒ เพื่อซ่อมแซม\ncategory: news\napprover: clerk\npublish_from: 2569-11-27\n```\n\n\
             - วันที่เขียน ปี-เดือน-วัน เช่น `2569-11-27` ถ้าระบุเวลาเขียน `2569-11-27T16:30` ปีตั้งแต่ 2400 เป็น พ.ศ.\n\
             - ข้อความที่มี `: ` หรือ ` #` ใส่เครื่องหมายคำพูด เช่น `\"ประกาศ: งดจ่ายน้ำ\"`\n\
             - ช่องที่ไม่ใช้ไม่ต้องเขียน\n",
            "Front matter stands between two lines `---` at the top of the file, one key a line. A misspelt key is always an error. What is published has at least these four:\n\n\
             ```yaml\ntitle: Saithara 2 bridge closed for repair\ncategory: news\napprover: clerk\npublish_from: 2026-11-27\n```\n\n\
             - Dates are year-month-day: `2026-11-27`, with a time `2026-11-27T16:30`. In a portal with the Buddhist calendar, years from 2400 up are B.E.\n\
             - A text with `: ` or ` #` goes into quotation marks: `\"Notice: no water\"`\n\
             - Leave out what you do not need\n",
        )
        .to_owned();
    write!(body, "\n## {}\n\n", words.of("ช่องทั้งหมด", "All keys")).unwrap();
    add_keys(&mut body, words, &schema);
    let head = [
        words.of("ช่องของส่วนหัวของไฟล์", "Front matter"),
        words.of("ช่องทั้งหมดที่เขียนในส่วนหัวของไฟล์", "All keys of front matter"),
    ];
    Reference { slug: "front-matter", head, weight: 10, body }
}

/// Tables of site.toml that every site has.
const FIRST: [&str; 5] = ["site", "policy", "categories", "people", "contact"];

/// Every table and key of site.toml.
pub(super) fn settings(words: &Words) -> Reference {
    let schema = schema(words, "site");
    let mut body = words
        .of(
            "การตั้งค่าทั้งหมดอยู่ในไฟล์ `site.toml` ซึ่งเขียนเป็นบรรทัด `ชื่อ = \"ค่า\"` ใต้ชื่อตารางในวงเล็บเหลี่ยม ผู้ที่แก้ไขไฟล์นี้ได้ย่อมกำหนดได้ว่าผู้ใดมีสิทธิอนุมัติ จึงควรมีเพียงไม่กี่คน\n\n\
             หลังแก้ไขให้พิมพ์ `prakat check` ช่องที่สะกดผิดเป็นข้อผิดพลาดเสมอ\n",
            "All settings are in the file `site.toml`: lines `name = \"value\"` below the name of a table in brackets. Whoever may edit this file decides who may approve, so give this right to few people.\n\n\
             Type `prakat check` after a change. A misspelt key is always an error.\n",
        )
        .to_owned();
    // The tables that every site has come first.
    let (mut first, others): (Vec<_>, Vec<_>) =
        properties(&schema).iter().partition(|(name, _)| FIRST.contains(&name.as_str()));
    let place = |(name, _): &(&String, &Value)| FIRST.iter().position(|first| first == name);
    first.sort_by_key(place);
    for (name, table) in first.into_iter().chain(others) {
        let (head, keys) = match (&table["items"], &table["additionalProperties"]) {
            (items, _) if items.is_object() => (format!("[[{name}]]"), items),
            (_, each) if each.is_object() => (format!("[{name}.…]"), each),
            _ => (format!("[{name}]"), table),
        };
        let about = sentence(table["description"].as_str().unwrap());
        write!(body, "\n## `{head}`\n\n{about}\n\n").unwrap();
        add_keys(&mut body, words, keys);
        if name == "kinds" {
            let fields = &schema["definitions"]["fields"];
            write!(body, "\n## `[[kinds.fields]]`\n\n").unwrap();
            add_keys(&mut body, words, fields);
        }
    }
    let head = [
        words.of("การตั้งค่า", "Settings"),
        words.of("ตารางและช่องทั้งหมดของ site.toml", "All tables and keys of site.toml"),
    ];
    Reference { slug: "settings", head, weight: 20, body }
}

fn schema(words: &Words, name: &str) -> Value {
    serde_json::from_str(&words.run(&["export", "schema", name])).unwrap()
}

fn properties(schema: &Value) -> &Map<String, Value> {
    schema["properties"].as_object().unwrap()
}

/// Adds a table of keys. Those of entries and inner tables follow theirs.
fn add_keys(body: &mut String, words: &Words, schema: &Value) {
    body.push_str(words.of("| ช่อง | ความหมาย | ค่า |\n", "| key | meaning | value |\n"));
    body.push_str("| --- | --- | --- |\n");
    add_rows(body, words, schema, "");
}

fn add_rows(body: &mut String, words: &Words, schema: &Value, before: &str) {
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    // Required keys first.
    let (first, others): (Vec<_>, Vec<_>) =
        properties(schema).iter().partition(|(key, _)| required.iter().any(|name| *name == **key));
    let keys = first.iter().map(|key| (key, true)).chain(others.iter().map(|key| (key, false)));
    for (&(key, entry), is_required) in keys {
        let mut meaning =
            sentence(entry["description"].as_str().unwrap_or_else(|| panic!("{key}")));
        if is_required {
            write!(meaning, " ({})", words.of("ต้องมี", "required")).unwrap();
        }
        let cells = [meaning, values(words, entry)].map(|text| cell(&text));
        writeln!(body, "| `{before}{key}` | {} | {} |", cells[0], cells[1]).unwrap();
        let inner = [entry, &entry["items"], &entry["additionalProperties"]];
        for inner in inner.into_iter().filter(|inner| inner["properties"].is_object()) {
            add_rows(body, words, inner, &format!("{before}{key} → "));
        }
    }
}

/// What can be written for a key.
fn values(words: &Words, entry: &Value) -> String {
    if let Some(choices) = entry["enum"].as_array() {
        let choice = |choice: &Value| format!("`{}`", choice.as_str().unwrap_or("?"));
        return choices.iter().map(choice).collect::<Vec<_>>().join(", ");
    }
    let is = |name: &str| match &entry["type"] {
        Value::Array(types) => types[0] == name,
        one => one == name,
    };
    let known = [
        ("boolean", "`true` หรือ `false`", "`true` or `false`"),
        ("integer", "จำนวนเต็ม", "a whole number"),
        ("array", "รายการ", "a list"),
        ("object", "ตาราง", "a table"),
    ];
    let found = known.into_iter().find(|(name, ..)| is(name));
    found.map_or("", |(_, thai, english)| words.of(thai, english)).to_owned()
}
