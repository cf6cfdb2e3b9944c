//! Decimal numbers with a fixed number of decimals: amounts, percentages and counts, never floats.

use std::cmp::Ordering;
use std::fmt;

use crate::text::arabic_digit;

/// The maximum number of decimals.
pub(crate) const MAX_DECIMALS: usize = 6;
/// The maximum number of decimals of an amount of money.
pub(crate) const MONEY_DECIMALS: usize = 2;
/// The maximum number of digits before the decimal point. The sum of many such numbers fits into 128 bits.
/// Numbers in JSON files have all their digits, of which readers that use binary numbers keep 15.
const MAX_WHOLE: usize = 15;

/// A decimal number: `1,250.50`. Keeps its decimals as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    units: i128,
    scale: u8,
}

/// Why a text is not a decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecimalError {
    /// It has another form, or commas that do not group thousands.
    Form,
    /// It has more decimals than allowed.
    Decimals,
    /// It has too many digits.
    Size,
}

impl Decimal {
    /// Zero, without decimals.
    pub const ZERO: Self = Self { units: 0, scale: 0 };

    /// Parses digits of either kind, with an optional sign, commas between thousands, and up to `decimals`
    /// decimals.
    pub(crate) fn parse(text: &str, decimals: usize) -> Result<Self, DecimalError> {
        let text: String = text.trim().chars().map(arabic_digit).collect();
        let (sign, digits) = match text.strip_prefix(['-', '−']) {
            Some(digits) => (-1, digits),
            None => (1, text.as_str()),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(part) || !is_grouped(whole) {
            return Err(DecimalError::Form);
        }
        let whole = whole.replace(',', "");
        let part = if digits.contains('.') { part } else { "" };
        if part.len() > decimals.min(MAX_DECIMALS) {
            return Err(DecimalError::Decimals);
        }
        if whole.trim_start_matches('0').len() > MAX_WHOLE {
            return Err(DecimalError::Size);
        }
        let units: i128 = format!("{whole}{part}").parse().map_err(|_| DecimalError::Size)?;
        let scale = u8::try_from(part.len()).map_err(|_| DecimalError::Decimals)?;
        Ok(Self { units: sign * units, scale })
    }

    /// Returns the sum of two numbers.
    pub fn plus(self, other: Self) -> Self {
        let scale = self.scale.max(other.scale);
        Self { units: self.units_at(scale).saturating_add(other.units_at(scale)), scale }
    }

    /// Compares two numbers. `5` and `5.00` are equal, although `==` tells them apart.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.units_at(scale).cmp(&other.units_at(scale))
    }

    /// Returns the number as pages show it, with commas between thousands. An amount of money has no
    /// decimals or two.
    pub fn shown(self, is_money: bool) -> String {
        let number = if is_money { self.rescaled_for_money() } else { self };
        let text = number.to_string();
        let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
        let (whole, part) = text.split_once('.').map_or((text, None), |(w, p)| (w, Some(p)));
        let mut shown = sign.to_owned();
        for (n, digit) in whole.chars().enumerate() {
            if n > 0 && (whole.len() - n).is_multiple_of(3) {
                shown.push(',');
            }
            shown.push(digit);
        }
        match part {
            Some(part) => format!("{shown}.{part}"),
            None => shown,
        }
    }

    /// Returns an amount of money with two decimals, or with none if they are zero.
    fn rescaled_for_money(self) -> Self {
        let two = Self { units: self.units_at(self.scale.max(2)), scale: self.scale.max(2) };
        let unit = 10_i128.pow(two.scale.into());
        if two.units % unit == 0 { Self { units: two.units / unit, scale: 0 } } else { two }
    }

    /// Returns the nearest binary number, for coordinates.
    pub(crate) fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or_default()
    }

    fn units_at(self, scale: u8) -> i128 {
        self.units.saturating_mul(10_i128.pow(u32::from(scale.saturating_sub(self.scale))))
    }
}

impl From<u32> for Decimal {
    fn from(number: u32) -> Self {
        Self { units: number.into(), scale: 0 }
    }
}

/// Returns whether digits have no commas, or one before every three digits from the right.
fn is_grouped(whole: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let has_comma = whole.contains(',');
    is_number(first)
        && (!has_comma || first.len() <= 3)
        && groups.all(|group| is_number(group) && group.len() == 3)
}

/// The canonical form: no commas, the decimals as written.
impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let unit = 10_i128.pow(self.scale.into());
        let (whole, part) = (self.units.abs() / unit, self.units.abs() % unit);
        match usize::from(self.scale) {
            0 => write!(formatter, "{sign}{whole}"),
            scale => write!(formatter, "{sign}{whole}.{part:0scale$}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Decimal {
        Decimal::parse(text, 2).unwrap()
    }

    #[test]
    fn decimals_do_not_count_in_comparisons() {
        assert!(read("5").compare(read("5.00")).is_eq());
        assert!(read("5.01").compare(read("5")).is_gt());
        assert!(read("-5.5").compare(read("5")).is_lt());
    }

    #[test]
    fn numbers_are_read_in_both_digits_and_with_commas() {
        for (text, number) in
            [("130000", "130000"), ("1,250.5", "1250.5"), ("๑๒.๐๕", "12.05"), ("-0.50", "-0.50")]
        {
            assert_eq!(read(text).to_string(), number, "{text}");
        }
        for (text, error) in [
            ("1,25", DecimalError::Form),
            ("1e9", DecimalError::Form),
            ("1.", DecimalError::Form),
            ("", DecimalError::Form),
            (",100", DecimalError::Form),
            ("1000,000", DecimalError::Form),
            ("0.125", DecimalError::Decimals),
            ("1000000000000000", DecimalError::Size),
        ] {
            assert_eq!(Decimal::parse(text, 2), Err(error), "{text}");
        }
    }

    #[test]
    fn sums_and_order_are_exact() {
        let sum = ["0.1", "0.2", "1,000"].map(read).into_iter().fold(Decimal::ZERO, Decimal::plus);
        assert_eq!(sum.to_string(), "1000.3");
        for (less, more) in [("-2", "0.5"), ("0.5", "0.51"), ("9", "10")] {
            assert!(read(less).compare(read(more)).is_lt(), "{less} {more}");
        }
    }

    #[test]
    fn money_has_two_decimals_or_none() {
        let shown = ["0", "0.99", "458000", "1000000.50", "123.45", "-1250.5", "7.00"];
        let shown = shown.map(|text| read(text).shown(true));
        let wanted = ["0", "0.99", "458,000", "1,000,000.50", "123.45", "-1,250.50", "7"];
        assert_eq!(shown, wanted);
        assert_eq!(read("12.5").shown(false), "12.5");
    }
}
