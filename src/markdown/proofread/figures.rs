//! Reads numbers in figures, exactly: `1,250,000.50`, `๑๒.๕ ล้าน`.

use crate::markdown::proofread::cursor::Cursor;
use crate::text::{digit_value, multiplier_in_words};

/// A decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    /// The number without its point.
    pub mantissa: i128,
    /// How many of its digits are after the point.
    pub decimals: u32,
    /// Whether commas are between its digits.
    pub is_grouped: bool,
}

/// The most digits of a number, and the most after its point. With them, no sum of a table overflows.
const MAX_DIGITS: u32 = 18;
const MAX_DECIMALS: u32 = 6;

impl Decimal {
    /// Reads a number without a sign.
    pub(super) fn read(cursor: &mut Cursor) -> Option<Self> {
        cursor.attempt(Self::read_digits)
    }

    fn read_digits(cursor: &mut Cursor) -> Option<Self> {
        let mut number = Self { mantissa: 0, decimals: 0, is_grouped: false };
        let (mut digits, mut has_point) = (0, false);
        loop {
            let mut next = cursor.rest().chars();
            let c = next.next();
            if let Some(digit) = c.and_then(digit_value) {
                number.mantissa = number.mantissa * 10 + i128::from(digit);
                number.decimals += u32::from(has_point);
                digits += 1;
            } else {
                let is_followed =
                    digits > 0 && next.next().is_some_and(|c| digit_value(c).is_some());
                match c {
                    Some(',') if is_followed && !has_point => number.is_grouped = true,
                    Some('.') if is_followed && !has_point => has_point = true,
                    // A second point: this is no number.
                    Some('.') if is_followed => return None,
                    _ => break,
                }
            }
            if digits > MAX_DIGITS || number.decimals > MAX_DECIMALS {
                return None;
            }
            cursor.at += c.map_or(0, char::len_utf8);
        }
        (digits > 0).then_some(number)
    }

    /// Returns the number without its point, as if it had so many decimals. It has no more.
    pub(super) fn with_decimals(&self, decimals: u32) -> i128 {
        self.mantissa * 10_i128.pow(decimals.saturating_sub(self.decimals))
    }
}

/// Writes a number with a comma after every three digits, and decimals.
pub(super) fn shown(mantissa: i128, decimals: u32) -> String {
    let unit = 10_u128.pow(decimals);
    let (whole, fraction) = (mantissa.unsigned_abs() / unit, mantissa.unsigned_abs() % unit);
    let digits = whole.to_string();
    let mut text = String::from(if mantissa < 0 { "-" } else { "" });
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if decimals > 0 {
        text += &format!(".{fraction:0width$}", width = decimals as usize);
    }
    text
}

/// A number with a word that multiplies it: `1.5 ล้าน`, or several: `20 ล้าน 5 แสน`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figure {
    number: Decimal,
    /// The value of the word, of several the last.
    scale: i128,
}

impl Figure {
    /// Reads a number, and the words that multiply it.
    pub(super) fn read(cursor: &mut Cursor) -> Option<Self> {
        let number = Decimal::read(cursor)?;
        let scale = cursor.attempt(read_scale).unwrap_or(1);
        let mut figure = Self { number, scale };
        while let Some(longer) = cursor.attempt(|cursor| figure.read_lower(cursor)) {
            figure = longer;
        }
        Some(figure)
    }

    /// Reads the number of a lower place after this one: `5 แสน` after `20 ล้าน`.
    fn read_lower(&self, cursor: &mut Cursor) -> Option<Self> {
        cursor.skip_spaces();
        let next = Decimal::read(cursor)?;
        let scale = read_scale(cursor)?;
        let is_whole = self.number.decimals == 0 && next.decimals == 0;
        let is_lower = next.mantissa.checked_mul(scale)? < self.scale;
        if !is_whole || !is_lower {
            return None;
        }
        let higher = self.number.mantissa.checked_mul(self.scale / scale)?;
        let number = Decimal { mantissa: higher.checked_add(next.mantissa)?, ..self.number };
        Some(Self { number, scale })
    }

    /// Returns whether a word multiplies the number.
    pub(super) fn is_multiplied(&self) -> bool {
        self.scale > 1
    }

    /// Returns whether the number may be another one in hundredths, rounded to its last digit.
    pub(super) fn may_round(&self, hundredths: i128) -> bool {
        let half = 50 * self.scale / 10_i128.pow(self.number.decimals);
        self.hundredths().is_some_and(|own| (own - hundredths).abs() <= half)
    }

    /// Returns the value in hundredths.
    pub(super) fn hundredths(&self) -> Option<i128> {
        let exact = self.number.mantissa.checked_mul(100)?.checked_mul(self.scale)?;
        Some(exact / 10_i128.pow(self.number.decimals))
    }

    /// Returns whether the number is written as amounts are, even without a unit.
    pub(super) fn looks_like_money(&self) -> bool {
        self.number.is_grouped || self.number.decimals == 2 || self.scale > 1
    }

    /// Compares the number with one in hundredths. Returns its own hundredths if they differ. A
    /// multiplied number with decimals may be rounded.
    pub(super) fn differs_from(&self, hundredths: i128) -> Option<i128> {
        let unit = 10_i128.pow(self.number.decimals);
        let exact = self.number.mantissa.checked_mul(100)?.checked_mul(self.scale)?;
        let wanted = hundredths.checked_mul(unit)?;
        let is_rounded = self.scale > 1 && self.number.decimals > 0;
        let tolerance = if is_rounded { 100 * self.scale / 2 } else { unit - 1 };
        ((exact - wanted).abs() > tolerance).then_some(exact / unit)
    }
}

/// Reads the spaces after a number and the words that multiply it.
fn read_scale(cursor: &mut Cursor) -> Option<i128> {
    cursor.skip_spaces();
    let (scale, len) = multiplier_in_words(cursor.rest())?;
    cursor.at += len;
    // `5 พันธุ์` is no thousand.
    let ends = |c: char| c.is_whitespace() || digit_value(c).is_some() || "().".contains(c);
    let rest = cursor.rest();
    let is_whole = rest.is_empty() || rest.starts_with("บาท") || rest.starts_with(ends);
    i128::try_from(scale).ok().filter(|_| is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read() {
        for (text, mantissa, decimals) in [
            ("1,250,000.50", 125_000_050, 2),
            ("๑๒.๕", 125, 1),
            ("500,000.- บาท", 500_000, 0),
            ("7. ข้อ", 7, 0),
            ("5, 6", 5, 0),
        ] {
            let number = Decimal::read(&mut Cursor::new(text, 0)).unwrap();
            assert_eq!((number.mantissa, number.decimals), (mantissa, decimals), "{text}");
        }
        for text in ["", "ก", ",5", "1.2.3", "1234567890123456789012345"] {
            assert_eq!(Decimal::read(&mut Cursor::new(text, 0)), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_shown() {
        assert_eq!(shown(125_000_050, 2), "1,250,000.50");
        assert_eq!(shown(-5, 2), "-0.05");
        assert_eq!(shown(999, 0), "999");
    }

    #[test]
    fn figures_are_compared() {
        let differs = |text, hundredths| {
            Figure::read(&mut Cursor::new(text, 0)).unwrap().differs_from(hundredths)
        };
        assert_eq!(differs("500,000", 50_000_000), None);
        assert_eq!(differs("500,000", 5_000_000), Some(50_000_000));
        assert_eq!(differs("1.5 ล้านบาท", 150_000_000), None);
        assert_eq!(differs("1.5 ล้านบาท", 151_000_000), None);
        assert_eq!(differs("1.5 ล้านบาท", 160_000_000), Some(150_000_000));
        assert_eq!(differs("5 พันล้านบาท", 500_000_000_000), None);
        assert_eq!(differs("5 พันธุ์", 500), None);
        assert_eq!(differs("20 ล้าน 5 แสนบาท", 2_050_000_000), None);
        assert_eq!(differs("1 ล้าน 2 แสน 5 หมื่น", 120_000_000), Some(125_000_000));
        assert_eq!(differs("5 พัน 3 หมื่น", 500_000), None);
        assert_eq!(differs("33.333", 3_333), None);
    }
}
