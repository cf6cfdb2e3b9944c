//! Characters, digits, dates, normalisation and media types.

mod address;
mod calendar;
mod chars;
mod decimal;
mod digits;
mod formula;
mod labels;
mod loose;
mod loose_date;
mod media_type;
mod normal;
mod number_words;
mod shell;
mod web_address;
mod year_span;

pub(crate) use address::{ThaiInPath, address_end, is_in_address};
pub use calendar::{Calendar, Moment};
pub(crate) use calendar::{
    DateError, Era, ShownDate, buddhist_year, era, era_in_words, era_of_year, month_in_words,
    months_of_fiscal_year, parse_year, rfc3339, shown_month, shown_year, weekday_in_words,
};
pub(crate) use chars::{
    begins_thai_syllable, breaks_line_oddly, floor_char, is_alphabetic, is_alphanumeric,
    is_in_thai_block, is_invisible, is_joiner, is_mark, is_odd_space, is_thai, is_thai_tone,
    is_thai_vowel_mark, is_zero_width, leans_back, leans_forward, line_start, may_break_line_oddly,
    runs_on, turns_direction, width,
};
pub use chars::{ends_line, may_stand};
pub use decimal::Decimal;
pub(crate) use decimal::{DecimalError, MAX_DECIMALS, MONEY_DECIMALS};
pub use digits::seen_digit;
pub(crate) use digits::{
    ByteTable, Digit, DigitGap, DigitRun, Digits, FEWEST, FEWEST_PRINTED, MAX_GAP, arabic_digit,
    digit_value, digits_and_rare, grouping, has_long_number, has_long_number_in_html, is_separator,
    next_marked, runs, thai_digits,
};
pub(crate) use formula::{formula_sign, is_dialled_with_words};
pub(crate) use labels::{FoundLabel, Labels, last_of};
pub(crate) use loose::{LooseReading, every_digit, has_digits, loose_runs};
pub(crate) use loose_date::accepted_form;
pub(crate) use media_type::{is_picture, is_text, media_type};
pub(crate) use normal::{compare_paths, folded, nfc, single_spaced, title_key};
pub use number_words::number_in_words;
pub(crate) use number_words::{ends_in_number_word, multiplier_in_words, place_words};
pub(crate) use shell::shell_word;
pub(crate) use web_address::web_address;
pub(crate) use year_span::{YearSpan, year_in_text};
