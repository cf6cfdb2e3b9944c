//! The seal and the signature cover every byte that means something; and what people read as a line
//! of front matter is one to the program, too.

use prakat::content;
use std::sync::LazyLock;

use prakat::config::Config;
use prakat::content::{Approval, Details, Document, FrontMatter, Item, ItemLoader};
use prakat::diagnostics::Diagnostics;
use prakat::source::{Inventory, Text};
use proptest::prelude::*;

use crate::support::{Portal, SITE};

const ITEM: &str = "content/procurement/road/index.md";

/// Front matter with much that can be disturbed, and a body.
const PLAIN: &str = "---\n# งานถนน\ntitle: \"ประกาศ: ถนน\"   # คงไว้\ncategory: procurement\n\
    approver: mayor\napproved_on: 2569-06-20\nseal: \npublish_from: 2569-06-25\n\
    tags:\n- ถนน\n- สะพาน\nsummary: |\n  บรรทัดหนึ่ง\n  บรรทัดสอง\n\n\
    withdrawn: { on: 2570-06-01, by: clerk, reason: ยกเลิก }\n\
    attachments:\n  - file: a.csv\n    title: ราคา\nextra: { budget: 5, map: {\n  lat: 1 } }\n---\n\
    ข้อความ **หนึ่ง**\n\n---\nseal: ในเนื้อหา\n\n[ภาพ](b.csv)\n";

/// The same with `withdrawn` in lines of its own, and the seal last.
const LONG: &str = "---\ntitle: ถนน\ncategory: procurement\napprover: mayor\napproved_on: 2569-06-20\n\
    publish_from: 2569-06-25\nunit: &u กองช่าง\n\
    withdrawn:\n  on: 2570-06-01\n\n  # เหตุผล\n  reason: >-\n    ยกเลิก\n    ทั้งหมด\n\
    document_number: *u\nseal: \n---\nข้อความ\n";

struct Bench {
    folder: Portal,
    portal: prakat::source::Portal,
    config: Config,
    inventory: Inventory,
}

impl Bench {
    fn surveyor(&self) -> ItemLoader<'_> {
        ItemLoader { portal: &self.portal, config: &self.config, inventory: &self.inventory }
    }

    fn statement(&self, text: &[u8]) -> Option<(Item, String, String)> {
        let mut ignored = Diagnostics::default();
        let text = Text::decode(ITEM, text.to_vec(), &mut ignored)?;
        let document = Document::new(ITEM, text, &mut ignored)?;
        let (card, statement) = self.surveyor().statement(&document, &mut ignored)?;
        let found = self.surveyor().item(&document, &mut ignored);
        assert!(found.is_some() && !ignored.has_errors());
        Some((card, statement, document.body().replace("\r\n", "\n")))
    }

    /// What a text says, if its seal holds.
    fn sealed(&self, text: &[u8]) -> Option<String> {
        let mut ignored = Diagnostics::default();
        let decoded = Text::decode(ITEM, text.to_vec(), &mut ignored)?;
        let document = Document::new(ITEM, decoded, &mut ignored)?;
        let card = self.surveyor().item(&document, &mut ignored)?;
        (card.approval.seal == prakat::content::Seal::Matches).then_some(())?;
        let (_, _, body) = self.statement(text)?;
        Some(said(&card, &body))
    }
}

/// Everything that a card says but for `withdrawn`, and the body.
fn said(card: &Item, body: &str) -> String {
    let details =
        Details { withdrawn_by: "".into(), withdrawn_why: "".into(), ..(*card.details).clone() };
    let approval = Approval { seal: prakat::content::Seal::Absent, ..card.approval };
    let card = Item {
        fingerprint: 0,
        body_line: 0,
        withdrawn: None,
        approval,
        proven: None,
        files: card
            .files
            .iter()
            .map(|f| prakat::content::ItemFile { digest: None, ..f.clone() })
            .collect(),
        details: details.into(),
        ..card.clone()
    };
    format!("{card:?}\n{body}")
}

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let folder = Portal::new()
        .file("site.toml", SITE)
        .file(ITEM, PLAIN)
        .file("content/procurement/road/a.csv", "1,2\n")
        .file("content/procurement/road/b.csv", "3,4\n")
        .file("content/procurement/road/hidden.csv", "5,6\n");
    let portal = prakat::source::Portal::at(folder.root());
    let mut diagnostics = Diagnostics::default();
    let config = prakat::config::read_settings(SITE, &mut diagnostics).unwrap();
    let inventory = portal.inventory(&mut diagnostics);
    Bench { folder, portal, config, inventory }
});

/// Texts with their seals in them.
static SEALED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let bench = &*BENCH;
    assert!(bench.folder.root().exists());
    let texts = [PLAIN.to_owned(), LONG.to_owned(), PLAIN.replace('\n', "\r\n")];
    texts
        .map(|text| {
            let (_, statement, _) = bench.statement(text.as_bytes()).unwrap();
            let seal = format!("seal: {}", prakat::content::seal_of(&statement));
            let sealed = text.replacen("seal: ", &seal, 1);
            assert!(bench.sealed(sealed.as_bytes()).is_some(), "{sealed}");
            sealed
        })
        .into()
});

/// Pieces that mean something to YAML, to Markdown, to the seal, or to the eye.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "\n",
        "\r",
        "\r\n",
        "\r\r\n",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\u{B}",
        "\u{C}",
        "\t",
        " ",
        "  ",
        "\u{FEFF}",
        "\u{A0}",
        "\u{200B}",
        ",",
        "{",
        "}",
        "[",
        "]",
        ": ",
        ":",
        "- ",
        "-",
        "? ",
        "&a ",
        "*a",
        "<<: ",
        "!!str ",
        "!x ",
        "!",
        "# ",
        " #",
        "|",
        "|\n",
        ">",
        "|+\n",
        "\"",
        "'",
        "\\",
        "\\\n",
        "\\L",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "--- ",
        "title: ใหม่",
        "summary: ใหม่",
        "urgent: true",
        "seal: ",
        "withdrawn:",
        "withdrawn: { on: 2571-01-01 }",
        "attachments: [{ file: hidden.csv }]",
        "aliases: [/old/]",
        "tags: [ใหม่]",
        "extra: { budget: 9 }",
        "weight: 1",
        "slug: x",
        "\"seal\": ",
        "reason: ",
        "on: 2571-01-01",
        "waive: [{ rule: privacy/national-id, where: body, reason: x, by: mayor }]",
    ];
    let known = prop::sample::select(known.to_vec()).prop_map(|piece| piece.as_bytes().to_vec());
    prop_oneof![12 => known, 1 => any::<[u8; 1]>().prop_map(Vec::from), 1 => any::<char>().prop_map(|c| c.to_string().into_bytes())]
}

/// Pieces at a place: anywhere, or at the end of a line, or right at a key that is not sealed.
fn insertion() -> impl Strategy<Value = (usize, u8, Vec<Vec<u8>>)> {
    (
        any::<prop::sample::Index>().prop_map(|i| i.index(1 << 20)),
        0..4_u8,
        prop::collection::vec(piece(), 1..5),
    )
}

fn inserted(text: &str, insertions: &[(usize, u8, Vec<Vec<u8>>)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, how, pieces) in insertions {
        let ends =
            |from: usize| (from..bytes.len()).find(|i| bytes[*i] == b'\n').unwrap_or(bytes.len());
        let unsealed: Vec<usize> = ["\nseal:", "\nwithdrawn:", "\n  reason:", "\n  on:"]
            .iter()
            .filter_map(|key| find(&bytes, key.as_bytes()))
            .collect();
        let any = at % (bytes.len() + 1);
        let at = match how {
            0 => any,
            1 => ends(any),
            2 => ends(unsealed[at % unsealed.len()] + 1),
            _ => unsealed[at % unsealed.len()] + 1,
        };
        bytes.splice(at..at, pieces.concat());
    }
    bytes
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    /// Whatever is put into a sealed item, anywhere: its seal does not hold any more, or it says the
    /// same. And what has the same statement, which is what is signed, says the same.
    #[test]
    fn what_is_sealed_says_the_same(text in 0..3_usize, insertions in prop::collection::vec(insertion(), 1..3)) {
        let text = &SEALED[text];
        let edited = inserted(text, &insertions);
        let shown = String::from_utf8_lossy(&edited);
        if let Some(found) = BENCH.sealed(&edited) {
            prop_assert_eq!(found, BENCH.sealed(text.as_bytes()).unwrap(), "{}", shown);
        }
        if let Some((card, statement, body)) = BENCH.statement(&edited) {
            let (first, signed, first_body) = BENCH.statement(text.as_bytes()).unwrap();
            if statement == signed {
                prop_assert_eq!(said(&card, &body), said(&first, &first_body), "{}", shown);
            }
        }
    }

    /// The version of an item that `status --diff` takes for the approved one says the same, too.
    #[test]
    fn a_version_with_the_same_seal_says_the_same(
        text in 0..3_usize,
        insertions in prop::collection::vec(insertion(), 1..3),
    ) {
        let edited = inserted(&SEALED[text], &insertions);
        let version = |bytes: &[u8]| {
            let mut ignored = Diagnostics::default();
            let text = Text::decode(ITEM, bytes.to_vec(), &mut ignored)?;
            let document = Document::new(ITEM, text, &mut ignored)?;
            let edition = BENCH.surveyor().version(&document, &[], None)?;
            let read = content::read(&document.front_matter(), &mut ignored).front_matter;
            Some((edition.seal, FrontMatter { seal: None, withdrawn: None, ..read }))
        };
        let (seal, first) = version(SEALED[text].as_bytes()).unwrap();
        if let Some((_, found)) = version(&edited).filter(|(found, _)| *found == seal) {
            prop_assert_eq!(found, first, "{}", String::from_utf8_lossy(&edited));
        }
    }

    /// Signs within texts and comments are no tags, no comments and no keys.
    #[test]
    fn any_text_can_be_written(
        text in "[!#&*:{}\\[\\]'\"|>%?,a-c ก-ง-]{0,12}",
        line_end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let quoted = serde_json::Value::from(text.as_str()).to_string();
        let lines = [
            "---", "# a", &format!("#{text}"), &format!("title: {quoted} # {text}"), "publish_from: 2569-01-01",
            "tags:", &format!("- {quoted}"), "summary: |", &format!("  x{text}"), "  title: y", "---", "",
        ];
        let file = lines.join(line_end);
        let mut diagnostics = Diagnostics::default();
        let document = Document::of_edited(ITEM, file, &mut diagnostics).unwrap();
        let read = content::read(&document.front_matter(), &mut diagnostics);
        prop_assert!(read.accepted && !diagnostics.has_errors(), "{}\n{diagnostics:?}", document.text());
        prop_assert_eq!(read.front_matter.title, Some(text));
    }

    /// What people see in a program that breaks lines wherever Unicode does: the keys at the beginnings
    /// of lines are those that are read, no more, no less, in their order.
    #[test]
    fn people_see_the_keys_that_are_read(text in 0..3_usize, insertions in prop::collection::vec(insertion(), 1..4)) {
        let edited = inserted(&SEALED[text], &insertions);
        let mut ignored = Diagnostics::default();
        let Some(text) = Text::decode(ITEM, edited, &mut ignored) else { return Ok(()) };
        let Some(document) = Document::new(ITEM, text, &mut ignored) else { return Ok(()) };
        let yaml = document.yaml();
        if !content::read(&document.front_matter(), &mut ignored).accepted || ignored.has_errors() {
            return Ok(());
        }
        let lines = yaml.split(prakat::text::ends_line);
        let seen: Vec<&str> = lines
            .filter(|line| !line.is_empty() && !line.starts_with([' ', '\t', '#', ']', '}']) && !line.starts_with("- ") && *line != "-")
            .map(|line| line.split(':').next().unwrap().trim_matches([' ', '\t', '"', '\'']))
            .collect();
        let read = prakat::content::yaml_keys(yaml).unwrap();
        prop_assert_eq!(seen, read, "{}", yaml);
    }
}
