//! Checks the front matter of an item, value by value. Every error is reported at its own place.

use jiff::Timestamp;

use crate::config::{CategoryId, Config, LanguageId, PersonId};
use crate::content::front_matter::FrontMatter;
use crate::content::front_matter_source::FrontMatterSource;
use crate::content::item::{Details, ItemFile, Role, Signatories, Window, WrittenInstant};
use crate::content::path::{folder_of, stem_of};
use crate::content::people::known_person;
use crate::content::slug::slug_problem;
use crate::content::yaml::YamlStep;
use crate::diagnostics::{
    Code, DateUse, Diagnostic, Diagnostics, Place, date_diagnostic, far_year_diagnostic, unknown_id,
};
use crate::source::{Inventory, MAX_PART};
use crate::text::{DateError, Moment, ends_line, is_invisible, nfc};

/// What front matter says about an item, checked.
pub(super) struct Fields {
    pub role: Role,
    pub language: LanguageId,
    pub category: Option<CategoryId>,
    pub url: String,
    pub title: String,
    pub summary: String,
    pub tags: Vec<Box<str>>,
    pub window: Window,
    pub weight: Option<i64>,
    pub is_urgent: bool,
    pub signatories: Signatories,
    /// The seal as written, or empty.
    pub seal: String,
    pub withdrawn: Option<Timestamp>,
    pub details: Details,
}

/// Reads a date as an instant: its first, or the one after its last.
type InstantOf = fn(Moment, &jiff::tz::TimeZone) -> Result<Timestamp, DateError>;

/// How a date is read.
#[derive(Clone, Copy)]
pub(super) struct DateReading {
    used_as: DateUse,
    instant_of: InstantOf,
}

/// How dates of the window are read.
const OPENS: DateReading = DateReading { used_as: DateUse::Window, instant_of: Moment::opens };
const CLOSES: DateReading = DateReading { used_as: DateUse::Window, instant_of: Moment::closes };
/// How dates of approvals, corrections and withdrawals are read.
pub(super) const HAPPENED: DateReading =
    DateReading { used_as: DateUse::Publication, instant_of: Moment::opens };

/// Checks the front matter of one item.
#[derive(Clone, Copy)]
pub(super) struct FieldReader<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The portal's files.
    pub inventory: &'a Inventory,
    /// The front matter.
    pub source: &'a FrontMatterSource<'a>,
    /// Keys whose errors were reported already.
    pub broken: &'a [String],
}

impl FieldReader<'_> {
    /// Checks all values. Returns `None` if a value that every item needs is missing or wrong; errors
    /// are reported.
    pub(super) fn read(
        &self,
        front_matter: FrontMatter,
        files: &[ItemFile],
        diagnostics: &mut Diagnostics,
    ) -> Option<Fields> {
        let (stem, tag) = stem_of(self.source.path)?;
        let language = self.language(tag, diagnostics);
        let role = if stem == "_index" { Role::Index } else { Role::Item };
        let category = self.category(&front_matter, role, diagnostics);
        let url = self.url(&front_matter, stem, role, language.zip(category), diagnostics);
        let title = self.title(front_matter.title.as_deref(), diagnostics);
        let window = self.window(&front_matter, diagnostics);
        let signatories = self.signatories(&front_matter, diagnostics);
        let withdrawn = self.withdrawn(&front_matter, diagnostics);
        if let (Some(window), Some(Some(category))) = (window, category) {
            self.check_days(&window, category, diagnostics);
        }
        let details = self.details(&front_matter, stem, files, diagnostics);
        let listed = self.check_listed_texts(&front_matter, category.flatten(), diagnostics);
        if let (Some(window), Some(signatories), Some(details)) = (&window, &signatories, &details)
        {
            self.report_late_approval(window, signatories, details, diagnostics);
        }
        listed?;
        Some(Fields {
            role,
            language: language?,
            category: category?,
            url: url?,
            title: title?,
            summary: single_line(front_matter.summary.as_deref().unwrap_or("")),
            tags: named_tags(front_matter.tags.unwrap_or_default()),
            window: window?,
            weight: front_matter.weight,
            is_urgent: front_matter.urgent.unwrap_or(false),
            signatories: signatories?,
            seal: front_matter.seal.unwrap_or_default().trim().to_owned(),
            withdrawn: withdrawn?,
            details: Details { extra: front_matter.extra.unwrap_or_default(), ..details? },
        })
    }

    /// Returns the language that the file name declares. A tag that `site.toml` does not declare is an
    /// error, not part of the slug.
    fn language(&self, tag: Option<&str>, diagnostics: &mut Diagnostics) -> Option<LanguageId> {
        let Some(tag) = tag else { return Some(LanguageId::OWN) };
        match self.config.language(tag) {
            Some(LanguageId::OWN) => {
                let place = Place::file(self.source.path);
                diagnostics
                    .push(Diagnostic::error(Code::OwnLanguageTag, place).arg("language", tag));
                None
            }
            Some(language) => Some(language),
            None => {
                let place = Place::file(self.source.path);
                diagnostics
                    .push(Diagnostic::error(Code::UndeclaredLanguage, place).arg("language", tag));
                None
            }
        }
    }

    /// Returns the category: the outer `None` after an error, the inner one for a page outside all
    /// categories.
    pub(super) fn category(
        &self,
        front_matter: &FrontMatter,
        role: Role,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<CategoryId>> {
        if self.source.path == "content/index.md" {
            let place = Place::file(self.source.path);
            diagnostics.push(Diagnostic::error(Code::RootIndex, place));
            return None;
        }
        let Some(id) = front_matter.category.as_deref().filter(|id| !id.trim().is_empty()) else {
            let depth = self.source.path.matches('/').count();
            let bundle = self.source.path.ends_with("/index.md") || self.is_bundle_translation();
            let directly = depth == 1 || (role == Role::Item && depth == 2 && bundle);
            if !directly {
                self.missing("category", "help-category", diagnostics);
            }
            return directly.then_some(None);
        };
        let policy = &self.config.policy;
        let category = policy.category(id);
        if category.is_none() {
            let place = self.source.place(&[YamlStep::Key("category")]);
            let known = || policy.categories.iter().map(|c| c.id.as_str());
            let by_title = policy.categories.iter().find(|c| c.title == id);
            let by_title = by_title.map(|c| c.id.as_str());
            diagnostics.push(unknown_id(Code::UnknownCategory, place, id, known, by_title));
        }
        category.map(Some)
    }

    fn is_bundle_translation(&self) -> bool {
        stem_of(self.source.path).is_some_and(|(stem, tag)| stem == "index" && tag.is_some())
    }

    fn missing(&self, key: &'static str, help: &'static str, diagnostics: &mut Diagnostics) {
        if !self.broken.iter().any(|broken| broken == key) {
            let place = self.source.end_place();
            diagnostics.push(Diagnostic::error(Code::MissingKey, place).arg("key", key).help(help));
        }
    }

    fn title(&self, title: Option<&str>, diagnostics: &mut Diagnostics) -> Option<String> {
        let title = single_line(title.unwrap_or(""));
        if title.is_empty() {
            self.missing("title", "help-title", diagnostics);
            return None;
        }
        Some(title)
    }

    fn url(
        &self,
        front_matter: &FrontMatter,
        stem: &str,
        role: Role,
        place: Option<(LanguageId, Option<CategoryId>)>,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        let slug = self.slug(front_matter, stem, role, diagnostics)?;
        let (language, category) = place?;
        let config = self.config;
        let mut url = match category {
            Some(category) => config.category_url(language, category),
            None => config.home_url(language),
        };
        if role == Role::Item {
            url.push_str(&slug);
            url.push('/');
        }
        Some(url)
    }

    fn slug(
        &self,
        front_matter: &FrontMatter,
        stem: &str,
        role: Role,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        if role == Role::Index {
            if front_matter.slug.is_some() {
                let place = self.source.place(&[YamlStep::Key("slug")]);
                diagnostics.push(Diagnostic::error(Code::SlugOnIndex, place));
                return None;
            }
            return Some(String::new());
        }
        let folder = folder_of(self.source.path).trim_end_matches('/');
        let bundle = || folder.rsplit('/').next().unwrap_or("");
        let written = match front_matter.slug.as_deref() {
            Some(slug) => slug,
            None if stem == "index" => bundle(),
            None => stem,
        };
        let slug: String = nfc(written).split_whitespace().collect::<Vec<_>>().join("-");
        if let Some(reason) = slug_problem(&slug) {
            let place = if front_matter.slug.is_some() {
                self.source.place(&[YamlStep::Key("slug")])
            } else {
                Place::file(self.source.path)
            };
            let diagnostic = Diagnostic::error(reason, place).arg("slug", slug);
            diagnostics.push(diagnostic.arg("limit", MAX_PART.to_string()));
            return None;
        }
        Some(slug)
    }

    /// Reads a date: the outer `None` after an error, the inner one for an empty value. Reports a year
    /// that is probably a slip.
    pub(super) fn moment(
        &self,
        text: Option<&str>,
        steps: &[YamlStep],
        used_as: DateUse,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<Moment>> {
        let Some(text) = text.filter(|t| !t.trim().is_empty()) else { return Some(None) };
        match Moment::parse(text, self.config.calendar) {
            Ok(moment) => {
                let far_year = used_as.years().far_year(moment, &self.config.zone);
                let Some(year) = far_year else { return Some(Some(moment)) };
                let place = self.source.place(steps);
                diagnostics.push(far_year_diagnostic(year, used_as, place, text));
                (used_as != DateUse::Window).then_some(Some(moment))
            }
            Err(error) => {
                diagnostics.push(date_diagnostic(
                    error,
                    self.source.place(steps),
                    text,
                    self.config.calendar,
                    used_as,
                ));
                None
            }
        }
    }

    /// Reads a date as written and as an instant: the outer `None` after an error, the inner one for an
    /// empty value.
    fn instant(
        &self,
        text: Option<&str>,
        steps: &[YamlStep],
        reading: DateReading,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<WrittenInstant>> {
        let DateReading { used_as, instant_of } = reading;
        let Some(moment) = self.moment(text, steps, used_as, diagnostics)? else {
            return Some(None);
        };
        match instant_of(moment, &self.config.zone) {
            Ok(at) => Some(Some(WrittenInstant { written: moment, at })),
            Err(error) => {
                let place = self.source.place(steps);
                diagnostics.push(date_diagnostic(
                    error,
                    place,
                    text.unwrap_or(""),
                    self.config.calendar,
                    used_as,
                ));
                None
            }
        }
    }

    /// Reads a date that must not be empty.
    pub(super) fn needed_instant(
        &self,
        text: &str,
        steps: &[YamlStep],
        reading: DateReading,
        diagnostics: &mut Diagnostics,
    ) -> Option<WrittenInstant> {
        let instant = self.instant(Some(text), steps, reading, diagnostics)?;
        if instant.is_none() {
            diagnostics.push(date_diagnostic(
                DateError::Form,
                self.source.place(steps),
                text,
                self.config.calendar,
                reading.used_as,
            ));
        }
        instant
    }

    pub(super) fn window(
        &self,
        front_matter: &FrontMatter,
        diagnostics: &mut Diagnostics,
    ) -> Option<Window> {
        let (from_key, until_key) =
            ([YamlStep::Key("publish_from")], [YamlStep::Key("publish_until")]);
        let from = match front_matter.publish_from.as_deref() {
            Some(text) => self.end_of_window(text, &from_key, OPENS, diagnostics),
            None => {
                self.missing("publish_from", "help-from", diagnostics);
                None
            }
        };
        let until = match front_matter.publish_until.as_deref() {
            Some(text) => Some(self.end_of_window(text, &until_key, CLOSES, diagnostics)?),
            None => None,
        };
        let from = from?;
        if until.is_some_and(|until| until.at <= from.at) {
            let place = self.source.place(&until_key);
            diagnostics.push(Diagnostic::error(Code::EmptyWindow, place));
            return None;
        }
        Some(Window {
            from: from.at,
            until: until.map(|until| until.at),
            from_written: from.written,
            until_written: until.map(|until| until.written),
        })
    }

    /// Reads one end of the window. An empty one is an error, because it may mean that a date was forgotten.
    fn end_of_window(
        &self,
        text: &str,
        key: &[YamlStep; 1],
        reading: DateReading,
        diagnostics: &mut Diagnostics,
    ) -> Option<WrittenInstant> {
        if !is_empty_date(text) {
            return self.needed_instant(text, key, reading, diagnostics);
        }
        let [YamlStep::Key(name)] = key else { return None };
        let help = if *name == "publish_until" { "help-until" } else { "help-from" };
        let empty = Diagnostic::error(Code::EmptyDate, self.source.place(key));
        diagnostics.push(empty.arg("key", *name).help(help));
        None
    }

    /// Checks the length of the window against the limits of the category.
    fn check_days(&self, window: &Window, category: CategoryId, diagnostics: &mut Diagnostics) {
        let category = &self.config.policy.categories[usize::from(category)];
        // A day with a clock change has 23 or 25 hours.
        let hours = window.until.map(|until| until.duration_since(window.from).as_hours());
        let short = |days: &i64| hours.is_some_and(|hours| hours + 1 < days * 24);
        let long = |days: &i64| hours.is_none_or(|hours| hours - 1 > days * 24);
        let wrong = [
            (Code::WindowShort, category.days.min.filter(short)),
            (Code::WindowLong, category.days.max.filter(long)),
        ];
        for (code, days) in wrong {
            let Some(days) = days else { continue };
            let key = if hours.is_some() { "publish_until" } else { "publish_from" };
            let diagnostic = Diagnostic::error(code, self.source.place(&[YamlStep::Key(key)]));
            diagnostics.push(
                diagnostic.arg("category", category.id.as_str()).arg("days", days.to_string()),
            );
        }
    }

    /// Warns about an approval that is dated later than the day on which the item is said to be
    /// published: until the approval it was withheld. An item with corrections was approved before.
    fn report_late_approval(
        &self,
        window: &Window,
        signatories: &Signatories,
        details: &Details,
        diagnostics: &mut Diagnostics,
    ) {
        let day = |at: Timestamp| at.to_zoned(self.config.zone.clone()).date();
        let Some(on) = signatories.on.filter(|_| signatories.approver.is_some()) else { return };
        if details.changes.all().is_empty() && day(on.at) > day(window.from) {
            let place = self.source.place(&[YamlStep::Key("approved_on")]);
            diagnostics.push(Diagnostic::warning(Code::LateApproval, place));
        }
    }

    /// Returns who approved, prepared and proofread the item.
    pub(super) fn signatories(
        &self,
        front_matter: &FrontMatter,
        diagnostics: &mut Diagnostics,
    ) -> Option<Signatories> {
        let approver = self.person(front_matter.approver.as_deref(), "approver", diagnostics);
        let prepared_by =
            self.person(front_matter.prepared_by.as_deref(), "prepared_by", diagnostics);
        let reviewed_by =
            self.person(front_matter.reviewed_by.as_deref(), "reviewed_by", diagnostics);
        let key = [YamlStep::Key("approved_on")];
        let on = self.instant(front_matter.approved_on.as_deref(), &key, HAPPENED, diagnostics);
        Some(Signatories {
            approver: approver?,
            on: on?,
            prepared_by: prepared_by?,
            reviewed_by: reviewed_by?,
        })
    }

    /// Returns the person with an id: the outer `None` after an error, the inner one for an empty
    /// value.
    fn person(
        &self,
        id: Option<&str>,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<PersonId>> {
        let Some(id) = id.map(str::trim).filter(|id| !id.is_empty()) else { return Some(None) };
        self.known_person(id, &[YamlStep::Key(key)], diagnostics).map(Some)
    }

    pub(super) fn known_person(
        &self,
        id: &str,
        steps: &[YamlStep],
        diagnostics: &mut Diagnostics,
    ) -> Option<PersonId> {
        known_person(&self.config.policy, id, || self.source.place(steps), diagnostics)
    }

    fn withdrawn(
        &self,
        front_matter: &FrontMatter,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<Timestamp>> {
        let Some(withdrawn) = &front_matter.withdrawn else { return Some(None) };
        let steps = [YamlStep::Key("withdrawn"), YamlStep::Key("on")];
        let on = self.needed_instant(&withdrawn.on, &steps, HAPPENED, diagnostics);
        on.map(|on| Some(on.at))
    }
}

/// Returns whether a text is what programs write for a date that was not chosen.
fn is_empty_date(text: &str) -> bool {
    const WORDS: [&str; 6] = ["null", "~", "none", "undefined", "nan", "invalid date"];
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    text.is_empty() || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Joins the lines of a text with spaces and trims it.
pub(super) fn single_line(text: &str) -> String {
    let parts = |c: char| c == '\t' || ends_line(c);
    if text.contains(parts) {
        text.split(parts).map(str::trim).filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
    } else {
        text.trim().to_owned()
    }
}

/// Returns tags without empty ones, which forms write.
fn named_tags(tags: Vec<String>) -> Vec<Box<str>> {
    let mut tags = boxed(tags);
    tags.retain(|tag| !tag.is_empty());
    tags
}

pub(super) fn boxed(texts: Vec<String>) -> Vec<Box<str>> {
    texts.into_iter().map(|text| single_line(&text).into()).collect()
}
