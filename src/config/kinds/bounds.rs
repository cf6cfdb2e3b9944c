//! Reads the bounds of a field.

use crate::config::kinds::model::{Bound, FieldType};
use crate::config::kinds::type_check::OfType;
use crate::config::table::{At, SettingsFile, SettingsTable};
use crate::diagnostics::Code;
use crate::text::{Decimal, MONEY_DECIMALS};

/// Reads `min` and `max`.
pub(super) fn read_bounds(
    file: &mut SettingsFile,
    table: &mut SettingsTable,
    of: Option<&OfType>,
) -> [Option<Bound>; 2] {
    let span = ["min", "max"].map(|key| table.has(key).then(|| table.span_of(key)));
    let bounds = ["min", "max"].map(|key| read_bound(file, table, key, of));
    if let ([Some(min), Some(max)], [Some(span), _]) = (bounds, span)
        && min.compare(max).is_gt()
    {
        let args = [("min", min.to_string()), ("max", max.to_string())];
        file.error(Code::KindBounds, span, &args);
    }
    bounds
}

fn read_bound(
    file: &mut SettingsFile,
    table: &mut SettingsTable,
    key: &str,
    of: Option<&OfType>,
) -> Option<Bound> {
    if !table.has(key) {
        return None;
    }
    let At { value, span } = table.written_number(file, key)?;
    let of = of?;
    let Some(decimals) = decimals_of_bounds(of) else {
        let types = ["integer", "decimal", "money", "percent", "text", "lines"];
        of.report(file, key, &types, span);
        return None;
    };
    let bound = Decimal::parse(&value, decimals).ok();
    let bound = bound.filter(|bound| !counts(of) || bound.compare(Decimal::ZERO).is_ge());
    if bound.is_none() {
        let wanted = match decimals {
            0 if counts(of) => "@kind/count",
            0 => "@kind/number",
            MONEY_DECIMALS => "@kind/money",
            _ => "@kind/decimal",
        };
        let args = [("key", table.dotted(key)), ("wanted", wanted.to_owned())];
        file.error(Code::SettingType, span, &args);
    }
    bound
}

/// Returns the number of decimals that a bound may have. Returns `None` for types without bounds.
fn decimals_of_bounds(of: &OfType) -> Option<usize> {
    if counts(of) { Some(0) } else { of.field_type.decimals() }
}

/// Returns whether bounds count letters or entries.
fn counts(of: &OfType) -> bool {
    of.is_list || matches!(of.field_type, FieldType::Text | FieldType::Lines)
}
