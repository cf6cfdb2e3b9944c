//! Text that Markdown reads as something else than the writer meant is reported, and corrected where
//! only one correction is possible.

use prakat::markdown::{fix_lints, lints};

/// The codes of the lints of a body, with what each marks.
fn found(markdown: &str) -> Vec<(String, &str)> {
    let code = |code: prakat::diagnostics::Code| code.as_str().replace("markdown/", "");
    lints(markdown).iter().map(|lint| (code(lint.code), &markdown[lint.range.clone()])).collect()
}

/// Asserts what is found in a body, and how it is corrected. `""` means not at all.
#[track_caller]
fn check(markdown: &str, code: &str, marked: &str, fixed: &str) {
    assert_eq!(found(markdown), [(code.to_owned(), marked)], "{markdown}");
    let expected = (!fixed.is_empty()).then_some(fixed);
    assert_eq!(fix_lints(markdown).as_deref(), expected, "{markdown}");
    if let Some(fixed) = expected {
        assert_eq!(found(fixed), [], "{fixed}");
    }
}

#[track_caller]
fn nothing(markdown: &str) {
    assert_eq!(found(markdown), [], "{markdown}");
}

fn long(word: &str) -> String {
    word.repeat(120 / word.chars().count())
}

#[test]
fn pasted_paragraphs_are_separated() {
    let (a, b) = (long("กขค"), long("งจฉ"));
    check(&format!("{a}\nสั้น\n{b}"), "joined-lines", &a, &format!("{a}\n\nสั้น\n\n{b}"));
    // About a hundred letters, of which one in five takes no column.
    let (a, b) = ("ประกาศที่นี่ ".repeat(10), "รายได้เพิ่มขึ้น".repeat(9));
    let (a, b) = (a.trim_end(), b.as_str());
    check(&format!("{a}\nสั้น\n{b}"), "joined-lines", a, &format!("{a}\n\nสั้น\n\n{b}"));
    nothing(&format!("{a}\n\n{b}"));
    nothing("บ้านเลขที่ 1\nถนนสายหลัก\nตำบลกลาง\nอำเภอเมือง");
    // Lines that an editor broke end near the same column.
    let line = "word ".repeat(22);
    nothing(&format!("{line}\n{line}\n{line}\nthe end"));
    nothing(&format!("{a}\\\nสั้น\\\n{b}"));
    nothing(&format!("คำ\n: {a}\n\nคำ\n: {b}\n\nคำ\n: {a}\n\nจบ"));
}

#[test]
fn bullets_of_word_processors_become_lists() {
    let found = found("•\tหนึ่ง\n•\tสอง");
    assert!(
        found.len() == 2 && found.iter().all(|lint| *lint == ("list-mark".to_owned(), "•\t")),
        "{found:?}"
    );
    for list in
        ["•\tหนึ่ง\n•\tสอง", "- หนึ่ง\n• สอง", "–หนึ่ง\n–สอง", "-หนึ่ง\n-สอง", "\u{F0B7} หนึ่ง\n\u{F0B7} สอง"]
    {
        assert_eq!(fix_lints(list).as_deref(), Some("- หนึ่ง\n- สอง"), "{list}");
    }
    nothing("□ เห็นชอบ\n□ ไม่เห็นชอบ");
    nothing("*รวมภาษีแล้ว\n*ไม่รวมค่าส่ง");
    check("- ก\n-ข\n- ค", "list-mark", "-", "- ก\n- ข\n- ค");
    check("- ก\n–ข", "list-mark", "–", "- ก\n- ข");
    assert_eq!(fix_lints("รายการ\n    - ก\n    - ข").as_deref(), Some("รายการ\n- ก\n- ข"));
    nothing("– คำพูด\n\n-5 องศา");
}

#[test]
fn marks_need_a_space() {
    check("##หัวข้อ", "mark-without-space", "##", "## หัวข้อ");
    for title in ["1. ก", "๑. ก", "(ก) ข", "\"ก\" ข", "2569 ก"] {
        check(&format!("##{title}"), "mark-without-space", "##", &format!("## {title}"));
    }
    check("##หัวข้อ\n[โทร]: 1132", "mark-without-space", "##", "");
    check("ข้อความ\n\n##\u{A0}หัวข้อ", "mark-without-space", "##\u{A0}", "ข้อความ\n\n## หัวข้อ");
    check("-\u{A0}รายการ", "mark-without-space", "-\u{A0}", "- รายการ");
    nothing("#เทศบาลยิ้ม ขอเชิญร่วมงาน #สายธารา");
    nothing("-5 องศา");
}

#[test]
fn rows_without_a_head_are_no_table() {
    let table = "| ก | ข |\n| --- | --- |\n| 1 | 2 |";
    check("| ก | ข |\n| 1 | 2 |", "not-a-table", "| ก | ข |", table);
    check("ก\tข\n1\t2", "not-a-table", "ก\tข", "");
    check(
        "ก\tข\tค\n1\t2\t3",
        "not-a-table",
        "ก\tข\tค",
        "| ก | ข | ค |\n| --- | --- | --- |\n| 1 | 2 | 3 |",
    );
    check(&format!("{table}\n\n| 3 | 4 |"), "not-a-table", "| 3 | 4 |", "");
    check(&format!("| ก | ข |\n{table}"), "not-a-table", "| ก | ข |", "");
    check("| ก | ข |\n|===|===|\n| 1 | 2 |", "not-a-table", "| ก | ข |", "");
    nothing(&format!("ข้อความ\n{table}"));
    check("| ก | ข |\n| --- |\n| 1 | 2 |", "not-a-table", "| ก | ข |", "");
    nothing(table);
    nothing("a)\tก\nb)\tข\n3.\tค");
    nothing("[ก](a.md \"x | y\")\n[ข](b.md \"x | y\")");
    check("| ง | จ |\n| `a|b` | ค |", "not-a-table", "| ง | จ |", "");
    check("โทร 1132 | แฟกซ์ 1133\nเว็บ a.th | ไลน์ @b", "not-a-table", "โทร 1132 | แฟกซ์ 1133", "");
    nothing("ก | ข");
    nothing("เปิด 8.30–16.30 น. | โทร. 1132\nหยุดวันเสาร์");
}

#[test]
fn a_line_does_not_become_a_part_of_the_block_above_it() {
    let table = "| ก | ข |\n| --- | --- |\n| 1 | 2 |";
    let fixed = format!("{table}\n\nหมายเหตุ: รวมภาษีแล้ว");
    check(&format!("{table}\nหมายเหตุ: รวมภาษีแล้ว"), "swallowed-line", "หมายเหตุ: รวมภาษีแล้ว", &fixed);
    check(
        "ก[^1]\n\n[^1]: ข\nยื่นซองวันที่ 5",
        "swallowed-line",
        "ยื่นซองวันที่ 5",
        "ก[^1]\n\n[^1]: ข\n\nยื่นซองวันที่ 5",
    );
    let pairs = "วันที่\n: 5 ธันวาคม\nสถานที่\n: ศาลากลาง";
    check(pairs, "swallowed-line", "สถานที่", "วันที่\n: 5 ธันวาคม\n\nสถานที่\n: ศาลากลาง");
    nothing(&format!("{table}\nตาราง: งบประมาณ"));
    nothing("| ก |\n| --- |\n| 1 |\n2");
    nothing("ก[^1]\n\n[^1]: ข\n    ค");
    nothing("คำ\n: ความหมาย\nบรรทัดสอง");
}

#[test]
fn an_unclosed_fence_is_reported() {
    check("~~~~~~~~\nข้อความ", "unclosed-fence", "~~~~~~~~", "");
    check("```text\nก\n``\n\nข", "unclosed-fence", "```text", "");
    check("```ประกาศ\nก\n```", "text-after-fence", "```ประกาศ", "");
    nothing("```text\nก\n```");
    nothing("- ก\n  ~~~\n  ข\n  ~~~\n\n> ```\n> ค\n> ```");
}

#[test]
fn indented_prose_is_not_code() {
    check("ก\n\n    ข้อความ **หนา**", "indented-text", "ข้อความ **หนา**", "ก\n\nข้อความ **หนา**");
    check(
        "\tThe mayor of the town announces the following.",
        "indented-text",
        "The mayor of the town announces the following.",
        "The mayor of the town announces the following.",
    );
    nothing("    let x = 1;");
    nothing("    name = \"สมชาย\"\n    if name:\n        print(name)");
}

#[test]
fn a_rule_does_not_make_a_heading_of_a_text() {
    check(
        "บรรทัดหนึ่ง\nบรรทัดสอง\n-----",
        "underlined-heading",
        "-----",
        "บรรทัดหนึ่ง\nบรรทัดสอง\n\n-----",
    );
    check("รายการ\n-", "underlined-heading", "-", "รายการ\n\\-");
    check("บรรทัดหนึ่ง\nบรรทัดสอง\n=====", "underlined-heading", "=====", "");
    nothing("หัวข้อ\n======");
    nothing("## หัวข้อ");
}

#[test]
fn headings_have_levels_and_texts() {
    check("#### ก", "heading-level", "#### ก", "");
    check("## ก\n\n#### ข", "heading-level", "#### ข", "");
    check("##\n\nก", "empty-heading", "##", "");
    nothing("# ก\n\n## ข\n\n### ค\n\n## ง");
    nothing("## ก\n\n### ข");
}

#[test]
fn a_colon_makes_no_definition() {
    check("หมายเหตุ\n:ข้อความ", "colon-definition", ":", "หมายเหตุ\n\\:ข้อความ");
    nothing("คำ\n: ความหมาย");
}

#[test]
fn links_have_texts_and_destinations() {
    check("[ก] (https://a.go.th)", "broken-link", "] (", "");
    check("(ก)[https://a.go.th]", "broken-link", ")[", "");
    check("[ ](https://example.go.th)", "link-text", "[ ](https://example.go.th)", "");
    check("[ดาวน์โหลด](#)", "link-text", "[ดาวน์โหลด](#)", "");
    nothing("[![ภาพ](a.png)](https://example.go.th) [`a`](b.md)");
}

#[test]
fn addresses_end_before_thai_words() {
    check(
        "ดูที่ https://example.go.thได้",
        "glued-address",
        "https://example.go.thได้",
        "ดูที่ https://example.go.th ได้",
    );
    check("https://example.go.th/planฉบับ", "glued-address", "https://example.go.th/planฉบับ", "");
    nothing("https://example.go.th/ประกาศ/แผน2566ถึง2570.pdf");
    nothing("<https://example.go.th/aก>");
}

#[test]
fn definitions_that_no_link_uses_are_reported() {
    check("[หมายเหตุ]: ข้อความ", "unused-definition", "[หมายเหตุ]: ข้อความ", "");
    check("[ก]\n\n[ก]: a.md\n[ก]: b.md", "unused-definition", "[ก]: b.md", "");
    check("- [ผู้ชนะ]: ก", "unused-definition", "[ผู้ชนะ]: ก", "");
    check("1. > [ก]: ข", "unused-definition", "[ก]: ข", "");
    check("คำ\n: [ก]: ข", "unused-definition", "[ก]: ข", "");
    nothing("[ก][ข]\n\n[ข]: a.md");
    nothing("```\n[a]: b\n```\n\n`[a]: b`");
    nothing("ข้อความ\n[หมายเหตุ]: ข้อความ ต่อ");
    nothing("<pre>\n[ก]: ข\n</pre>");
}

#[test]
fn markup_of_other_programs_is_reported() {
    check("{{< youtube abc >}}", "foreign-markup", "{{<", "");
    check("[gallery ids=\"1,2\"]", "foreign-markup", "[gallery ids=\"1,2\"]", "");
    check("ดู [[ประกาศ]]", "foreign-markup", "[[", "");
    check("> [!NOTE]\n> ข้อความ", "foreign-markup", "[!NOTE]", "");
    check(":::info", "foreign-markup", ":::", "");
    nothing("`{{< youtube >}}` [gallery](a.md) [[1]](https://a.go.th)");
}
