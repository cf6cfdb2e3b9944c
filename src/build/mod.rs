//! The whole on one page: files become cards, the gate sorts them, the site is put in order, pages
//! are rendered and staged, and what was built without an error becomes a [`Release`].

mod checks;
mod file_check;
mod inspect;
mod load;
mod progress;
mod seen_text;
mod write;

pub(crate) use inspect::is_photograph;
pub use load::ProjectError;
pub(crate) use load::ProjectSource;
pub use progress::{BuildPhase, Progress};
pub use write::Scope;
pub(crate) use write::{
    ItemFacts, Sink, WriteContext, body, dead_anchors, print, text_of, unused_files,
};

use crate::config;
use std::borrow::Cow;
use std::cell::LazyCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::build::write::WrittenSite;
use crate::config::{Channel, Config, Contact, SETTINGS};
use crate::content::{Item, compare_paths, folder_of, nfc};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Failure, Place, Severity, par_map};
use crate::gate::{Admitted, Judged, Judgement, Verdict, Withheld, is_approved, judge_all};
use crate::output::Written;
use crate::privacy::Checker;
use crate::site::{Claims, Owners, check_collisions, check_named_pages};

use crate::site::{Absent, Site, Stub};

use crate::content::ItemLoader;
use crate::output::Stage;
use crate::render::{Asset, AssetSource, Theme, static_files};
use crate::source::{Inventory, Listed, Portal, Sha256Digest, hex};

/// A portal with its settings and its theme read.
#[derive(Debug)]
pub struct Project {
    /// The portal.
    pub portal: Portal,
    /// Its settings.
    pub config: Config,
    /// Digest of site.toml, the portal's theme and `static/`: who may edit these can publish.
    pub trust: Sha256Digest,
    /// The theme, if it can be used.
    pub theme: Option<Theme>,
    /// Looks for private numbers.
    pub checker: Checker,
    /// Files of the theme and of `static/`, sorted by output path.
    pub assets: Vec<Asset>,
    /// What was found wrong.
    pub diagnostics: Diagnostics,
}

impl Project {
    /// Whether the theme or `static/` had a file at a path, or in it.
    pub fn knows(&self, path: &str) -> bool {
        let is_it = |known: &str| {
            let rest = known.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let Some(theme) = &self.theme else { return true };
        let is_asset =
            |asset: &Asset| matches!(&asset.source, AssetSource::File(own) if is_it(&own.path));
        theme.files.iter().any(|listed| is_it(&listed.path)) || self.assets.iter().any(is_asset)
    }

    /// Whether a file of the portal stands in every output as it is.
    pub fn has_asset(&self, path: &str) -> bool {
        let is_it =
            |asset: &Asset| matches!(&asset.source, AssetSource::File(own) if own.path == path);
        self.assets.iter().any(is_it)
    }
}

/// A trust file, kept outside the portal.
#[derive(Debug)]
pub struct TrustFile {
    /// Its folder.
    pub folder: Portal,
    /// Its name, as given.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// Reads settings, theme and `static/`. Without usable settings there is nothing more to do.
///
/// With a trust file, people and policy are taken from there.
pub fn prepare(portal: &Portal, outside: Option<&TrustFile>) -> Result<Project, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let Some(mut config) = read_config(portal, &mut diagnostics) else { return Err(diagnostics) };
    if let Some(TrustFile { path, text, .. }) = outside {
        config::read_trust(path, text, &mut config, &mut diagnostics);
    }
    let signers = read_signers(portal, outside, &mut config, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let theme = Theme::load(portal, &config, &mut diagnostics);
    let statics = static_files(portal, &config, &mut diagnostics);
    let own_theme = theme.as_ref().map_or(&[][..], |theme| &theme.files);
    let settings = Listed { path: SETTINGS.to_owned(), size: 0, stamp: None };
    let mut trusted: Vec<Listed> = vec![settings];
    trusted.extend(own_theme.iter().chain(statics.iter().map(|(listed, _)| listed)).cloned());
    let trust = portal.digest_of(&trusted).unwrap_or_else(|unreadable| {
        diagnostics.push(unreadable);
        Sha256Digest::default()
    });
    let mut trust = trust;
    for text in outside.map(|outside| &outside.text).into_iter().chain(&signers) {
        trust = with_file(&trust, text);
    }
    let mut assets: BTreeMap<String, Asset> = BTreeMap::new();
    let of_theme = theme.as_ref().map_or(&[][..], |theme| &theme.assets).iter().cloned();
    for asset in of_theme.chain(statics.into_iter().map(|(_, asset)| asset)) {
        assets.insert(asset.output.clone(), asset);
    }
    let assets = assets.into_values().collect();
    let countries = config.policy.privacy.iter().map(String::as_str);
    let checker = Checker::new(countries, &contacts(&config));
    Ok(Project { portal: portal.clone(), config, trust, theme, checker, assets, diagnostics })
}

/// The path of the `allowed_signers` file, as far as settings and trust file can be read: from the
/// folder of the one that names it.
pub fn signers_file(portal: &Portal, outside: Option<&TrustFile>) -> Option<String> {
    let mut ignored = Diagnostics::default();
    let mut config = config::read_settings(&read_settings(portal, &mut ignored)?, &mut ignored)?;
    if let Some(TrustFile { path, text, .. }) = outside {
        config::read_trust(path, text, &mut config, &mut ignored);
    }
    config.allowed_signers.map(|(path, _)| path)
}

/// What the settings say of how to reach the office: its own numbers are nobody's private ones.
fn contacts(config: &Config) -> String {
    let tables = std::iter::once(&config.contact);
    let tables = tables.chain(config.languages.iter().map(|language| &language.contact));
    let mut texts = String::new();
    for Contact { address, phone, email, hours, complaints } in tables {
        let complaints = match complaints {
            Some(Channel::Phone(text) | Channel::Email(text)) => text,
            Some(Channel::Page(_) | Channel::Web(_)) | None => "",
        };
        for text in [address, phone, email, hours, complaints] {
            texts += text;
            texts.push('\n');
        }
    }
    texts
}

/// Gives people the keys of the `allowed_signers` file, if the settings or the trust file name one.
fn read_signers(
    portal: &Portal,
    outside: Option<&TrustFile>,
    config: &mut Config,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let (path, named_at) = config.allowed_signers.clone()?;
    let folder = outside.map_or(portal, |outside| &outside.folder);
    if !folder.has(&path) {
        let missing = Diagnostic::error(Code::SignersMissing, named_at);
        let place = folder.locate(&path).display().to_string();
        diagnostics.push(missing.arg("value", path).arg("path", place));
        return None;
    }
    let text = folder.read_text(&path, diagnostics)?.text;
    config::add_signers(&mut config.policy, &config.zone, &path, &text, diagnostics);
    Some(text)
}

/// The digest of what decides together with that of one more file.
fn with_file(digest: &Sha256Digest, text: &str) -> Sha256Digest {
    let mut whole = Sha256::new();
    whole.update(digest);
    whole.update(Sha256::digest(text.as_bytes()));
    whole.finalize().into()
}

/// Reads the settings alone. What is wrong is told.
pub fn read_config(portal: &Portal, diagnostics: &mut Diagnostics) -> Option<Config> {
    let text = read_settings(portal, diagnostics)?;
    config::read_settings(&text, diagnostics)
}

fn read_settings(portal: &Portal, diagnostics: &mut Diagnostics) -> Option<String> {
    if !portal.has(SETTINGS) {
        let root = portal.locate("").display().to_string();
        let place = Place::file(SETTINGS);
        diagnostics.push(Diagnostic::error(Code::NoSettings, place).arg("folder", root));
        return None;
    }
    portal.read_text(SETTINGS, diagnostics).map(|text| text.text)
}

/// How long before its end a `security.txt` is warned of.
const SECURITY_NOTICE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A `security.txt` that ends soon or has ended. Never an error: no item may stay on the site after
/// its end because of it.
fn security_end(config: &Config, at: Timestamp) -> Option<Diagnostic> {
    let security = config.security.as_ref()?;
    let left = security.expires.duration_since(at);
    let code = if left <= SignedDuration::ZERO { Code::SecurityEnded } else { Code::SecurityEnds };
    let warning = Diagnostic::warning(code, security.expires_at.clone());
    (left <= SECURITY_NOTICE).then_some(warning)
}

/// What happens to mistakes under `content/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// The build fails.
    Fail,
    /// The items concerned are left out, and the rest goes out.
    SkipItems,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct BuildOptions {
    /// The instant of judgement.
    pub at: Timestamp,
    /// How thorough.
    pub scope: Scope,
    /// What happens to mistakes.
    pub faults: OnError,
}

/// One item in a report.
#[derive(Debug, Clone)]
pub struct ItemStatus {
    /// Its Markdown file.
    pub path: String,
    /// Its URL, if its front matter could be read.
    pub url: Option<String>,
    /// What the gate says; `None` if it was never asked.
    pub judgement: Option<Judgement>,
    /// Whether a mistake makes it invalid.
    pub invalid: bool,
    /// Who withdrew it and why, as far as said.
    pub withdrawal: (String, String),
    /// What waivers answered for.
    pub waived: Vec<WaivedFinding>,
}

/// A finding that somebody answers for.
#[derive(Debug, Clone)]
pub struct WaivedFinding {
    /// The code of the finding.
    pub rule: &'static str,
    /// Where: `front matter`, `body` or a file's name.
    pub part: String,
    /// The id of who answers for it.
    pub by: String,
    /// Why it may stay.
    pub reason: String,
}

impl ItemStatus {
    /// The verdict, mistakes included.
    pub fn verdict(&self) -> Verdict {
        match &self.judgement {
            Some(judgement) if !self.invalid => judgement.verdict,
            _ => Verdict::Invalid,
        }
    }
}

/// The files of a build without errors: what `publish` takes, and only [`Build::release`] makes.
#[derive(Debug)]
pub struct Release(Vec<Written>);

impl Release {
    /// All files, sorted by path.
    pub fn files(&self) -> &[Written] {
        &self.0
    }
}

/// What came of a build.
#[derive(Debug)]
pub struct Build {
    /// Every item, by path.
    pub records: Vec<ItemStatus>,
    /// Every finding.
    pub diagnostics: Diagnostics,
    /// Whether mistakes left items out.
    pub left_out: bool,
    /// Who owns what may leave the output; nobody is asked while an item is published.
    pub owners: Owners,
    /// Number of pages.
    pub pages: usize,
    /// How many files the output has.
    pub file_count: usize,
    fatal: bool,
    files: Vec<Written>,
}

impl Build {
    /// How many items have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.records.iter().filter(|record| record.verdict() == verdict).count()
    }

    /// When the first verdict changes by itself.
    pub fn next_change(&self) -> Option<Timestamp> {
        let valid = self.records.iter().filter(|record| !record.invalid);
        valid.filter_map(|record| record.judgement.as_ref()?.next_change).min()
    }

    /// Whether a path is one of the output's files.
    pub fn makes(&self, path: &str) -> bool {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok()
    }

    /// Whether the output's file at a path is to be these very bytes.
    pub fn makes_same(&self, path: &str, digest: &str) -> bool {
        let found = self.files.binary_search_by(|file| file.path.as_str().cmp(path));
        found.is_ok_and(|n| hex(&self.files[n].digest) == digest)
    }

    /// The files to publish, if there was no error that stops.
    pub fn release(&mut self) -> Option<Release> {
        (!self.fatal).then(|| Release(std::mem::take(&mut self.files)))
    }
}

/// Builds the site. With a stage, files that differ from the output are staged.
pub fn build(
    prepared: &Project,
    order: &BuildOptions,
    stage: Option<&Stage>,
    progress: &Progress,
) -> Result<Build, Failure> {
    let mut workshop = Builder::open(prepared, order, progress);
    let mut cards = workshop.survey();
    let mut faulty = workshop.faulty(&cards);
    let mut excluded: Vec<Item> = Vec::new();
    let mut are_translations_checked = false;
    loop {
        // Again after every round: of three at one address, two may be left.
        workshop.check_clashes(&cards);
        let clashing = workshop.faulty_by(&workshop.found, &cards);
        if order.faults == OnError::SkipItems && !clashing.is_subset(&faulty) {
            faulty.extend(clashing);
            let (kept, left) = part(cards, &faulty);
            cards = kept;
            excluded.extend(left);
            continue;
        }
        // A translation is compared with the original that is left of two with one name.
        if !std::mem::replace(&mut are_translations_checked, true) {
            check_translations(&cards, &workshop.inventory, &mut workshop.found);
            faulty.extend(workshop.faulty(&cards));
        }
        let stops = order.faults == OnError::Fail && workshop.found.has_errors();
        let stage = stage.filter(|_| !stops && workshop.prepared.theme.is_some());
        let (kept, left) = part(cards, &faulty);
        excluded.extend(left);
        let round = workshop.round(kept, &excluded, &faulty, stage)?;
        let mut found = workshop.found.clone();
        found.append(round.found);
        let mut now_faulty = workshop.faulty_by(&found, &round.cards);
        now_faulty.extend(faulty.iter().cloned());
        if order.faults == OnError::Fail || now_faulty == faulty {
            let mut records =
                workshop.records(&round.cards, round.judgements, &excluded, &now_faulty);
            workshop.add_waived(&mut records, &round.cards, &round.waived);
            let print = WrittenSite {
                files: round.files,
                is_whole: round.is_whole,
                pages: round.pages,
                ..WrittenSite::default()
            };
            let owners = if records.iter().any(|it| it.verdict() == Verdict::Published) {
                Owners::default()
            } else {
                let all = round.cards.iter().chain(&excluded);
                Owners::at(all, &prepared.config, order.at)
            };
            return workshop.close(records, found, print, owners);
        }
        if let Some(stage) = stage {
            stage.clear()?;
        }
        // What is left out now must not be told a second time by the next round.
        workshop.found = found;
        faulty = now_faulty;
        cards = round.cards;
    }
}

/// Parts the cards that errors concern from the others.
fn part(cards: Vec<Item>, faulty: &BTreeSet<String>) -> (Vec<Item>, Vec<Item>) {
    if faulty.is_empty() {
        return (cards, Vec::new());
    }
    cards.into_iter().partition(|card| !faulty.contains(card.path.as_ref()))
}

/// What a round came to: the cards that took part, sorted by path, and the judgement on each.
struct Pass {
    cards: Vec<Item>,
    judgements: Vec<Judgement>,
    found: Diagnostics,
    is_whole: bool,
    /// Numbers of waivers, by path.
    waived: BTreeMap<String, Vec<usize>>,
    files: Vec<Written>,
    pages: usize,
}

/// A build at work.
struct Builder<'a> {
    prepared: &'a Project,
    order: &'a BuildOptions,
    progress: &'a Progress,
    inventory: Inventory,
    found: Diagnostics,
}

impl<'a> Builder<'a> {
    fn open(prepared: &'a Project, order: &'a BuildOptions, progress: &'a Progress) -> Self {
        progress.begin(BuildPhase::Survey);
        let mut found = prepared.diagnostics.clone();
        if let Some(warning) = security_end(&prepared.config, order.at) {
            found.push(warning);
        }
        let inventory = prepared.portal.inventory(&mut found);
        progress.expect(inventory.documents.len() * 2);
        Self { prepared, order, progress, inventory, found }
    }

    /// Reads every Markdown file once.
    fn survey(&mut self) -> Vec<Item> {
        let surveyor = ItemLoader {
            portal: &self.prepared.portal,
            config: &self.prepared.config,
            inventory: &self.inventory,
        };
        let progress = self.progress;
        let cards = par_map(&self.inventory.documents, &mut self.found, |listed, sink| {
            progress.step();
            surveyor.load(&listed.path, sink)
        });
        let mut cards: Vec<Item> = cards.into_iter().flatten().collect();
        cards.shrink_to_fit();
        cards.sort_by(|a, b| compare_paths(&a.path, &b.path));
        cards
    }

    /// Finds names and addresses that two have.
    fn check_clashes(&mut self, cards: &[Item]) {
        check_names(cards, &mut self.found);
        check_addresses(self.prepared, cards, &mut self.found);
    }

    fn faulty(&self, cards: &[Item]) -> BTreeSet<String> {
        self.faulty_by(&self.found, cards)
    }

    /// The Markdown files that errors concern, and folders that could not be read.
    fn faulty_by(&self, found: &Diagnostics, cards: &[Item]) -> BTreeSet<String> {
        let errors = found.iter().filter(|d| d.severity == Severity::Error);
        let mut faulty = BTreeSet::new();
        for error in errors {
            if matches!(error.code, Code::SameUrl | Code::SameName) {
                faulty.extend(self.losers(error, cards));
            } else {
                faulty.extend(self.concerned(&error.place.file));
            }
        }
        faulty
    }

    /// A Markdown file concerns itself, a signature its Markdown file, any other file the items of its
    /// folder. What is wrong with a folder (its path ends with `/`) concerns the items in it.
    fn concerned(&self, file: &str) -> Vec<String> {
        let signed = file.strip_suffix(".sig").filter(|signed| signed.ends_with(".md"));
        let file = signed.unwrap_or(file);
        if file.ends_with(".md") {
            return vec![file.to_owned()];
        }
        let folder = folder_of(file);
        let is_owner = |path: &str| {
            let name = &path[folder.len()..];
            (name.starts_with("index.") || name.starts_with("_index.")) && !name.contains('/')
        };
        let documents = self.inventory.documents.iter().map(|listed| listed.path.as_str());
        let here = documents.filter(|path| path.starts_with(folder) && is_owner(path));
        let folder = file.ends_with('/').then_some(file);
        let concerned = here.chain(folder).map(str::to_owned);
        if file.starts_with("content/") { concerned.collect() } else { Vec::new() }
    }

    /// Of two items with one URL or one name: the unapproved one, else both.
    fn losers(&self, error: &Diagnostic, cards: &[Item]) -> Vec<String> {
        let arg = |wanted: &str| {
            let found = error.args.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| value.as_str())
        };
        // Where a file of an item is named, the item itself is told apart.
        let at = arg("item").unwrap_or(&error.place.file);
        let other = arg("other_item").or_else(|| arg("other")).unwrap_or("");
        let mut items: BTreeSet<&str> = BTreeSet::from([at, other]);
        items.retain(|path| path.starts_with("content/") && path.ends_with(".md"));
        let both: Vec<&Item> = items.iter().filter_map(|path| find_exact(cards, path)).collect();
        // Of a pair that was judged before, one is not among the cards any more.
        if both.len() < items.len() {
            return Vec::new();
        }
        let policy = &self.prepared.config.policy;
        let approved = |card: &&&Item| is_approved(card, policy, self.order.at);
        let spared = both.len() == 2 && both.iter().filter(approved).count() == 1;
        let lost = both.iter().filter(|card| !spared || !approved(card));
        lost.map(|card| card.path.to_string()).collect()
    }

    /// Judges, puts in order, renders.
    fn round(
        &self,
        cards: Vec<Item>,
        left: &[Item],
        faulty: &BTreeSet<String>,
        stage: Option<&Stage>,
    ) -> Result<Pass, Failure> {
        self.progress.begin(BuildPhase::Judge);
        let config = &self.prepared.config;
        let Judged { admitted, withheld, notices, judgements } =
            judge_all(cards, &config.policy, self.order.at);
        let stubs = stubs(&withheld, left, faulty);
        let assets = self.prepared.assets.iter().map(|asset| asset.output.clone()).collect();
        let site = Site::assemble(config, admitted, Absent { withheld: stubs, notices }, assets);
        let means = WriteContext {
            portal: &self.prepared.portal,
            theme: self.prepared.theme.as_ref(),
            assets: &self.prepared.assets,
            files: &self.inventory.files,
            checker: Some(&self.prepared.checker),
            scope: self.order.scope,
            at: self.order.at,
            progress: self.progress,
        };
        let WrittenSite { files, is_whole, pages, mut found, waived } =
            print(&means, &site, &withheld, stage.map_or(Sink::Discard, Sink::Stage))?;
        check_named_pages(&site, &mut found);
        let mut cards: Vec<Item> = site.into_items().into_iter().map(Admitted::into_card).collect();
        cards.extend(withheld.into_iter().map(|withheld| withheld.card));
        cards.sort_by(|a, b| compare_paths(&a.path, &b.path));
        // Whatever is written has been compared with everything else that may ever be.
        if cfg!(debug_assertions) {
            let unclaimed = unclaimed(self.prepared, &cards, &files);
            assert!(unclaimed.is_empty(), "nobody claims {unclaimed:?}");
        }
        Ok(Pass { cards, judgements, found, is_whole, waived, files, pages })
    }

    /// Every item of `content/`, also those that could not be read.
    fn records(
        &self,
        cards: &[Item],
        judgements: Vec<Judgement>,
        left: &[Item],
        faulty: &BTreeSet<String>,
    ) -> Vec<ItemStatus> {
        let record = |card: &Item, judgement: Option<Judgement>| ItemStatus {
            path: card.path.to_string(),
            url: Some(card.url.to_string()),
            invalid: judgement.is_none() || faulty.contains(card.path.as_ref()),
            judgement,
            withdrawal: (
                card.details.withdrawn_by.to_string(),
                card.details.withdrawn_why.to_string(),
            ),
            waived: Vec::new(),
        };
        let judged = cards.iter().zip(judgements).map(|(card, j)| record(card, Some(j)));
        let mut records: Vec<ItemStatus> =
            judged.chain(left.iter().map(|card| record(card, None))).collect();
        let known: BTreeSet<&str> = left.iter().map(|card| card.path.as_ref()).collect();
        let readable = |path: &str| known.contains(path) || find_exact(cards, path).is_some();
        let documents = self.inventory.documents.iter().map(|listed| &listed.path);
        let unreadable = documents.filter(|path| !readable(path)).map(|path| ItemStatus {
            path: path.clone(),
            url: None,
            judgement: None,
            invalid: true,
            withdrawal: <(String, String)>::default(),
            waived: Vec::new(),
        });
        let unreadable: Vec<ItemStatus> = unreadable.collect();
        records.extend(unreadable);
        records.sort_by(|a, b| a.path.cmp(&b.path));
        records
    }

    /// Who answers for what, as reports tell it.
    fn add_waived(
        &self,
        records: &mut [ItemStatus],
        cards: &[Item],
        waived: &BTreeMap<String, Vec<usize>>,
    ) {
        let people = &self.prepared.config.policy.people;
        for record in records {
            let Some(numbers) = waived.get(&record.path) else { continue };
            let Some(card) = find_exact(cards, &record.path) else { continue };
            let told = numbers.iter().map(|number| &card.details.waivers[*number]);
            let told = told.map(|waiver| WaivedFinding {
                rule: waiver.rule.as_str(),
                part: card.part_name(waiver.part).to_owned(),
                by: people[usize::from(waiver.by)].id.clone(),
                reason: waiver.reason.to_string(),
            });
            record.waived = told.collect();
        }
    }

    fn close(
        self,
        records: Vec<ItemStatus>,
        found: Diagnostics,
        print: WrittenSite,
        owners: Owners,
    ) -> Result<Build, Failure> {
        let WrittenSite { files, is_whole, pages, .. } = print;
        let left_out = self.order.faults == OnError::SkipItems && found.has_errors();
        let stops = |found: &&Diagnostic| {
            let is_error = found.severity == Severity::Error;
            is_error && (self.order.faults == OnError::Fail || stops_always(found))
        };
        let mut stopping = found.iter().filter(stops).peekable();
        let first = stopping.peek().map(|found| found.place.file.clone());
        if let Some(path) = first.filter(|_| stopping.all(|found| found.code == Code::Changed)) {
            return Err(Failure::new(Code::ChangedWhileBuilding).arg("path", path));
        }
        let fatal = !is_whole || found.iter().any(|found| stops(&found));
        let file_count = files.len();
        Ok(Build { records, diagnostics: found, left_out, owners, pages, file_count, fatal, files })
    }
}

/// Errors that no item can be left out for: outside `content/`, or of all of it.
fn stops_always(found: &Diagnostic) -> bool {
    let file = found.place.file.as_str();
    matches!(file, "content" | "content/") || !file.starts_with("content/")
}

/// Finds what is wrong with cards beside each other.
pub fn check_together(cards: &[Item], inventory: &Inventory, found: &mut Diagnostics) {
    check_names(cards, found);
    check_translations(cards, inventory, found);
}

/// Finds addresses that two claim.
pub fn check_addresses(prepared: &Project, cards: &[Item], found: &mut Diagnostics) {
    check_collisions(cards, &prepared.config, &fixed_files(prepared), found);
}

/// The files of the theme and of `static/`: where each comes from, where it goes.
fn fixed_files(prepared: &Project) -> Vec<(String, String)> {
    let fixed = prepared.assets.iter().map(|asset| {
        let source = match &asset.source {
            AssetSource::BuiltIn(_) => format!("themes/default/static/{}", asset.output),
            AssetSource::File(own) => own.path.clone(),
        };
        (source, asset.output.clone())
    });
    fixed.collect()
}

/// Files of an output that are not claimed: there must be none.
fn unclaimed<'f>(prepared: &Project, cards: &[Item], files: &'f [Written]) -> Vec<&'f str> {
    let fixed = fixed_files(prepared);
    let claims = Claims::of(cards, &prepared.config, &fixed, &mut Diagnostics::default());
    let files = files.iter().map(|file| file.path.as_str());
    files.filter(|path| !claims.covers(path)).collect()
}

/// Withheld items as links see them.
pub fn stubs(withheld: &[Withheld], left: &[Item], faulty: &BTreeSet<String>) -> Vec<Stub> {
    let of_card = |card: &Item, verdict: Verdict, will_open: bool| {
        let aliases = card.details.aliases.iter().cloned();
        let urls = std::iter::once(card.url.clone()).chain(aliases).collect();
        Stub { path: card.path.clone(), urls, verdict, will_open }
    };
    let judged = withheld.iter().map(|it| of_card(&it.card, it.verdict, it.will_open));
    let mut stubs: Vec<Stub> = judged.collect();
    stubs.extend(left.iter().map(|card| of_card(card, Verdict::Invalid, false)));
    let known: HashSet<Box<str>> = stubs.iter().map(|stub| stub.path.clone()).collect();
    for path in faulty.iter().filter(|path| !known.contains(path.as_str())) {
        let (path, verdict) = (path.as_str().into(), Verdict::Invalid);
        stubs.push(Stub { path, urls: Box::default(), verdict, will_open: false });
    }
    stubs.sort_by(|a, b| compare_paths(&a.path, &b.path));
    stubs
}

/// The cards of Markdown files whose paths differ from one in their code points at most.
fn find_cards<'c>(cards: &'c [Item], path: &str) -> &'c [Item] {
    let first = cards.partition_point(|card| compare_paths(&card.path, path) == Ordering::Less);
    let same = |card: &&Item| compare_paths(&card.path, path) == Ordering::Equal;
    let count = cards[first..].iter().take_while(same).count();
    &cards[first..first + count]
}

/// The card of the Markdown file at a path, which is written as the file system has it.
fn find_exact<'c>(cards: &'c [Item], path: &str) -> Option<&'c Item> {
    find_cards(cards, path).iter().find(|card| card.path.as_ref() == path)
}

/// Two names that differ in their code points only: neither links nor reports could tell them
/// apart.
fn check_names(cards: &[Item], diagnostics: &mut Diagnostics) {
    for pair in cards.windows(2) {
        if compare_paths(&pair[0].path, &pair[1].path) == Ordering::Equal {
            for (at, other) in [(0, 1), (1, 0)] {
                let place = Place::file(&pair[at].path);
                let other = pair[other].path.as_ref();
                diagnostics.push(Diagnostic::error(Code::SameName, place).arg("other", other));
            }
        }
    }
}

/// A path in Unicode normalization form C.
fn normal(path: &str) -> Cow<'_, str> {
    if path.is_ascii() { path.into() } else { nfc(path).into() }
}

/// Every translation needs an original, in the same category.
fn check_translations(cards: &[Item], inventory: &Inventory, diagnostics: &mut Diagnostics) {
    let documents: LazyCell<HashSet<Cow<str>>, _> =
        LazyCell::new(|| inventory.documents.iter().map(|listed| normal(&listed.path)).collect());
    for card in cards {
        let Some(path) = card.original_path() else { continue };
        let place = Place::file(&card.path);
        match find_cards(cards, &path).first() {
            Some(original) if original.category != card.category => diagnostics
                .push(Diagnostic::error(Code::TranslationCategory, place).arg("original", path)),
            Some(_) => {}
            // An original that is there but has a mistake is told of by itself.
            None if documents.contains(nfc(&path).as_str()) => {}
            None => {
                diagnostics.push(Diagnostic::error(Code::NoOriginal, place).arg("original", path));
            }
        }
    }
}
