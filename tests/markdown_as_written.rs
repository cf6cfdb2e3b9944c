//! Numbers, attributes, figures and paths are on the page as a writer wrote them.

use crate::support::Portal;

/// The page of a body.
fn page(body: &str) -> String {
    let portal = Portal::new().item("content/news/a.md", body);
    portal.build();
    std::fs::read_to_string(portal.path("site/news/a/index.html")).unwrap()
}

#[test]
fn numbers_keep_their_zeros() {
    for (body, numbers) in [
        ("01. ก\n02. ข", &["01.", "02."][..]),
        ("007. ค", &["007."]),
        ("๐๑. ก\n๐๒. ข", &["๐๑.", "๐๒."]),
        ("01) ก\n02) ข", &["01)", "02)"]),
        ("08. ก\n09. ข\n10. ค", &["08.", "09.", "10."]),
        ("01. ก\n    1.1 ข\n02. ค", &["01.", "1.1", "02."]),
        ("> 01. ก\n> 02. ข", &["01.", "02."]),
        ("- 01. ก\n- 02. ข", &["01.", "02."]),
        ("0001. ก\n0002. ข", &["0001.", "0002."]),
    ] {
        let page = page(body);
        for number in numbers {
            let written = format!("<span class=\"n\">{number}</span> ");
            assert!(page.contains(&written), "{number} of {body}:\n{page}");
        }
    }
}

#[test]
fn times_do_not_begin_a_clause() {
    let page = page("08.30 น. เปิดงาน\n09.00 น. บรรยาย");
    assert!(page.contains("<p>08.30~น.".replace('~', "\u{A0}").as_str()), "{page}");
}

#[test]
fn braces_with_more_than_an_id_are_text() {
    for (heading, expected) in [
        ("## หมวด 1 {#m1}", "<h2 id=\"m1\">หมวด"),
        ("## หมวด 1 {#m__1}", "<h2 id=\"m__1\">หมวด"),
        ("## หมวด 1 {#m1 .ข้อความ}", "{#m1 .ข้อความ}</h2>"),
        ("## รายชื่อ {#ก .ข .ค}", "{#ก .ข .ค}</h2>"),
        ("## รายชื่อ {#ก #ข}", "{#ก #ข}</h2>"),
        ("## รายชื่อ {#ก ปี=2569}", "{#ก ปี=2569}</h2>"),
        ("## รายชื่อ {.ข}", "{.ข}</h2>"),
        ("รายชื่อ {#ก .ข}\n---", "{#ก .ข}</h2>"),
    ] {
        let page = page(heading);
        let text = page.replace("<wbr>", "").replace('\u{A0}', " ");
        assert!(text.contains(expected), "{heading}:\n{text}");
    }
}

#[test]
fn figures_and_blanks_and_paths_are_on_the_page() {
    for body in [
        "ขนาด 60*120*75 และ 2*3 และ 4*5",
        "กด *123*456# หรือ *1669*",
        "ชื่อ (____) นามสกุล (____)",
        "ลงวันที่ ___/___/____",
        r"เก็บที่ \\srv\share\*.pdf กับ C:\_tmp\-a",
    ] {
        let page = page(body).replace("<wbr>", "").replace('\u{A0}', " ");
        let page = page.replace("<span class=\"nb\">", "").replace("</span>", "");
        assert!(page.contains(&format!("<p>{body}</p>")), "{body}:\n{page}");
    }
}
