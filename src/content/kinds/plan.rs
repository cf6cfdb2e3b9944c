//! Compares the rows of a plan with each other: numbers, sums, months and steps.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::config::Config;
use crate::content::field_value::FieldMap;
use crate::content::kinds::report::{ExtraReport, entry};
use crate::content::yaml::YamlStep;
use crate::diagnostics::{Code, Diagnostic, distance};
use crate::files::CellPlace;
use crate::text::{Decimal, months_in_text};

/// The id of the kind.
pub(super) const PLAN: &str = "plan";

/// The fields of a plan that contain its rows.
const ROWS: &str = "activities";

/// The field of what a row may cost.
const BUDGET: &str = "budget";

/// The fields that can have totals.
pub(super) const AMOUNTS: [&str; 3] = [BUDGET, "spent_6", "spent_12"];

/// From this length on, in characters, names of units that differ in one of them are probably the same.
const LONG_NAME: usize = 8;

/// The level of a row, from the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum PlanLevel {
    /// A strategy.
    Strategy,
    /// A guideline of a strategy.
    Guideline,
    /// A project.
    Project,
    /// An activity of a project, or by itself.
    Activity,
    /// A step of an activity.
    Step,
}

impl PlanLevel {
    const ALL: [Self; 5] =
        [Self::Strategy, Self::Guideline, Self::Project, Self::Activity, Self::Step];

    /// Returns the level of a row. A row without one is an activity.
    pub(crate) fn of(row: FieldMap) -> Self {
        let word = row.choice("level").map_or("", |choice| &choice.id);
        Self::ALL.into_iter().find(|level| level.word() == word).unwrap_or(Self::Activity)
    }

    /// Returns its word in the closed list and in templates.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Strategy => "strategy",
            Self::Guideline => "guideline",
            Self::Project => "project",
            Self::Activity => "activity",
            Self::Step => "step",
        }
    }
}

/// Returns the months in which a row takes place: those that it names, and those between its days. `firsts` are the
/// first days of the months of the fiscal year, and that of the next one.
pub(crate) fn months_of_row(row: FieldMap, firsts: &[Date], config: &Config) -> Vec<bool> {
    let named = months_in_text(row.text_of("months"), firsts, config.calendar);
    let days = row.day("from").zip(row.day("until"));
    let runs =
        |month: &[Date]| days.is_some_and(|(from, until)| from < month[1] && month[0] <= until);
    let is_named = |n: usize| named.as_ref().is_some_and(|named| named[n]);
    firsts.windows(2).enumerate().map(|(n, month)| is_named(n) || runs(month)).collect()
}

/// Returns the sum of the budgets of a plan: of each that is not part of another one.
pub(crate) fn plan_total(plan: FieldMap) -> Option<Decimal> {
    sum_of(plan, BUDGET)
}

/// Returns the sum of amounts of a plan: of each that is not part of another one.
fn sum_of(plan: FieldMap, id: &str) -> Option<Decimal> {
    let rows: Vec<FieldMap> = plan.groups(ROWS).collect();
    let parents = parents(&rows);
    let amount = |n: usize| rows[n].number(id);
    let is_part = |n: usize| {
        let mut above = std::iter::successors(parents[n], |n| parents[*n]);
        above.any(|n| amount(n).is_some())
    };
    (0..rows.len()).filter(|n| !is_part(*n)).filter_map(amount).reduce(Decimal::plus)
}

/// A total that stands in the file of a plan.
pub(super) struct PlanTotal {
    /// The field that is added up.
    pub id: String,
    /// The head of its column.
    pub column: Box<str>,
    /// Where it stands.
    pub cell: CellPlace,
    /// The total as written.
    pub total: Decimal,
}

/// Compares totals in the file of a plan with its rows. An amount counts only if no row above it has one.
pub(super) fn check_totals(plan: FieldMap, totals: &[PlanTotal], report: &mut ExtraReport) {
    if plan.groups(ROWS).next().is_none() {
        // After a mistake in the head, no row was read.
        return;
    }
    for PlanTotal { id, column, cell, total } in totals {
        let sum = sum_of(plan, id).unwrap_or(Decimal::ZERO);
        if sum.compare(*total).is_ne() {
            let error = Diagnostic::error(Code::TableTotal, cell.place.clone());
            let error = error.arg("cell", cell.name.as_str()).arg("column", column.as_ref());
            let error = error.arg("total", total.shown(true)).arg("sum", sum.shown(true));
            report.diagnostics.push(error.help("help-plan"));
        }
    }
}

/// Returns the row to which each row belongs: the nearest one above it of a higher level.
fn parents(rows: &[FieldMap]) -> Vec<Option<usize>> {
    let levels: Vec<PlanLevel> = rows.iter().map(|row| PlanLevel::of(*row)).collect();
    let mut open: Vec<usize> = Vec::new();
    let mut parents = Vec::new();
    for (n, level) in levels.iter().enumerate() {
        while open.last().is_some_and(|last| levels[*last] >= *level) {
            open.pop();
        }
        parents.push(open.last().copied());
        open.push(n);
    }
    parents
}

/// Reports what does not agree in a plan.
pub(super) fn check_plan(
    plan: FieldMap,
    firsts: &[Date],
    config: &Config,
    report: &mut ExtraReport,
) {
    let rows: Vec<FieldMap> = plan.groups(ROWS).collect();
    let parents = parents(&rows);
    let months = rows.iter().map(|row| months_of_row(*row, firsts, config)).collect();
    PlanCheck { rows, parents, months, firsts, config, report }.run();
}

struct PlanCheck<'a, 'r> {
    rows: Vec<FieldMap<'a>>,
    parents: Vec<Option<usize>>,
    /// The months of each row.
    months: Vec<Vec<bool>>,
    firsts: &'a [Date],
    config: &'a Config,
    report: &'a mut ExtraReport<'r>,
}

impl PlanCheck<'_, '_> {
    fn run(mut self) {
        let mut numbers = HashSet::new();
        for n in 0..self.rows.len() {
            self.check_number(n, &mut numbers);
            self.check_months(n);
            self.check_budget(n);
            self.check_step(n);
        }
        self.check_units();
    }

    /// Returns a diagnostic at a field of a row.
    fn at(&self, n: usize, key: &'static str, code: Code, is_error: bool) -> Diagnostic {
        let list = [YamlStep::Key("extra"), YamlStep::Key(ROWS)];
        let mut steps = entry(&list, n);
        steps.push(YamlStep::Key(key));
        let place = self.report.place(&steps);
        let diagnostic = if is_error {
            Diagnostic::error(code, place)
        } else {
            Diagnostic::warning(code, place)
        };
        diagnostic.arg("key", self.report.key(&steps)).arg("name", self.rows[n].text_of("name"))
    }

    /// Compares the number of a row with those of its kind, and that of an activity with that of its project.
    fn check_number<'n>(
        &mut self,
        n: usize,
        numbers: &mut HashSet<(Option<usize>, PlanLevel, &'n str)>,
    ) where
        Self: 'n,
    {
        let (number, level) = (self.rows[n].text_of("number"), PlanLevel::of(self.rows[n]));
        if number.is_empty() {
            return;
        }
        let of = if level == PlanLevel::Step { self.parents[n] } else { None };
        let number: &'n str = number;
        if !numbers.insert((of, level, number)) {
            let error = self.at(n, "number", Code::PlanTwice, true).arg("number", number);
            self.report.diagnostics.push(error);
        }
        let Some(project) = self.parents[n].map(|above| self.rows[above]) else { return };
        let above = project.text_of("number");
        let is_inside = number.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'));
        if level != PlanLevel::Activity
            || PlanLevel::of(project) != PlanLevel::Project
            || above.is_empty()
            || is_inside
        {
            return;
        }
        let error = self.at(n, "number", Code::PlanNumber, true).arg("number", number);
        self.report.diagnostics.push(error.arg("project", above));
    }

    /// Checks that `months` names months of the year, and that there are enough of them.
    fn check_months(&mut self, n: usize) {
        let written = self.rows[n].text_of("months");
        if !written.is_empty()
            && months_in_text(written, self.firsts, self.config.calendar).is_none()
        {
            let error = self.at(n, "months", Code::PlanMonths, true);
            return self.report.diagnostics.push(error.arg("value", written));
        }
        let count = self.months[n].iter().filter(|runs| **runs).count();
        let count = Decimal::from(u32::try_from(count).unwrap_or(u32::MAX));
        let Some(least) = self.rows[n].number("at_least") else { return };
        // Without months, nothing is said of when it takes place.
        if count.compare(Decimal::ZERO).is_gt() && count.compare(least).is_lt() {
            let warning = self.at(n, "at_least", Code::PlanTimes, false);
            let warning = warning.arg("least", least.to_string()).arg("count", count.to_string());
            self.report.diagnostics.push(warning);
        }
    }

    /// Compares a budget with the sum of the budgets below it.
    fn check_budget(&mut self, n: usize) {
        let Some(budget) = self.rows[n].number("budget") else { return };
        let belongs = |row: usize| {
            let mut above = std::iter::successors(self.parents[row], |n| self.parents[*n]);
            above.find(|above| self.rows[*above].number("budget").is_some()) == Some(n)
        };
        let below = (n + 1..self.rows.len())
            .take_while(|row| PlanLevel::of(self.rows[*row]) > PlanLevel::of(self.rows[n]));
        let below = below.filter(|row| belongs(*row));
        let sum = below.filter_map(|row| self.rows[row].number("budget")).reduce(Decimal::plus);
        let Some(sum) = sum.filter(|sum| sum.compare(budget).is_ne()) else { return };
        let warning = self.at(n, "budget", Code::PlanSum, false);
        let warning = warning.arg("budget", budget.shown(true)).arg("sum", sum.shown(true));
        self.report.diagnostics.push(warning);
    }

    /// Warns about a step that begins before the one before it.
    fn check_step(&mut self, n: usize) {
        let is_step = |n: usize| PlanLevel::of(self.rows[n]) == PlanLevel::Step;
        let Some(before) = n.checked_sub(1).filter(|before| is_step(n) && is_step(*before)) else {
            return;
        };
        let begins = |n: usize| self.months[n].iter().position(|runs| *runs);
        if self.parents[before] != self.parents[n]
            || begins(n).zip(begins(before)).is_none_or(|(later, earlier)| later >= earlier)
        {
            return;
        }
        let warning = self.at(n, "name", Code::PlanOrder, false);
        let other = self.rows[before].text_of("name");
        self.report.diagnostics.push(warning.arg("other", other));
    }

    /// Warns about a unit whose name is nearly that of another one.
    fn check_units(&mut self) {
        let mut known: Vec<&str> = Vec::new();
        for n in 0..self.rows.len() {
            let unit = self.rows[n].text_of("unit");
            if unit.is_empty() || known.contains(&unit) {
                continue;
            }
            if let Some(near) = known.iter().find(|near| is_probably_same(unit, near)) {
                let warning = self.at(n, "unit", Code::PlanUnit, false);
                let warning = warning.arg("unit", unit).arg("suggestion", *near);
                self.report.diagnostics.push(warning);
            }
            known.push(unit);
        }
    }
}

/// Returns whether two names of units differ in one character that is no digit.
fn is_probably_same(one: &str, other: &str) -> bool {
    let digits = |name: &str| name.chars().filter(|c| c.is_numeric()).collect::<String>();
    one.chars().count() >= LONG_NAME && distance(one, other) == 1 && digits(one) == digits(other)
}
