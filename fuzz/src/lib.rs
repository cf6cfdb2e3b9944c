//! What the targets share: a small portal with one item on the site, one withheld and one being written;
//! and sealed items.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use prakat::config::Config;
use prakat::content::{Approval, Details, Document, Item, ItemFile, ItemLoader, Seal};
use prakat::diagnostics::{Diagnostics, Severity};
use prakat::gate::judge_all;
use prakat::markdown;
use prakat::markdown::{Body, BodyContext, BodyWords};
use prakat::site::{Absent, Resolver, Site, Stub};
use prakat::source::{Inventory, Portal, Text};

/// The host of the portal.
pub const HOST: &str = "test.example.go.th";

/// A word in the address of the withheld item, and nowhere else.
pub const SECRET: &str = "zqsecret";

const SETTINGS: &str = include_str!("../../tests/cases/site.toml");

/// What a body is rendered in.
pub struct Bench {
    portal: Portal,
    site: Site,
    item: Item,
}

/// The portal without raw HTML, and the one that cleans it.
pub static BENCHES: LazyLock<[Bench; 2]> =
    LazyLock::new(|| [Bench::new(""), Bench::new("\n[markdown]\nraw_html = \"allow\"\n")]);

impl Bench {
    fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        let write = |path: &str, front: &str| {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            let front =
                format!("---\ntitle: ก\ncategory: news\npublish_from: 2569-01-01\n{front}\n---\n");
            std::fs::write(path, front).expect("a file");
        };
        write("content/news/open.md", "approver: mayor");
        write(&format!("content/news/{SECRET}.md"), "");
        write("content/news/page/index.md", "approver: mayor");
        std::fs::write(folder.join("content/news/page/a.csv"), "1").expect("a file");
        let portal = Portal::at(&folder);
        let mut diagnostics = Diagnostics::default();
        let config = prakat::config::read_settings(&format!("{SETTINGS}{more}"), &mut diagnostics);
        let config = Arc::new(config.expect("settings"));
        let inventory = portal.inventory(&mut diagnostics);
        let loader = ItemLoader { portal: &portal, config: &config, inventory: &inventory };
        let paths = inventory.documents.iter().map(|document| &document.path);
        let items: Vec<Item> = paths.filter_map(|p| loader.load(p, &mut diagnostics)).collect();
        let item = items.iter().find(|item| item.path.contains("page")).expect("the page").clone();
        let now: Timestamp = "2026-11-22T02:00:00Z".parse().expect("an instant");
        let sorted = judge_all(items, &config.policy, now);
        let stubs = sorted.withheld.iter().map(|withheld| Stub {
            path: withheld.item.path.clone(),
            urls: [withheld.item.url.clone()].into(),
            verdict: withheld.verdict,
            will_open: withheld.will_open,
        });
        let absent = Absent { withheld: stubs.collect(), ..Absent::default() };
        let site = Site::assemble(config, sorted.admitted, absent, Vec::new());
        Self { portal, site, item }
    }

    /// Judges the links of the page.
    pub fn resolver(&self) -> Resolver<'_> {
        Resolver { site: &self.site, from: &self.item }
    }

    /// The page with a body.
    pub fn render(&self, body: &str) -> Body {
        let setting = BodyContext {
            portal: &self.portal,
            resolver: self.resolver(),
            root: "../../",
            files_at: "news/page/",
            words: BodyWords::default(),
            severity: Severity::Error,
        };
        markdown::render(body, &setting, &mut Diagnostics::default())
    }
}

const SEALED_ITEM: &str = "content/news/page/index.md";

/// Front matter in the forms that `seal` and `withdrawn` have.
const TEXTS: [&str; 2] = [
    "---\ntitle: \"a: b\" # c\ncategory: news\napprover: mayor\napproved_on: 2569-06-20\nseal: \n\
     publish_from: 2569-06-25\ntags:\n- x\nsummary: |\n  one\n  two\n\n\
     withdrawn: { on: 2570-06-01, by: clerk, reason: z }\n\
     extra: { budget: 5, map: {\n  lat: 1 } }\n---\ntext\n\n---\nseal: body\n",
    "---\ntitle: a\ncategory: news\napprover: mayor\napproved_on: 2569-06-20\n\
     publish_from: 2569-06-25\nunit: &u x\nwithdrawn:\n  on: 2570-06-01\n\n  # why\n  reason: >-\n    y\n    z\n\
     document_number: *u\nseal: \n---\ntext\n",
];

/// Sealed items, with LF and with CRLF.
pub struct Sealed {
    portal: Portal,
    config: Config,
    inventory: Inventory,
    /// Each with its seal in it.
    pub texts: Vec<String>,
}

/// The sealed items.
pub static SEALED: LazyLock<Sealed> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder").keep();
    std::fs::create_dir_all(folder.join("content/news/page")).expect("a folder");
    for name in ["index.md", "hidden.csv"] {
        std::fs::write(folder.join("content/news/page").join(name), "1\n").expect("a file");
    }
    let portal = Portal::at(&folder);
    let mut diagnostics = Diagnostics::default();
    let config = prakat::config::read_settings(SETTINGS, &mut diagnostics).expect("settings");
    let inventory = portal.inventory(&mut diagnostics);
    let mut sealed = Sealed { portal, config, inventory, texts: Vec::new() };
    let texts = TEXTS.iter().flat_map(|text| [(*text).to_owned(), text.replace('\n', "\r\n")]);
    sealed.texts = texts
        .map(|text| {
            let (statement, ..) = sealed.statement(text.as_bytes()).expect("a statement");
            let seal = format!("seal: {}", prakat::content::seal_of(&statement));
            text.replacen("seal: ", &seal, 1)
        })
        .collect();
    sealed
});

impl Sealed {
    /// The statement for which a text is approved, what the text says but for `withdrawn`, and whether its
    /// seal holds. `None` if it has mistakes, or cannot be sealed.
    pub fn statement(&self, text: &[u8]) -> Option<(String, String, bool)> {
        let mut diagnostics = Diagnostics::default();
        let text = Text::decode(SEALED_ITEM, text.to_vec(), &mut diagnostics)?;
        let loader =
            ItemLoader { portal: &self.portal, config: &self.config, inventory: &self.inventory };
        let document = Document::new(SEALED_ITEM, text, &mut diagnostics)?;
        let item = loader.item(&document, &mut diagnostics)?;
        let holds = item.approval.seal == Seal::Matches;
        let Some((_, statement)) = loader.statement(&document, &mut diagnostics) else {
            assert!(!holds);
            return None;
        };
        let details = Details {
            withdrawn_by: "".into(),
            withdrawn_why: "".into(),
            ..(*item.details).clone()
        };
        let files = item.files.iter().map(|file| ItemFile { digest: None, ..file.clone() });
        let item = Item {
            fingerprint: 0,
            body_line: 0,
            withdrawn: None,
            approval: Approval { seal: Seal::Absent, ..item.approval },
            proven: None,
            files: files.collect(),
            details: details.into(),
            ..item
        };
        let said = format!("{item:?}\n{}", document.body().replace("\r\n", "\n"));
        Some((statement, said, holds))
    }
}
