//! Fixes the typos that have only one fix.

use std::ops::Range;

use crate::markdown::typos::find::typos;
use crate::markdown::typos::protected::{is_within, protected_parts};

/// How often a text is fixed again: a fix may reveal another typo, as doubled marks after an invisible
/// character.
const MAX_PASSES: usize = 8;

/// Fixes a Markdown file, with its front matter. Returns `None` if there is nothing to fix.
pub(crate) fn fix_document(text: &str) -> Option<String> {
    fix_typos(text, protected_parts)
}

/// Fixes the typos that have only one fix, outside of the ranges that `protected` returns. They must be
/// disjoint and ascending. Returns `None` if there are none.
pub fn fix_typos(text: &str, protected: impl Fn(&str) -> Vec<Range<usize>>) -> Option<String> {
    let mut fixed: Option<String> = None;
    for _ in 0..MAX_PASSES {
        let before = fixed.as_deref().unwrap_or(text);
        let Some(after) = fix_once(before, &protected) else { break };
        fixed = Some(after);
    }
    fixed
}

fn fix_once(text: &str, protected: impl Fn(&str) -> Vec<Range<usize>>) -> Option<String> {
    let typos = typos(text);
    if typos.iter().all(|typo| typo.fix.is_none()) {
        return None;
    }
    let protected = protected(text);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for typo in typos {
        let Some(fix) = typo.fix.filter(|_| !is_within(&typo.range, &protected)) else { continue };
        out.push_str(&text[from..typo.range.start]);
        out.push_str(&fix);
        from = typo.range.end;
    }
    out.push_str(&text[from..]);
    (from > 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser, Tag};

    use super::*;
    use crate::markdown::options::OPTIONS;
    use crate::markdown::typos::protected::fixed_parts;
    use crate::text::{is_alphanumeric, is_zero_width};

    fn fixed(text: &str) -> Option<String> {
        fix_typos(text, |_| Vec::new())
    }

    #[test]
    fn typos_are_fixed() {
        for (wrong, right) in [
            ("จัดทําแผน", "จัดทำแผน"),
            ("น้ําประปา", "น้ำประปา"),
            ("นํ้าประปา", "น้ำประปา"),
            ("เเผนงาน", "แผนงาน"),
            ("ข้อ\u{200B}ความ", "ข้อความ"),
            ("ข้อ\u{AD}ความ\u{FEFF}", "ข้อความ"),
            ("ก\u{200D}ข", "กข"),
            ("ที่่ดิน", "ที่ดิน"),
            ("ท่ีดิน", "ที่ดิน"),
            ("กก\u{A0}\u{A0} \u{A0}ข", "กก ข"),
            ("กก&nbsp;&nbsp;&nbsp;ข", "กก ข"),
            ("ที\u{200B}่่", "ที่"),
            ("ที่่่่่่่่่่่่่่่่่่่่่่", "ที่"),
            ("ท\u{F70A}\u{F702} ผ\u{F705}าน", "ที่ ผ่าน"),
            ("จัดท\u{F711}าแผน", "จัดทำแผน"),
        ] {
            assert_eq!(fixed(wrong).as_deref(), Some(right), "{wrong}");
            assert_eq!(fixed(right), None, "{right}");
        }
    }

    #[test]
    fn correct_text_is_not_changed() {
        for text in ["สิทธิ์ พันธุ์ ที่นี่ เก็บ น้ำ แผน ก็ได้ กตฺวา ทั้งนี้", "👩‍👩‍👧", "ก\u{A0}ข", "1\u{A0}000"]
        {
            assert_eq!(typos(text), [], "{text}");
        }
    }

    #[test]
    fn white_space_at_the_ends_of_lines_is_deleted() {
        for (wrong, right) in [
            ("\u{200B}ข้อความ", "ข้อความ"),
            ("ก\n\u{A0}\u{A0} \u{A0}ข้อความ", "ก\nข้อความ"),
            ("&nbsp;&nbsp; ข้อความ", "ข้อความ"),
            ("\u{FEFF}\u{2060}\u{AD}“คำพูด”", "“คำพูด”"),
            ("  \u{200B} 15 มกราคม", "  15 มกราคม"),
            ("- \u{200B}ผัก", "- ผัก"),
            ("> \u{A0}\u{A0}ผัก", "> ผัก"),
            ("## \u{200B}หัวข้อ", "## หัวข้อ"),
            ("| \u{A0}\u{A0}ผัก | \u{200B}ก |", "| ผัก | ก |"),
            ("1.\u{A0}\u{A0} ซื้อ", "1. ซื้อ"),
            ("1.1\u{200B}ซื้อ", "1.1ซื้อ"),
            ("(ก)\u{200B} ซื้อ", "(ก) ซื้อ"),
            ("ข้อความ\u{A0}\u{A0}\nต่อ", "ข้อความ\nต่อ"),
            ("ข้อความ \u{200B} \nต่อ", "ข้อความ\nต่อ"),
            ("ข้อความ\u{A0}\u{A0}  \nต่อ", "ข้อความ  \nต่อ"),
            ("ก\n\n\u{200B}\n\nข", "ก\n\n\n\nข"),
            ("ก\n\u{A0}\u{A0}\nข้อ", "ก\n\nข้อ"),
        ] {
            assert_eq!(fixed(wrong).as_deref(), Some(right), "{wrong:?}");
            assert_eq!(fixed(right), None, "{right:?}");
        }
    }

    /// Without what nobody sees, these would be headings, lists, links and other numbers.
    #[test]
    fn what_keeps_markdown_from_being_read_stays() {
        for text in [
            "\u{200B}# ก",
            "#\u{A0}\u{A0}กข",
            "\u{A0}\u{A0}- ก",
            "-\u{A0}\u{A0}ก",
            "\u{200B}2569. ก",
            "2569\u{200B}. ก",
            "1.\u{200B}10 ก",
            "1.\u{A0}\u{A0}- ก",
            "กข*\u{200B}คง*",
            "[กข]\u{200B}(ค)",
            "[กข](ค \u{200B}\"ง\")",
            "[กข]: ค \u{200B}",
            "กข <di\u{200B}v>",
            "กข &nb\u{200B}sp;",
            "กข\n\u{200B}\n---",
            "กข\\\u{A0}\u{A0}\nค",
            "## กข\u{A0}\u{A0}#",
            "- [x]\u{A0}\u{A0}ก",
        ] {
            assert_eq!(fixed(text), None, "{text:?}");
            assert!(!typos(text).is_empty(), "{text:?}");
        }
    }

    /// What a reader sees, with the numbers of lists and without white space.
    fn seen(text: &str) -> String {
        let mut seen = String::new();
        for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
            match event {
                Event::Start(Tag::Item) => {
                    let number = text[range].trim_start().split_inclusive(['.', ')']).next();
                    let is_number =
                        |number: &&str| number.starts_with(|c: char| c.is_ascii_digit());
                    seen.extend(number.filter(is_number));
                }
                Event::Text(text) | Event::Code(text) => seen.push_str(&text),
                Event::Html(html) | Event::InlineHtml(html) => seen.push_str(&html),
                Event::FootnoteReference(name) => seen.push_str(&name),
                _ => {}
            }
        }
        seen.retain(|c| !c.is_whitespace() && !is_zero_width(c));
        seen
    }

    proptest! {
        #[test]
        fn fixes_leave_no_typos(text in "[กทาเแ่้ิีึุํ์็\u{200B}\u{A0}\u{202E}\u{AD}\u{F70A} a]{0,12}") {
            if let Some(text) = fixed(&text) {
                prop_assert!(typos(&text).iter().all(|typo| typo.fix.is_none()), "{text:?}");
            }
        }

        #[test]
        fn fixes_of_white_space_change_nothing_else(
            text in "([กขab1.()\u{200B}\u{A0} \n#>|*_`:\\-\\[\\]<&;\\\\]|\u{A0}\u{A0}|&nbsp;&nbsp;| \u{200B}|  |\n\n){0,24}"
        ) {
            let letters = |text: &str| -> String {
                text.replace("&nbsp;", "").chars().filter(|c| is_alphanumeric(*c)).collect()
            };
            if let Some(after) = fix_typos(&text, fixed_parts) {
                prop_assert_eq!(letters(&after), letters(&text));
                prop_assert_eq!(seen(&after), seen(&text), "{:?} {:?}", text, after);
                prop_assert_eq!(fix_typos(&after, fixed_parts), None, "{:?}", text);
            }
        }
    }
}
