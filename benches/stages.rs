//! What each stage of a build costs for one item or page: `cargo bench --bench stages`.
//!
//! On 500 made-up items, in the folder for temporary files.
#![allow(clippy::disallowed_methods, reason = "a benchmark writes its portal")]

use prakat::content;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use divan::Bencher;
use divan::counter::ItemsCount;
use jiff::Timestamp;
use prakat::content::Item;
use prakat::diagnostics::{Diagnostics, Severity};

use prakat::build;
use prakat::build::{BuildOptions, OnError, Progress, Project, Scope};
use prakat::content::ItemLoader;
use prakat::gate::{Original, judge, judge_all};
use prakat::markdown;
use prakat::markdown::{Body, BodyContext, BodyWords};
use prakat::output::Stage;
use prakat::publish::{PublishMode, publish};
use prakat::render::{Buffers, Renderer};
use prakat::search::Search;
use prakat::site::{Absent, ItemId, PageKey, Resolver, Site};
use prakat::source::{Inventory, Portal};

const ITEMS: usize = 500;
/// Twice every item: the few that wait for the disk do not decide.
const SAMPLES: u32 = 2 * ITEMS as u32;

const SETTINGS: &str = "[site]\ntitle = \"เทศบาลตัวอย่าง\"\nbase_url = \"https://portal.example.go.th/\"\n\
    language = \"th\"\ntimezone = \"Asia/Bangkok\"\n\n[[categories]]\nid = \"news\"\ntitle = \"ข่าว\"\n\n\
    [people.mayor]\nname = \"นายกเทศมนตรี\"\napproves = [\"*\"]\n";

const PARAGRAPH: &str = "เทศบาลขอประกาศให้ประชาชนทราบโดยทั่วกันว่า จะ**ดำเนินการปรับปรุง**ผิวจราจรและท่อระบายน้ำ \
    ในเขตชุมชนริมคลอง ผู้ที่ได้รับผลกระทบขอให้ติดต่อกองช่างในวันและเวลาราชการ";

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let _ = PORTAL.set(Built::new(folder.path()));
    divan::Divan::default().sample_count(SAMPLES).config_with_args().main();
}

static PORTAL: OnceLock<Built> = OnceLock::new();

/// A portal that was built once, with everything that the stages are given.
struct Built {
    prepared: &'static Project,
    inventory: Inventory,
    items: Vec<Item>,
    at: Timestamp,
    site: Site,
    /// The Markdown of each admitted item, without its front matter.
    markdown: Vec<String>,
    bodies: Vec<Body>,
    /// The output, and its pages.
    stage: Stage,
    pages: Vec<(String, Vec<u8>)>,
}

impl Built {
    fn new(folder: &Path) -> Self {
        write_portal(folder);
        let portal = Portal::at(folder);
        let prepared: &'static Project =
            Box::leak(Box::new(Project::load(&portal, None).expect("settings")));
        let at = "2026-11-01T00:00:00Z".parse().expect("an instant");
        build(prepared, at, &folder.join("public"));
        let mut diagnostics = Diagnostics::default();
        let inventory = portal.inventory(&mut diagnostics);
        let loader =
            ItemLoader { portal: &portal, config: &prepared.config, inventory: &inventory };
        let paths = inventory.documents.iter().map(|document| &document.path);
        let items: Vec<Item> = paths.filter_map(|p| loader.load(p, &mut diagnostics)).collect();
        let sorted = judge_all(items.clone(), &prepared.config.policy, at);
        let config = Arc::clone(&prepared.config);
        let site = Site::assemble(config, sorted.admitted, Absent::default(), Vec::new());
        let stage = Stage::begin(&folder.join("public"), Duration::ZERO).expect("a stage");
        let mut built = Self {
            prepared,
            inventory,
            items,
            at,
            site,
            markdown: Vec::new(),
            bodies: Vec::new(),
            stage,
            pages: Vec::new(),
        };
        built.fill();
        built
    }

    fn fill(&mut self) {
        let mut diagnostics = Diagnostics::default();
        for item in &self.site.items {
            let text =
                self.prepared.portal.read_text(&item.path, &mut diagnostics).expect("a text");
            let parts = content::split_front_matter(&item.path, &text.text, &mut diagnostics)
                .expect("a text");
            self.markdown.push(text.text[parts.body].to_owned());
        }
        let ids: Vec<ItemId> = self.site.items().map(|(id, _)| id).collect();
        self.bodies = ids.iter().map(|id| self.body(*id)).collect();
        let output = &self.stage.paths.output;
        let page = |id| {
            let path = self.site.output(PageKey::Item(id));
            let bytes = std::fs::read(output.join(&path)).expect("a page");
            (path, bytes)
        };
        self.pages = ids.into_iter().map(page).collect();
    }

    fn body(&self, id: ItemId) -> Body {
        let item = self.site.item(id);
        let setting = BodyContext {
            portal: &self.prepared.portal,
            resolver: Resolver { site: &self.site, from: item },
            root: "../../",
            files_at: &self.site.files_url(item),
            words: BodyWords::default(),
            severity: Severity::Error,
        };
        markdown::render(&self.markdown[usize::from(id)], &setting, &mut Diagnostics::default())
    }

    fn renderer(&self) -> Renderer<'_> {
        let theme = self.prepared.theme.as_ref().expect("a theme");
        Renderer::new(&self.site, theme, &self.site.pages(), &mut Diagnostics::default())
    }
}

fn write_portal(folder: &Path) {
    let news = folder.join("content/news");
    std::fs::create_dir_all(&news).expect("a folder");
    std::fs::write(folder.join("site.toml"), SETTINGS).expect("a file");
    for n in 0..ITEMS {
        let earlier = n.saturating_sub(1);
        let rows: String =
            (1..9).map(|row| format!("| {row} | ท่อระบายน้ำ | {},000 |\n", row * n)).collect();
        let text = format!(
            "---\ntitle: ประกาศฉบับที่ {n}\ncategory: news\napprover: mayor\npublish_from: 2025-{:02}-{:02}\n\
             summary: สรุปประกาศฉบับที่ {n}\n---\n{PARAGRAPH}\n\n## รายละเอียด\n\n{PARAGRAPH}\n\n1. กองช่าง\n2. กองคลัง\n\n\
             ## งบประมาณ\n\n| ลำดับ | รายการ | บาท |\n|---|---|---:|\n{rows}\n### ติดต่อ\n\n{PARAGRAPH}\n\n[ฉบับก่อน](n{earlier}.md)\n",
            n % 12 + 1,
            n % 28 + 1,
        );
        std::fs::write(news.join(format!("n{n}.md")), text).expect("a file");
    }
}

fn build(prepared: &Project, at: Timestamp, output: &Path) {
    let stage = Stage::begin(output, Duration::ZERO).expect("a stage");
    let order = BuildOptions { at, scope: Scope::Build, faults: OnError::Fail };
    let built = build::build(prepared, &order, Some(&stage), &Progress::default());
    let release = built.expect("a build").release().expect("a build without errors");
    publish(&stage, &release, PublishMode::Exchange, &mut |_| Ok(())).expect("an output");
}

fn id_of(position: usize) -> ItemId {
    ItemId::at(position).expect("fewer items than ids")
}

/// Measures work on one item after the other.
fn each<R>(bencher: Bencher, mut work: impl FnMut(&Built, usize) -> R) {
    let built = PORTAL.get().expect("main makes it");
    let mut turn = (0..built.site.items.len()).cycle();
    let bencher = bencher.counter(ItemsCount::new(1_u32));
    bencher.with_inputs(|| turn.next().unwrap_or(0)).bench_local_values(|n| work(built, n));
}

#[divan::bench(name = "1 reading and survey")]
fn survey(bencher: Bencher) {
    each(bencher, |built, n| {
        let Project { portal, config, .. } = built.prepared;
        let loader = ItemLoader { portal, config, inventory: &built.inventory };
        loader.load(&built.inventory.documents[n].path, &mut Diagnostics::default())
    });
}

#[divan::bench(name = "2 judgement")]
fn judgement(bencher: Bencher) {
    each(bencher, |built, n| {
        judge(&built.items[n], Original::Itself, &built.prepared.config.policy, built.at)
    });
}

#[divan::bench(name = "3 Markdown")]
fn text(bencher: Bencher) {
    each(bencher, |built, n| built.body(id_of(n)));
}

#[divan::bench(name = "4 page")]
fn page(bencher: Bencher) {
    let renderer = PORTAL.get().expect("main makes it").renderer();
    let mut buffers = Buffers::default();
    each(bencher, |built, n| {
        let (page, mut diagnostics) = (PageKey::Item(id_of(n)), Diagnostics::default());
        renderer.render(page, Some(&built.bodies[n]), &mut buffers, &mut diagnostics);
        buffers.page.len()
    });
}

#[divan::bench(name = "5 comparing with the output")]
fn comparing(bencher: Bencher) {
    each(bencher, |built, n| {
        let (path, page) = &built.pages[n];
        built.stage.put(path, page)
    });
    assert!(PORTAL.get().is_some_and(|built| built.stage.changed().is_empty()));
}

#[divan::bench(name = "6 staging a new file")]
fn staging(bencher: Bencher) {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    each(bencher, |built, n| {
        let file = FILES.fetch_add(1, Ordering::Relaxed);
        built.stage.put(&format!("new/{file}/index.html"), &built.pages[n].1)
    });
}

#[divan::bench(name = "7 search")]
fn postings(bencher: Bencher) {
    let built = PORTAL.get().expect("main makes it");
    let search = Search::new(&built.site, Some(&built.stage));
    each(bencher, |built, n| search.add(&built.site, id_of(n), &built.bodies[n]));
}
