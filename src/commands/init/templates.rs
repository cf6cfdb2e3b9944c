//! The files of new portals, in Thai and in English.

use crate::commands::bilingual::Bilingual;

/// What kind of portal is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Template {
    /// A municipality: its categories follow the Thai disclosure list.
    Municipality,
    /// Another office.
    Office,
    /// One category and one item.
    Minimal,
}

impl Template {
    /// The id of a person who may approve the first example.
    pub(super) fn approver(self) -> &'static str {
        match self {
            Self::Municipality => "clerk",
            Self::Office | Self::Minimal => "director",
        }
    }
}

/// The texts of a file under `th/` and `en/`.
macro_rules! both {
    ($path:literal) => {
        Bilingual {
            thai: include_str!(concat!("th/", $path)),
            english: include_str!(concat!("en/", $path)),
        }
    };
}

/// The settings, without what depends on the template.
pub(super) const SETTINGS_TEXT: Bilingual = both!("site.toml");

/// Returns the tables of the categories.
pub(super) fn categories(template: Template) -> Bilingual {
    match template {
        Template::Municipality => both!("municipality/categories.toml"),
        Template::Office => both!("office/categories.toml"),
        Template::Minimal => both!("minimal/categories.toml"),
    }
}

/// Returns the tables of the people.
pub(super) fn people(template: Template) -> Bilingual {
    match template {
        Template::Municipality => both!("municipality/people.toml"),
        Template::Office => both!("office/people.toml"),
        Template::Minimal => both!("minimal/people.toml"),
    }
}

/// Returns the title of a portal that was given none.
pub(super) fn default_title(template: Template) -> Bilingual {
    match template {
        Template::Municipality => Bilingual {
            thai: "เทศบาลตัวอย่าง",
            english: "Sample Municipality",
        },
        Template::Office => Bilingual {
            thai: "สำนักงานตัวอย่าง", english: "Sample Office"
        },
        Template::Minimal => Bilingual {
            thai: "เว็บไซต์ตัวอย่าง", english: "Sample Portal"
        },
    }
}

/// Returns the position of the head, who has a card among the examples.
pub(super) fn head(template: Template) -> Bilingual {
    match template {
        Template::Municipality => {
            Bilingual { thai: "นายกเทศมนตรี", english: "Mayor" }
        }
        Template::Office | Template::Minimal => {
            Bilingual { thai: "ผู้อำนวยการ", english: "Director" }
        }
    }
}

/// The files next to the settings, by path.
pub(super) const BESIDE_SETTINGS: [(&str, Bilingual); 4] = [
    (".gitattributes", both!("gitattributes")),
    (".gitignore", both!("gitignore")),
    (".github/workflows/publish.yml", both!("publish.yml")),
    ("keys/allowed_signers", both!("allowed_signers")),
];

/// Returns the examples, by path.
pub(super) fn examples(template: Template) -> Vec<(&'static str, Bilingual)> {
    let mut examples = vec![
        ("content/_index.md", both!("content/_index.md")),
        (FIRST_EXAMPLE, both!("content/news/first.md")),
    ];
    if template == Template::Municipality {
        examples.extend(MUNICIPAL);
    }
    if template != Template::Minimal {
        examples.extend([
            ("content/about/location.md", both!("content/about/location.md")),
            ("content/coverage.md", both!("content/coverage.md")),
            ("content/duties/general-affairs.md", both!("content/duties/general-affairs.md")),
            ("content/people/head.md", both!("content/people/head.md")),
            ("content/plans/action-plan.md", both!("content/plans/action-plan.md")),
            ("content/privacy.md", both!("content/privacy.md")),
            (
                "content/procurement/office-supplies/index.md",
                both!("content/procurement/office-supplies/index.md"),
            ),
            (
                "content/procurement/office-supplies/items.csv",
                both!("content/procurement/office-supplies/items.csv"),
            ),
            ("content/transparency/complaints.md", both!("content/transparency/complaints.md")),
        ]);
    }
    examples
}

/// The examples that only municipalities have, by path.
const MUNICIPAL: [(&str, Bilingual); 6] = [
    ("content/announcements/recruitment.md", both!("content/announcements/recruitment.md")),
    ("content/council/meeting.md", both!("content/council/meeting.md")),
    ("content/plans/budget.md", both!("content/plans/budget.md")),
    ("content/procurement/monthly-summary.md", both!("content/procurement/monthly-summary.md")),
    (
        "content/procurement/newsletter-printing.md",
        both!("content/procurement/newsletter-printing.md"),
    ),
    (
        "content/services/business-registration.md",
        both!("content/services/business-registration.md"),
    ),
];

/// An example that every template has.
pub(super) const FIRST_EXAMPLE: &str = "content/news/first.md";
