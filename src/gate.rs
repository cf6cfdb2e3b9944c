//! The gate: one pure function says of an item whether it may be seen.
//!
//! It knows an item's card, the policy and one instant, and nothing else: no clock, no disk, no
//! zone. Everything it does not understand is a reason to withhold. [`Admitted`], which the
//! renderer needs, can be made here alone.

use jiff::Timestamp;

use crate::config::{
    CategoryId, Entitlement, LanguageId, NoticePage, Person, PersonId, Policy, Requires, Strength,
};
use crate::content::{Approval, Item, Role, Seal, Signature, compare_paths};

/// The answer of the gate. In this order, the first that holds is the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Front matter, body, links or files have a mistake. Found elsewhere; the gate says so only of
    /// a translation whose original could not be read.
    Invalid,
    /// Taken back.
    Withdrawn,
    /// Its window is over.
    Expired,
    /// Nobody entitled stands for it.
    Unapproved,
    /// Its window has not begun.
    Scheduled,
    /// It may be seen.
    Published,
}

impl Verdict {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Unapproved => "unapproved",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
        }
    }
}

/// Why an item is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Taken back at this instant.
    Withdrawn(Timestamp),
    /// Over since this instant.
    Expired(Timestamp),
    /// Nobody is named as approver.
    NoApprover,
    /// The approver may not approve this category (`None`: pages outside categories).
    NotEntitled(PersonId, Option<CategoryId>),
    /// The approver has terms of office, and the item does not say when it was approved.
    NoApprovalDate(PersonId),
    /// The approver was not in office when approving.
    NotInOffice(PersonId, Timestamp),
    /// The approval is dated later than the instant of judgement.
    ApprovedLater(Timestamp),
    /// The site wants three people, and one of them is not named.
    DutiesNotNamed,
    /// The site wants three people, and two of them are the same.
    DutiesNotSeparate,
    /// The person named may not prepare this category.
    MayNotPrepare(PersonId),
    /// The person named may not proofread this category.
    MayNotReview(PersonId),
    /// The category wants to know who prepared it.
    NoPreparer,
    /// The category wants to know who proofread it.
    NoReviewer,
    /// A seal is wanted, and there is none.
    NoSeal,
    /// The item is not what was sealed; with the instant of the approval, if it is known.
    Changed(Option<Timestamp>),
    /// A signature is wanted, and there is none.
    NoSignature,
    /// The signature is not one over this item.
    BadSignature,
    /// The signature was made with an RSA key.
    RsaSignature,
    /// The signature was made with somebody else's key.
    ForeignKey,
    /// The key was taken back.
    KeyRevoked(PersonId),
    /// The key does not count at the instant of the approval.
    KeyOutOfTerm(PersonId, Timestamp),
    /// Not before this instant.
    Scheduled(Timestamp),
    /// The original of this translation is withheld.
    OriginalWithheld(Verdict),
}

/// A verdict with everything that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// All reasons to withhold, in the order of the verdicts; none for what is published.
    pub reasons: Vec<Reason>,
    /// When the verdict changes by itself; `None` if time alone changes nothing.
    pub next_change: Option<Timestamp>,
    /// Whether it is published now or will be by the passing of time alone. The bodies of such
    /// items must be right, so that no build fails only because a window opened.
    pub will_open: bool,
}

/// What a translation is a translation of.
#[derive(Debug, Clone, Copy)]
pub enum Original<'a> {
    /// The item is no translation.
    Itself,
    /// Of this item.
    Card(&'a Item),
    /// Of an item that could not be read.
    Unreadable,
}

/// Judges an item at an instant. A translation is judged together with its original.
pub fn judge(card: &Item, original: Original, policy: &Policy, now: Timestamp) -> Judgement {
    let reasons = reasons(card, original, policy, now);
    let verdict = verdict_of(&reasons);
    let later = change_points(card, original).into_iter().flatten().filter(|at| *at > now);
    let changes: Vec<(Timestamp, Verdict)> =
        later.map(|at| (at, verdict_at(card, original, policy, at))).collect();
    Judgement {
        verdict,
        next_change: changes.iter().filter(|(_, v)| *v != verdict).map(|(at, _)| *at).min(),
        will_open: verdict == Verdict::Published
            || changes.iter().any(|(_, v)| *v == Verdict::Published),
        reasons,
    }
}

fn verdict_at(card: &Item, original: Original, policy: &Policy, now: Timestamp) -> Verdict {
    verdict_of(&reasons(card, original, policy, now))
}

/// The instants at which a verdict can change.
fn change_points(card: &Item, original: Original) -> [Option<Timestamp>; 8] {
    let of = |card: &Item| {
        let approved = card.approval.on.map(|(_, instant)| instant);
        [Some(card.window.from), card.window.until, card.withdrawn, approved]
    };
    let [a, b, c, d] = of(card);
    let [e, f, g, h] = match original {
        Original::Card(card) => of(card),
        Original::Itself | Original::Unreadable => [None; 4],
    };
    [a, b, c, d, e, f, g, h]
}

/// The verdict that a list of reasons comes to.
fn verdict_of(reasons: &[Reason]) -> Verdict {
    let of_reason = |reason: &Reason| match reason {
        Reason::Withdrawn(_) => Verdict::Withdrawn,
        Reason::Expired(_) => Verdict::Expired,
        Reason::Scheduled(_) => Verdict::Scheduled,
        Reason::OriginalWithheld(verdict) => *verdict,
        _ => Verdict::Unapproved,
    };
    reasons.iter().map(of_reason).min().unwrap_or(Verdict::Published)
}

fn reasons(card: &Item, original: Original, policy: &Policy, now: Timestamp) -> Vec<Reason> {
    let mut reasons = Vec::new();
    reasons.extend(card.withdrawn.filter(|on| *on <= now).map(Reason::Withdrawn));
    reasons.extend(card.window.until.filter(|until| *until <= now).map(Reason::Expired));
    reasons.extend(approval_reasons(card, policy, now));
    if now < card.window.from {
        reasons.push(Reason::Scheduled(card.window.from));
    }
    let of_original = match original {
        Original::Itself => Verdict::Published,
        Original::Card(card) => verdict_at(card, Original::Itself, policy, now),
        Original::Unreadable => Verdict::Invalid,
    };
    if of_original != Verdict::Published {
        reasons.push(Reason::OriginalWithheld(of_original));
    }
    reasons
}

/// Whether an item by itself is over: taken back, or its window has closed.
pub fn is_over(card: &Item, now: Timestamp) -> bool {
    [card.withdrawn, card.window.until].into_iter().flatten().any(|end| end <= now)
}

/// Whether somebody entitled stands for an item, whatever its window.
pub fn is_approved(card: &Item, policy: &Policy, now: Timestamp) -> bool {
    approval_reasons(card, policy, now).is_empty()
}

fn approval_reasons(card: &Item, policy: &Policy, now: Timestamp) -> Vec<Reason> {
    reasons_against(&card.approval, card.category, policy, now)
}

/// Why an approval does not stand for an item of a category; nothing if it does.
pub fn reasons_against(
    approval: &Approval,
    category: Option<CategoryId>,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    match approval.approver {
        None => reasons.push(Reason::NoApprover),
        Some(person) => reasons.extend(approver_reasons(approval, category, (person, policy), now)),
    }
    reasons.extend(duty_reasons(approval, category, policy));
    reasons.extend(proof_reasons(approval, category, policy));
    reasons
}

/// Seal and signature: what is there is always checked, what is missing only where it is wanted.
fn proof_reasons(
    approval: &Approval,
    category: Option<CategoryId>,
    policy: &Policy,
) -> Vec<Reason> {
    let strength = policy.strength(category);
    let approved_on = approval.on.map(|(_, instant)| instant);
    let mut reasons = Vec::new();
    match approval.seal {
        Seal::Absent if strength == Strength::Sealed => reasons.push(Reason::NoSeal),
        Seal::Absent | Seal::Matches => {}
        Seal::Differs => reasons.push(Reason::Changed(approved_on)),
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
    (id, policy): (PersonId, &Policy),
    now: Timestamp,
) -> Vec<Reason> {
    let Some(person) = policy.people.get(usize::from(id)) else { return vec![Reason::NoApprover] };
    let mut reasons = Vec::new();
    if !person.approves.covers(category) {
        reasons.push(Reason::NotEntitled(id, category));
    }
    let approved_on = approval.on.map(|(_, instant)| instant);
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

/// Who prepared, who proofread: named where that is wanted, entitled, and with `separate_duties`
/// three people.
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

/// An item that may be seen. Only [`admit`] makes one.
#[derive(Debug, Clone)]
pub struct Admitted {
    card: Item,
    until: Option<Timestamp>,
}

impl Admitted {
    /// Gives the card back: to be judged again, say.
    pub fn into_card(self) -> Item {
        self.card
    }

    /// The first instant at which it may no longer be seen, for whatever reason.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

impl std::ops::Deref for Admitted {
    type Target = Item;
    fn deref(&self) -> &Item {
        &self.card
    }
}

/// An item that may not be seen.
#[derive(Debug, Clone)]
pub struct Withheld {
    /// Its card.
    pub card: Item,
    /// What the gate says.
    pub verdict: Verdict,
    /// Whether the passing of time alone will publish it.
    pub will_open: bool,
}

/// What stays at the address of an item that was published and has ended: fixed words, and where
/// the category orders it, the title. It holds nothing else of the item. Only [`judge_all`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    url: Box<str>,
    language: LanguageId,
    category: CategoryId,
    title: Option<Box<str>>,
}

impl Tombstone {
    /// The item's URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The item's language.
    pub fn language(&self) -> LanguageId {
        self.language
    }

    /// The item's category.
    pub fn category(&self) -> CategoryId {
        self.category
    }

    /// Its title, where the category orders titled notices.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }
}

/// The notice that an item leaves behind, if it was published, nothing but time or withdrawal ended
/// it, and its category orders one.
fn notice(card: &Item, original: Original, policy: &Policy, now: Timestamp) -> Option<Tombstone> {
    let category = card.category.filter(|_| card.role == Role::Item)?;
    let ordered = policy.categories.get(usize::from(category))?.notice_page;
    let has_ended = |reason: &Reason| {
        use Reason::{Expired, OriginalWithheld, Withdrawn};
        let ended = [Verdict::Expired, Verdict::Withdrawn];
        matches!(reason, Withdrawn(_) | Expired(_))
            || matches!(reason, OriginalWithheld(verdict) if ended.contains(verdict))
    };
    let original_stands = match original {
        Original::Card(original) => is_approved(original, policy, now),
        Original::Itself => true,
        Original::Unreadable => false,
    };
    let only_ended = reasons(card, original, policy, now).iter().all(has_ended);
    // A verdict holds from one change to the next, so these instants are all that need asking.
    let was_published = || {
        let before = change_points(card, original).into_iter().flatten().filter(|at| *at <= now);
        before.into_iter().any(|at| verdict_at(card, original, policy, at) == Verdict::Published)
    };
    if !original_stands || !only_ended || !was_published() {
        return None;
    }
    let title = match ordered {
        NoticePage::None => return None,
        NoticePage::Bare => None,
        NoticePage::Titled => Some(card.title.clone()),
    };
    Some(Tombstone { url: card.url.clone(), language: card.language, category, title })
}

/// Cards, sorted out.
#[derive(Debug)]
pub struct Judged {
    /// Those that may be seen, by path.
    pub admitted: Vec<Admitted>,
    /// The others, by path.
    pub withheld: Vec<Withheld>,
    /// What the withheld leave at their addresses, by path.
    pub notices: Vec<Tombstone>,
    /// The judgement on every card, in the order in which they came.
    pub judgements: Vec<Judgement>,
}

/// Admits the new edition of an item that is admitted, if it still may be seen: whoever judged the
/// others knows that they do not change with it.
pub fn admit_again(
    card: Item,
    original: Original,
    policy: &Policy,
    now: Timestamp,
) -> Option<Admitted> {
    let judgement = judge(&card, original, policy, now);
    let is_published = judgement.verdict == Verdict::Published;
    is_published.then_some(Admitted { card, until: judgement.next_change })
}

/// Judges all cards like [`judge_all`] and then admits every one. Only for the preview of what is
/// withheld, which marks each page with its verdict and never leaves the machine's memory.
pub fn admit_all_for_preview(cards: Vec<Item>, policy: &Policy, now: Timestamp) -> Judged {
    let judgements: Vec<Judgement> =
        cards.iter().map(|card| judge(card, original_of(card, &cards), policy, now)).collect();
    let admit = |(card, judged): (Item, &Judgement)| Admitted { card, until: judged.next_change };
    let admitted = cards.into_iter().zip(&judgements).map(admit).collect();
    Judged { admitted, withheld: Vec::new(), notices: Vec::new(), judgements }
}

/// Judges all cards, which are sorted by path.
pub fn judge_all(cards: Vec<Item>, policy: &Policy, now: Timestamp) -> Judged {
    let judgements: Vec<Judgement> =
        cards.iter().map(|card| judge(card, original_of(card, &cards), policy, now)).collect();
    let ended = cards
        .iter()
        .zip(&judgements)
        .filter(|(_, judged)| matches!(judged.verdict, Verdict::Expired | Verdict::Withdrawn));
    let notices = ended
        .filter_map(|(card, _)| notice(card, original_of(card, &cards), policy, now))
        .collect();
    let (mut admitted, mut withheld) = (Vec::new(), Vec::new());
    for (card, judgement) in cards.into_iter().zip(&judgements) {
        if judgement.verdict == Verdict::Published {
            admitted.push(Admitted { card, until: judgement.next_change });
        } else {
            let Judgement { verdict, will_open, .. } = *judgement;
            withheld.push(Withheld { card, verdict, will_open });
        }
    }
    Judged { admitted, withheld, notices, judgements }
}

fn original_of<'c>(card: &Item, cards: &'c [Item]) -> Original<'c> {
    let Some(path) = card.original_path() else { return Original::Itself };
    match cards.binary_search_by(|card| compare_paths(&card.path, &path)) {
        Ok(found) => Original::Card(&cards[found]),
        Err(_) => Original::Unreadable,
    }
}
