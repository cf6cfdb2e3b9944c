//! Decides which items may be seen.
//!
//! [`judge`] is a pure function of an item, the policy and an instant. It reads no clock, no disk
//! and no time zone. Anything it does not understand is a reason to withhold the item. Only this
//! module creates [`Admitted`], which the renderer requires.

mod change;
mod reason;

pub use change::{Change, Event, State};
pub use reason::{Reason, Rule, Verdict};

use jiff::Timestamp;

use crate::config::{
    CategoryId, Entitlement, LanguageId, NoticePage, Person, PersonId, Policy, Requires, Strength,
};
use crate::content::{Approval, Correction, Item, Role, Seal, Signature};
use crate::text::compare_paths;

/// A verdict and the reasons for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// All reasons to withhold the item, in the order of the verdicts. Empty if it is published.
    pub reasons: Vec<Reason>,
    /// When the verdict next changes, and to what. `None` if the passing of time alone changes
    /// nothing.
    pub next_verdict: Option<Change>,
    /// The next instant at which a correction becomes public while the item is published.
    pub next_correction: Option<Timestamp>,
    /// Whether the item's deadline has passed. `None` if it has none.
    pub state: Option<State>,
    /// When the deadline passes while the item is published. `None` if it has passed.
    pub next_deadline: Option<Timestamp>,
    /// Whether the item is published now or will be by the passing of time alone. The bodies of
    /// such items must be free of errors, so that no build fails only because a window opened.
    pub will_open: bool,
}

impl Judgement {
    /// Returns the next change of what readers see.
    pub fn next_change(&self) -> Option<Change> {
        let at = |instant: Option<Timestamp>, event| instant.map(|at| Change { at, event });
        let deadline = at(self.next_deadline, Event::Deadline);
        let correction = at(self.next_correction, Event::Correction);
        [self.next_verdict, deadline, correction].into_iter().flatten().min()
    }
}

/// The original of an item that may be a translation.
#[derive(Debug, Clone, Copy)]
pub enum Original<'a> {
    /// The item is not a translation.
    Itself,
    /// The item is a translation of this item.
    Item(&'a Item),
    /// The item is a translation of an item that could not be read.
    Unreadable,
}

/// Judges an item at an instant. A translation is judged together with its original.
///
/// ```
/// use prakat::gate::{Original, Verdict, judge};
/// # use std::path::Path;
/// # use prakat::config::read_settings;
/// # use prakat::content::ItemLoader;
/// # use prakat::diagnostics::Diagnostics;
/// # use prakat::source::Portal;
///
/// # let mut diagnostics = Diagnostics::default();
/// # let portal = Portal::at(Path::new(env!("CARGO_MANIFEST_DIR")));
/// # let settings = portal.read_text("site.toml", &mut diagnostics).unwrap();
/// # let config = read_settings(&settings.text, &mut diagnostics).unwrap();
/// # let inventory = portal.inventory(&mut diagnostics);
/// # let loader = ItemLoader { portal: &portal, config: &config, inventory: &inventory };
/// let item = loader.load("content/contact.md", &mut diagnostics).unwrap();
/// let opening = item.window.from;
/// let before = opening - std::time::Duration::from_secs(1);
///
/// let judgement = judge(&item, Original::Itself, &config.policy, before);
/// assert_eq!(judgement.verdict, Verdict::Scheduled);
/// assert_eq!(judgement.next_change().map(|change| change.at), Some(opening));
/// ```
pub fn judge(item: &Item, original: Original, policy: &Policy, now: Timestamp) -> Judgement {
    let reasons = reasons(item, original, policy, now);
    let verdict = verdict_of(&reasons);
    let later = change_points(item, original).into_iter().flatten().filter(|at| *at > now);
    let verdicts: Vec<(Timestamp, Verdict)> =
        later.map(|at| (at, verdict_at(item, original, policy, at))).collect();
    let next_verdict = verdicts.iter().filter(|(_, later)| *later != verdict).min();
    let is_published_until = |at: &Timestamp| {
        verdict == Verdict::Published && next_verdict.is_none_or(|(next, _)| at < next)
    };
    let deadline = item.details.deadline.map(|deadline| deadline.at).filter(|at| *at > now);
    Judgement {
        verdict,
        next_verdict: next_verdict
            .map(|(at, verdict)| Change { at: *at, event: Event::Verdict(*verdict) }),
        next_correction: item.details.changes.later_than(now).filter(is_published_until).min(),
        state: State::at(item, now),
        next_deadline: deadline.filter(is_published_until),
        will_open: verdict == Verdict::Published
            || verdicts.iter().any(|(_, later)| *later == Verdict::Published),
        reasons,
    }
}

fn verdict_at(item: &Item, original: Original, policy: &Policy, now: Timestamp) -> Verdict {
    verdict_of(&reasons(item, original, policy, now))
}

/// Returns the instants at which a verdict can change.
fn change_points(item: &Item, original: Original) -> [Option<Timestamp>; 8] {
    let of = |item: &Item| {
        let approved = item.approval.on.map(|on| on.at);
        [Some(item.window.from), item.window.until, item.withdrawn, approved]
    };
    let [a, b, c, d] = of(item);
    let [e, f, g, h] = match original {
        Original::Item(item) => of(item),
        Original::Itself | Original::Unreadable => [None; 4],
    };
    [a, b, c, d, e, f, g, h]
}

/// Returns the verdict that a list of reasons leads to.
fn verdict_of(reasons: &[Reason]) -> Verdict {
    reasons.iter().map(|reason| reason.verdict()).min().unwrap_or(Verdict::Published)
}

fn reasons(item: &Item, original: Original, policy: &Policy, now: Timestamp) -> Vec<Reason> {
    let mut reasons = Vec::new();
    reasons.extend(item.withdrawn.filter(|on| *on <= now).map(Reason::Withdrawn));
    reasons.extend(item.window.until.filter(|until| *until <= now).map(Reason::Expired));
    reasons.extend(approval_reasons(item, policy, now));
    if now < item.window.from {
        reasons.push(Reason::Scheduled(item.window.from));
    }
    let of_original = match original {
        Original::Itself => Verdict::Published,
        Original::Item(item) => verdict_at(item, Original::Itself, policy, now),
        Original::Unreadable => Verdict::Invalid,
    };
    if of_original != Verdict::Published {
        reasons.push(Reason::OriginalWithheld(of_original));
    }
    reasons
}

/// Returns whether an item is withdrawn or its window has ended, whatever its original says.
pub fn is_over(item: &Item, now: Timestamp) -> bool {
    [item.withdrawn, item.window.until].into_iter().flatten().any(|end| end <= now)
}

/// Returns whether the approval of an item is valid, whatever its window.
pub fn is_approved(item: &Item, policy: &Policy, now: Timestamp) -> bool {
    approval_reasons(item, policy, now).is_empty()
}

fn approval_reasons(item: &Item, policy: &Policy, now: Timestamp) -> Vec<Reason> {
    reasons_against(&item.approval, item.category, policy, now)
}

/// Returns why an approval is not valid for an item of a category. Empty if it is valid.
pub fn reasons_against(
    approval: &Approval,
    category: Option<CategoryId>,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Reason> {
    let mut reasons = approver_reasons(approval, category, policy, now);
    reasons.extend(duty_reasons(approval, category, policy));
    reasons.extend(proof_reasons(approval, category, policy));
    reasons
}

/// Checks seal and signature. A seal or signature that exists must always be valid. A missing one is
/// a reason only where the policy requires it.
fn proof_reasons(
    approval: &Approval,
    category: Option<CategoryId>,
    policy: &Policy,
) -> Vec<Reason> {
    let strength = policy.strength(category);
    let approved_on = approval.on.map(|on| on.at);
    let mut reasons = Vec::new();
    match approval.seal {
        Seal::Absent if strength == Strength::Sealed => reasons.push(Reason::NoSeal),
        Seal::Absent | Seal::Matches => {}
        Seal::Differs => reasons.push(Reason::Changed(approved_on)),
        Seal::Rewritten => reasons.push(Reason::Rewritten),
    }
    reasons.extend(match approval.signature {
        Signature::Absent => (strength == Strength::Signed).then_some(Reason::NoSignature),
        Signature::Broken => Some(Reason::BadSignature),
        Signature::Rsa => Some(Reason::RsaSignature),
        Signature::Stranger => Some(Reason::ForeignKey),
        Signature::By(person, _) if Some(person) != approval.approver => Some(Reason::ForeignKey),
        Signature::By(person, key) => key_reason(person, key, approved_on, policy),
    });
    reasons
}

fn key_reason(
    id: PersonId,
    key: u16,
    approved_on: Option<Timestamp>,
    policy: &Policy,
) -> Option<Reason> {
    let person = policy.people.get(usize::from(id))?;
    let Some(key) = person.keys.get(usize::from(key)) else { return Some(Reason::ForeignKey) };
    if key.is_revoked {
        return Some(Reason::KeyRevoked(id));
    }
    let term = key.term?;
    match approved_on {
        None => Some(Reason::NoApprovalDate(id)),
        Some(on) => (!term.covers(on)).then_some(Reason::KeyOutOfTerm(id, on)),
    }
}

fn approver_reasons(
    approval: &Approval,
    category: Option<CategoryId>,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Reason> {
    let named = approval.approver.and_then(|id| Some((id, policy.people.get(usize::from(id))?)));
    let Some((id, person)) = named else { return vec![Reason::NoApprover(category)] };
    let mut reasons = Vec::new();
    if !person.approves.covers(category) {
        reasons.push(Reason::NotEntitled(id, category));
    }
    let approved_on = approval.on.map(|on| on.at);
    match approved_on {
        None if !person.terms.is_empty() => reasons.push(Reason::NoApprovalDate(id)),
        None => {}
        Some(on) => {
            if !person.terms.is_empty() && !person.terms.iter().any(|term| term.covers(on)) {
                reasons.push(Reason::NotInOffice(id, on));
            }
            if on > now {
                reasons.push(Reason::ApprovedLater(on));
            }
        }
    }
    reasons
}

/// Checks who prepared and who proofread: both named where required, both entitled, and with
/// `separate_duties` three different people.
fn duty_reasons(approval: &Approval, category: Option<CategoryId>, policy: &Policy) -> Vec<Reason> {
    let Approval { prepared_by, reviewed_by, approver, .. } = *approval;
    let mut reasons = Vec::new();
    let settings = category.and_then(|id| policy.categories.get(usize::from(id)));
    let requires = settings.map_or_else(Requires::default, |category| category.requires);
    if requires.prepared_by && prepared_by.is_none() {
        reasons.push(Reason::NoPreparer);
    }
    if requires.reviewed_by && reviewed_by.is_none() {
        reasons.push(Reason::NoReviewer);
    }
    let refuses = |id: PersonId, list: fn(&Person) -> &Option<Entitlement>| {
        let person = policy.people.get(usize::from(id));
        person.and_then(|person| list(person).as_ref()).is_some_and(|may| !may.covers(category))
    };
    reasons
        .extend(prepared_by.filter(|id| refuses(*id, |p| &p.prepares)).map(Reason::MayNotPrepare));
    reasons.extend(reviewed_by.filter(|id| refuses(*id, |p| &p.reviews)).map(Reason::MayNotReview));
    if policy.separate_duties {
        reasons.extend(match (prepared_by, reviewed_by, approver) {
            (Some(a), Some(b), Some(c)) => {
                let is_one = |a, b| policy.is_one_person(a, b);
                let same = is_one(a, b) || is_one(b, c) || is_one(c, a);
                same.then_some(Reason::DutiesNotSeparate)
            }
            _ => Some(Reason::DutiesNotNamed),
        });
    }
    reasons
}

/// An item that may be seen. Only this module creates one.
#[derive(Debug, Clone)]
pub struct Admitted {
    item: Item,
    until: Option<Timestamp>,
    /// The instant as of which readers see it.
    as_of: Timestamp,
}

impl Admitted {
    fn new(item: Item, judgement: &Judgement, now: Timestamp) -> Self {
        let until = judgement.next_verdict.map(|change| change.at);
        // The preview of an item that is to open later shows it as of its opening.
        let as_of = now.max(item.window.from);
        Self { item, until, as_of }
    }

    /// Returns the corrections that are public by now, newest first.
    pub fn corrections(&self) -> &[Correction] {
        self.item.details.changes.public_at(self.as_of)
    }

    /// Returns whether it has corrections that are not public yet.
    pub fn awaits_correction(&self) -> bool {
        self.corrections().len() < self.item.details.changes.all().len()
    }

    /// Returns whether its deadline has passed. Returns `None` if it has none.
    pub fn state(&self) -> Option<State> {
        State::at(&self.item, self.as_of)
    }

    /// Returns when it last changed for readers: when it was published, or its latest correction.
    pub fn updated(&self) -> Timestamp {
        let from = self.item.window.from;
        self.corrections().first().map_or(from, |newest| newest.on.at.max(from))
    }

    /// Returns the item, for example to judge it again.
    pub fn into_item(self) -> Item {
        self.item
    }

    /// Returns the first instant at which the item may no longer be seen, for whatever reason.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

impl std::ops::Deref for Admitted {
    type Target = Item;
    fn deref(&self) -> &Item {
        &self.item
    }
}

/// An item that may not be seen.
#[derive(Debug, Clone)]
pub struct Withheld {
    /// The item.
    pub item: Item,
    /// Why it is withheld.
    pub verdict: Verdict,
    /// Whether it will be published by the passing of time alone.
    pub will_open: bool,
}

/// Admits items that will open, for a rehearsal of pages that are dropped.
pub(crate) fn admit_for_rehearsal(withheld: &[Withheld]) -> impl Iterator<Item = Admitted> {
    let opening = withheld.iter().filter(|withheld| withheld.will_open);
    opening.map(|withheld| Admitted {
        item: withheld.item.clone(),
        until: None,
        as_of: Timestamp::MAX,
    })
}

/// The page left at the URL of an expired or withdrawn item: fixed text and, if the category asks
/// for it, the title. It contains nothing else of the item. Only [`judge_all`] creates one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    url: Box<str>,
    language: LanguageId,
    category: CategoryId,
    title: Option<Box<str>>,
}

impl Tombstone {
    /// Returns the item's URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the item's language.
    pub fn language(&self) -> LanguageId {
        self.language
    }

    /// Returns the item's category.
    pub fn category(&self) -> CategoryId {
        self.category
    }

    /// Returns the item's title, if the category asks for titled notices.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }
}

/// Returns the tombstone of an item. Returns `None` if the item was never published, if anything but
/// its window or a withdrawal keeps it off the site, or if its category asks for no tombstone.
fn tombstone(
    item: &Item,
    original: Original,
    policy: &Policy,
    now: Timestamp,
) -> Option<Tombstone> {
    let category = item.category.filter(|_| item.role == Role::Item)?;
    let ordered = policy.categories.get(usize::from(category))?.notice_page;
    let has_ended =
        |reason: &Reason| matches!(reason.verdict(), Verdict::Expired | Verdict::Withdrawn);
    let is_original_approved = match original {
        Original::Item(original) => is_approved(original, policy, now),
        Original::Itself => true,
        Original::Unreadable => false,
    };
    let only_ended = reasons(item, original, policy, now).iter().all(has_ended);
    // A verdict is constant between two change points, so judging these instants is enough.
    let was_published = || {
        let before = change_points(item, original).into_iter().flatten().filter(|at| *at <= now);
        before.into_iter().any(|at| verdict_at(item, original, policy, at) == Verdict::Published)
    };
    if !is_original_approved || !only_ended || !was_published() {
        return None;
    }
    let title = match ordered {
        NoticePage::None => return None,
        NoticePage::Bare => None,
        NoticePage::Titled => Some(item.title.clone()),
    };
    Some(Tombstone { url: item.url.clone(), language: item.language, category, title })
}

/// Items, divided by verdict.
#[derive(Debug)]
pub struct Judged {
    /// Items that may be seen, sorted by path.
    pub admitted: Vec<Admitted>,
    /// All other items, sorted by path.
    pub withheld: Vec<Withheld>,
    /// Tombstones of withheld items, sorted by path.
    pub notices: Vec<Tombstone>,
    /// The judgement on every item, in the order of the input.
    pub judgements: Vec<Judgement>,
}

/// Admits a changed version of an admitted item. Returns `None` if it may no longer be seen. The
/// caller must know that the verdicts on other items do not depend on the change.
pub fn admit_again(
    item: Item,
    original: Original,
    policy: &Policy,
    now: Timestamp,
) -> Option<Admitted> {
    let judgement = judge(&item, original, policy, now);
    let is_published = judgement.verdict == Verdict::Published;
    is_published.then(|| Admitted::new(item, &judgement, now))
}

/// Judges all items like [`judge_all`], then admits every one. Only for the preview of withheld items,
/// which marks each page with its verdict and is never written to disk.
pub fn admit_all_for_preview(items: Vec<Item>, policy: &Policy, now: Timestamp) -> Judged {
    let judgements: Vec<Judgement> =
        items.iter().map(|item| judge(item, original_of(item, &items), policy, now)).collect();
    let admit = |(item, judged): (Item, &Judgement)| Admitted::new(item, judged, now);
    let admitted = items.into_iter().zip(&judgements).map(admit).collect();
    Judged { admitted, withheld: Vec::new(), notices: Vec::new(), judgements }
}

/// Judges all items. They must be sorted by path.
pub fn judge_all(items: Vec<Item>, policy: &Policy, now: Timestamp) -> Judged {
    let judgements: Vec<Judgement> =
        items.iter().map(|item| judge(item, original_of(item, &items), policy, now)).collect();
    let ended = items
        .iter()
        .zip(&judgements)
        .filter(|(_, judged)| matches!(judged.verdict, Verdict::Expired | Verdict::Withdrawn));
    let notices = ended
        .filter_map(|(item, _)| tombstone(item, original_of(item, &items), policy, now))
        .collect();
    let (mut admitted, mut withheld) = (Vec::new(), Vec::new());
    for (item, judgement) in items.into_iter().zip(&judgements) {
        if judgement.verdict == Verdict::Published {
            admitted.push(Admitted::new(item, judgement, now));
        } else {
            let Judgement { verdict, will_open, .. } = *judgement;
            withheld.push(Withheld { item, verdict, will_open });
        }
    }
    Judged { admitted, withheld, notices, judgements }
}

fn original_of<'c>(item: &Item, items: &'c [Item]) -> Original<'c> {
    let Some(path) = item.original_path() else { return Original::Itself };
    match items.binary_search_by(|item| compare_paths(&item.path, &path)) {
        Ok(found) => Original::Item(&items[found]),
        Err(_) => Original::Unreadable,
    }
}
