//! The typed `extra` of the kinds of items that prakat knows: people, plans, divisions, maps and coverage.

use jiff::civil::Date;

/// The typed `extra` of an item whose kind prakat knows.
#[derive(Debug, Clone, PartialEq)]
pub enum KindData {
    /// `kind: person`.
    Person(PersonDetails),
    /// `kind: plan` with activities.
    Plan(Plan),
    /// `kind: division`.
    Division(Division),
    /// `kind: map`.
    Location(MapLocation),
    /// `kind: coverage` with obligations.
    Coverage(Coverage),
}

/// Contact details of a person or a division. Each is empty if not given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ContactDetails {
    pub office: Box<str>,
    pub phone: Box<str>,
    pub email: Box<str>,
    pub hours: Box<str>,
}

/// A person.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonDetails {
    /// Name; empty if the title is the name.
    pub name: Box<str>,
    /// Position.
    pub position: Box<str>,
    /// Contact details at work.
    pub contact: ContactDetails,
    /// A picture.
    pub photo: Option<Photo>,
}

/// A picture of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// Its number among the item's files.
    pub file: usize,
    /// Its alternative text.
    pub alt: Box<str>,
}

/// A plan of a fiscal year.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The first day of each month of the year, followed by the first day of the next year.
    pub firsts: Vec<Date>,
    /// The planned activities, in the order in which they are written.
    pub activities: Vec<Activity>,
}

/// An activity of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// What is done.
    pub name: Box<str>,
    /// The division in charge, or empty.
    pub unit: Box<str>,
    /// The budget in 1/100 of the currency.
    pub budget: Option<i64>,
    /// When it takes place.
    pub days: Option<Days>,
}

/// The days of an activity. Both are included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Days {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
}

/// A division of the office.
#[derive(Debug, Clone, PartialEq)]
pub struct Division {
    /// Contact details.
    pub contact: ContactDetails,
    /// The people who work there.
    pub people: Vec<Colleague>,
    /// The Markdown files of its documents.
    pub documents: Vec<Box<str>>,
}

/// A person who works in a division.
#[derive(Debug, Clone, PartialEq)]
pub struct Colleague {
    /// Name.
    pub name: Box<str>,
    /// Position, or empty.
    pub position: Box<str>,
    /// Telephone at work, or empty.
    pub phone: Box<str>,
}

/// A place on a map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapLocation {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// A map on another site, or empty.
    pub url: Box<str>,
}

/// What the office must publish. Whether an obligation is met is not written here: items name the
/// obligations that they meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// The obligations by group. Groups are in the order in which they are written, after the
    /// obligations without a group.
    pub obligations: Vec<Obligation>,
}

/// Something that must be published.
#[derive(Debug, Clone, PartialEq)]
pub struct Obligation {
    /// The value of `meets` in items.
    pub id: Box<str>,
    /// The title.
    pub title: Box<str>,
    /// The division responsible, or empty.
    pub unit: Box<str>,
    /// The heading of the group, or empty.
    pub group: Box<str>,
}

impl KindData {
    /// Returns names, positions and similar texts, for the search.
    pub fn texts(&self) -> Vec<&str> {
        let texts: Vec<&str> = match self {
            Self::Person(person) => vec![&person.name, &person.position],
            Self::Plan(plan) => plan.activities.iter().map(|a| a.name.as_ref()).collect(),
            Self::Division(division) => division
                .people
                .iter()
                .flat_map(|person| [&*person.name, &*person.position])
                .collect(),
            Self::Location(_) => Vec::new(),
            Self::Coverage(coverage) => {
                coverage.obligations.iter().map(|o| o.title.as_ref()).collect()
            }
        };
        texts.into_iter().filter(|text| !text.is_empty()).collect()
    }
}

impl Plan {
    /// Returns for each month whether an activity takes place in it.
    pub fn runs_in(&self, activity: &Activity) -> Vec<bool> {
        let months = self.firsts.windows(2);
        let runs = |month: &[Date]| {
            activity.days.is_some_and(|days| days.from < month[1] && month[0] <= days.until)
        };
        months.map(runs).collect()
    }

    /// Returns the sum of all budgets, in 1/100 of the currency. Returns `None` if there are none.
    pub fn total(&self) -> Option<i64> {
        let budgets = self.activities.iter().filter_map(|activity| activity.budget);
        budgets.reduce(|sum, budget| sum + budget)
    }
}
