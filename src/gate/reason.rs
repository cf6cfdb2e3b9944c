//! Verdicts, reasons to withhold an item, and the rules that they break.

use jiff::Timestamp;

use crate::config::{CategoryId, PersonId};

/// Whether an item may be seen. If several verdicts apply, the first in this order wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Its front matter, body, links or files contain an error. Later stages find such errors; the
    /// gate uses this verdict only for a translation whose original could not be read.
    Invalid,
    /// It was withdrawn.
    Withdrawn,
    /// Its publication window has ended.
    Expired,
    /// It has no valid approval.
    Unapproved,
    /// Its publication window has not begun.
    Scheduled,
    /// It may be seen.
    Published,
}

impl Verdict {
    /// Returns the word used in reports.
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
    /// It was withdrawn at this instant.
    Withdrawn(Timestamp),
    /// Its window ended at this instant.
    Expired(Timestamp),
    /// It names no approver. Contains its category (`None`: a page outside categories).
    NoApprover(Option<CategoryId>),
    /// The approver may not approve items of this category (`None`: pages outside categories).
    NotEntitled(PersonId, Option<CategoryId>),
    /// The approver has terms of office, or the key has a term, and the approval has no date.
    NoApprovalDate(PersonId),
    /// The approver was not in office at the instant of the approval.
    NotInOffice(PersonId, Timestamp),
    /// The approval is dated later than the instant of the judgement.
    ApprovedLater(Timestamp),
    /// The site requires three people, and one of them is missing.
    DutiesNotNamed,
    /// The site requires three different people, and two of them are the same.
    DutiesNotSeparate,
    /// This person may not prepare items of this category.
    MayNotPrepare(PersonId),
    /// This person may not proofread items of this category.
    MayNotReview(PersonId),
    /// The category requires `prepared_by`, and it is missing.
    NoPreparer,
    /// The category requires `reviewed_by`, and it is missing.
    NoReviewer,
    /// A seal is required, and there is none.
    NoSeal,
    /// The item differs from what was sealed. Contains the instant of the approval, if known.
    Changed(Option<Timestamp>),
    /// The item says what was sealed, but in other bytes.
    Rewritten,
    /// A signature is required, and there is none.
    NoSignature,
    /// The signature does not match the item.
    BadSignature,
    /// The signature was made with an RSA key.
    RsaSignature,
    /// The signature was made with a key that is not the approver's.
    ForeignKey,
    /// The key was revoked.
    KeyRevoked(PersonId),
    /// The key is not valid at the instant of the approval.
    KeyOutOfTerm(PersonId, Timestamp),
    /// Its window begins at this instant.
    Scheduled(Timestamp),
    /// The original of this translation is withheld.
    OriginalWithheld(Verdict),
}

impl Reason {
    /// Returns the rule that this reason breaks.
    pub fn rule(self) -> Rule {
        match self {
            Self::Withdrawn(_) => Rule::NotWithdrawn,
            Self::Expired(_) => Rule::NotExpired,
            Self::NoApprover(_) => Rule::Approver,
            Self::NotEntitled(..) => Rule::Entitled,
            Self::NoApprovalDate(_) | Self::NotInOffice(..) | Self::ApprovedLater(_) => {
                Rule::InOffice
            }
            Self::DutiesNotNamed
            | Self::DutiesNotSeparate
            | Self::MayNotPrepare(_)
            | Self::MayNotReview(_)
            | Self::NoPreparer
            | Self::NoReviewer => Rule::Duties,
            Self::NoSeal | Self::Changed(_) | Self::Rewritten => Rule::Seal,
            Self::NoSignature
            | Self::BadSignature
            | Self::RsaSignature
            | Self::ForeignKey
            | Self::KeyRevoked(_)
            | Self::KeyOutOfTerm(..) => Rule::Signature,
            Self::Scheduled(_) => Rule::Started,
            Self::OriginalWithheld(_) => Rule::Original,
        }
    }

    /// Returns the verdict on an item for which this is the only reason.
    pub(super) fn verdict(self) -> Verdict {
        match (self.rule(), self) {
            (_, Self::OriginalWithheld(verdict)) => verdict,
            (Rule::NotWithdrawn, _) => Verdict::Withdrawn,
            (Rule::NotExpired, _) => Verdict::Expired,
            (Rule::Approver | Rule::Entitled | Rule::InOffice, _)
            | (Rule::Duties | Rule::Seal | Rule::Signature, _) => Verdict::Unapproved,
            (Rule::Started, _) => Verdict::Scheduled,
            (Rule::Original, _) => Verdict::Invalid,
        }
    }
}

/// A rule of the gate. Every [`Reason`] breaks exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// It was not withdrawn.
    NotWithdrawn,
    /// Its window has not ended.
    NotExpired,
    /// It names an approver.
    Approver,
    /// The approver may approve items of the category.
    Entitled,
    /// The approver was in office at the date of the approval.
    InOffice,
    /// Preparer and reviewer are named, entitled and different where that is required.
    Duties,
    /// The seal is present where required, and matches.
    Seal,
    /// The signature is present where required, and valid.
    Signature,
    /// Its window has begun.
    Started,
    /// The original of a translation is published.
    Original,
}

impl Rule {
    /// All rules, in the order in which reports list them.
    pub const ALL: [Self; 10] = [
        Self::NotWithdrawn,
        Self::NotExpired,
        Self::Approver,
        Self::Entitled,
        Self::InOffice,
        Self::Duties,
        Self::Seal,
        Self::Signature,
        Self::Started,
        Self::Original,
    ];
}
