//! A small portal that the targets share: one item on the site, one withheld, one being written.

use std::sync::LazyLock;

use jiff::Timestamp;
use prakat::card::Card;
use prakat::config::Config;
use prakat::diagnostic::{Diagnostics, Severity};
use prakat::gate::sort_out;
use prakat::links::Resolver;
use prakat::markdown::{self, Body, Setting, Words};
use prakat::site::{Absent, Site, Stub};
use prakat::source::Portal;
use prakat::survey::Surveyor;

/// The host of the portal.
pub const HOST: &str = "test.example.go.th";

/// A word in the address of the withheld item, and nowhere else.
pub const SECRET: &str = "zqsecret";

const SETTINGS: &str = include_str!("../../tests/cases/site.toml");

/// What a body is rendered in.
pub struct Bench {
    portal: Portal,
    site: Site<'static>,
    card: Card,
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
        let mut told = Diagnostics::default();
        let config = prakat::site_toml::read(&format!("{SETTINGS}{more}"), &mut told);
        let config: &'static Config = Box::leak(Box::new(config.expect("settings")));
        let inventory = portal.inventory(&mut told);
        let surveyor = Surveyor { portal: &portal, config, inventory: &inventory };
        let paths = inventory.documents.iter().map(|document| &document.path);
        let cards: Vec<Card> = paths.filter_map(|p| surveyor.survey(p, &mut told)).collect();
        let card = cards.iter().find(|card| card.path.contains("page")).expect("the page").clone();
        let now: Timestamp = "2026-11-22T02:00:00Z".parse().expect("an instant");
        let sorted = sort_out(cards, &config.policy, now);
        let stubs = sorted.withheld.iter().map(|withheld| Stub {
            path: withheld.card.path.clone(),
            urls: [withheld.card.url.clone()].into(),
            verdict: withheld.verdict,
            will_open: withheld.will_open,
        });
        let absent = Absent { withheld: stubs.collect(), ..Absent::default() };
        let site = Site::assemble(config, sorted.admitted, absent, Vec::new());
        Self { portal, site, card }
    }

    /// Judges the links of the page.
    pub fn resolver(&self) -> Resolver<'_> {
        Resolver { site: &self.site, from: &self.card }
    }

    /// The page with a body.
    pub fn render(&self, body: &str) -> Body {
        let setting = Setting {
            portal: &self.portal,
            resolver: self.resolver(),
            root: "../../",
            files_at: "news/page/",
            words: Words::default(),
            severity: Severity::Error,
        };
        markdown::render(body, &setting, &mut Diagnostics::default())
    }
}
