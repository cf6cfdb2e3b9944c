//! What a field requires of its value, in the messages of errors.

use crate::config::{Field, FieldType};
use crate::content::kinds::extra::ExtraReader;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};

impl ExtraReader<'_> {
    /// Calls a reader of the value of a field. Its errors say the field's name, and what the value must be.
    pub(super) fn naming<T>(&mut self, field: &Field, read: impl FnOnce(&mut Self) -> T) -> T {
        let others = std::mem::take(&mut *self.report.diagnostics);
        let value = read(self);
        let mut found: Diagnostics = std::mem::replace(self.report.diagnostics, others);
        // Errors inside a group have the name of its field.
        found.amend(Code::Extra, |error| {
            if error.value("label").is_none() {
                error.args.push(("label", self.label(field)));
                error.args.push(("needs", requirement(field, error).to_owned()));
            }
        });
        self.report.diagnostics.append(found);
        value
    }
}

/// Returns the name of the sentence that says what is wrong with a value.
fn requirement(field: &Field, error: &Diagnostic) -> &'static str {
    match error.help {
        "help-between" | "help-least" | "help-most" => return "@needs/bounds",
        "help-between-letters" | "help-least-letters" | "help-most-letters" => {
            return "@needs/letters";
        }
        "help-between-entries" | "help-least-entries" | "help-most-entries" => {
            return "@needs/entries";
        }
        "help-large" => return "@needs/size",
        "help-order" => return "@needs/order",
        "help-period" => return "@needs/period",
        "help-year" => return "@needs/year",
        "help-alt" => return "@needs/alt",
        "help-list" | "help-entries" => return "@needs/list",
        "help-itself" => return "@needs/other-item",
        _ => {}
    }
    match field.field_type {
        FieldType::Text | FieldType::Unit => "@needs/text",
        FieldType::Lines => "@needs/lines",
        FieldType::Integer => "@needs/integer",
        FieldType::Decimal | FieldType::Percent => "@needs/number",
        FieldType::Money => "@needs/money",
        FieldType::Date => "@needs/date",
        FieldType::DateTime => "@needs/datetime",
        FieldType::Boolean => "@needs/boolean",
        FieldType::Choice(_) => "@needs/choice",
        FieldType::Person => "@needs/person",
        FieldType::Item => "@needs/item",
        FieldType::Url => "@needs/url",
        FieldType::Phone => "@needs/phone",
        FieldType::Email => "@needs/email",
        FieldType::File => "@needs/file",
        FieldType::Picture => "@needs/picture",
        FieldType::Group(_) => "@needs/group",
    }
}
