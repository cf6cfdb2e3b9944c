//! Documents contain more than their pages show: tracked changes, codes of fields, remarks. A private
//! number there is found.

use crate::privacy::{found, with_file, zipped};

/// A number with a right check digit, which belongs to nobody.
const ID: &str = "1200100412340";

// ---- tracked changes, codes and remarks

const WORD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

fn docx(body: &str) -> Vec<u8> {
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let document = format!("<w:document {WORD}><w:body>{body}</w:body></w:document>");
    zipped(&[types, ("word/document.xml", document.as_bytes())])
}

fn odt(body: &str) -> Vec<u8> {
    let kind: (&str, &[u8]) = ("mimetype", b"application/vnd.oasis.opendocument.text");
    zipped(&[
        kind,
        (
            "content.xml",
            format!("<office:document-content>{body}</office:document-content>").as_bytes(),
        ),
    ])
}

fn pptx(body: &str) -> Vec<u8> {
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let slide = format!(
        "<p:sld><p:cSld><p:spTree><p:sp><p:txBody>{body}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
    );
    zipped(&[types, ("ppt/slides/slide1.xml", slide.as_bytes())])
}

#[test]
fn numbers_in_the_markup_of_word_are_found() {
    let (one, two, rest) = (&ID[..5], &ID[5..10], &ID[10..]);
    let run = |inside: &str| format!("<w:r><w:rPr><w:b/></w:rPr>{inside}</w:r>");
    let text = |text: &str| run(&format!("<w:t>{text}</w:t>"));
    let deleted =
        |text: &str| run(&format!("<w:delText xml:space=\"preserve\">{text}</w:delText>"));
    let code = |text: &str| run(&format!("<w:instrText>{text}</w:instrText>"));
    let symbols: String = ID
        .bytes()
        .map(|b| run(&format!("<w:sym w:font=\"Arial\" w:char=\"F0{b:02X}\"/>")))
        .collect();
    let paragraphs = [
        format!("<w:del w:id=\"1\">{}{}{}</w:del>", deleted(one), deleted(two), deleted(rest)),
        format!("{}{}{}", code(one), code(two), code(rest)),
        format!("{}<w:moveFrom w:id=\"2\">{}</w:moveFrom>{}", text(one), text(two), text(rest)),
        format!(
            "{}<w:moveTo w:id=\"2\">{}</w:moveTo><w:moveToRangeEnd w:id=\"1\"/>{}",
            text(one),
            text(two),
            text(rest)
        ),
        format!(
            "{}<w:del w:id=\"3\">{}</w:del>{}{}",
            text(one),
            deleted("77"),
            text(two),
            text(rest)
        ),
        format!("{}<w:ins w:id=\"3\">{}</w:ins>{}{}", text(one), text("77"), text(two), text(rest)),
        format!(
            "{}<w:del w:id=\"3\">{}</w:del><w:ins w:id=\"4\">{}</w:ins>{}",
            text(one),
            deleted(two),
            text("99999"),
            text(rest)
        ),
        format!(
            "{}<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>{}{}{}",
            text(one),
            code(" PAGEREF x "),
            text(two),
            text(rest)
        ),
        symbols,
        format!(
            "{}<w:r><w:commentReference w:id=\"1\"/></w:r>{}<w:r><w:footnoteReference w:id=\"1\"/></w:r>{}",
            text(one),
            text(two),
            text(rest)
        ),
        format!(
            "{}<w:r><w:drawing><wp:posOffset>914400</wp:posOffset><w:txbxContent><w:p>{}</w:p></w:txbxContent></w:drawing></w:r>{}{}",
            text(one),
            text("ก"),
            text(two),
            text(rest)
        ),
        format!(
            "\n  <w:r>\n    <w:t>{one}</w:t>\n  </w:r>\n  <w:r>\n    <w:t>{two}{rest}</w:t>\n  </w:r>\n"
        ),
    ];
    let mut wrong = Vec::new();
    for paragraph in &paragraphs {
        let seen = found(&with_file(
            "a.docx",
            docx(&format!("<w:p>{}</w:p><w:p>{paragraph}</w:p>", text("รายชื่อ"))),
        ));
        if seen != ["warning privacy/national-id a.docx"] {
            wrong.push(format!("{paragraph} {seen:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn numbers_in_the_markup_of_open_document_are_found() {
    let (one, two, rest) = (&ID[..5], &ID[5..10], &ID[10..]);
    let tracked = |inside: &str| {
        format!(
            "<text:tracked-changes><text:changed-region xml:id=\"c1\">{inside}</text:changed-region></text:tracked-changes>"
        )
    };
    let info = "<office:change-info><dc:creator>ก</dc:creator><dc:date>2026-01-01T00:00:00</dc:date></office:change-info>";
    for body in [
        tracked(&format!("<text:deletion>{info}<text:p>{ID}</text:p></text:deletion>")),
        tracked(&format!("<text:deletion>{info}<text:p>{two}</text:p></text:deletion>"))
            + &format!("<text:p>{one}<text:change text:change-id=\"c1\"/>{rest}</text:p>"),
        tracked(&format!("<text:insertion>{info}</text:insertion>"))
            + &format!(
                "<text:p>{one}<text:change-start text:change-id=\"c1\"/>77<text:change-end text:change-id=\"c1\"/>{two}{rest}</text:p>"
            ),
        format!(
            "<text:p>{one}<office:annotation><dc:creator>ก</dc:creator><text:p>ข</text:p></office:annotation>{two}{rest}</text:p>"
        ),
        format!(
            "<text:p>ก<office:annotation><text:p>{one}<text:span>{two}</text:span>{rest}</text:p></office:annotation></text:p>"
        ),
        format!(
            "<text:p>{one}<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>ข</text:p></text:note-body></text:note>{two}{rest}</text:p>"
        ),
        format!(
            "<text:p>{one}<text:variable-set text:name=\"a\">{two}</text:variable-set>{rest}</text:p>"
        ),
        format!(
            "<text:p><text:hidden-text text:string-value=\"{ID}\">ก</text:hidden-text></text:p>"
        ),
        format!(
            "<text:p><text:hidden-paragraph/>{one}<text:bookmark-ref>{two}</text:bookmark-ref>{rest}</text:p>"
        ),
    ] {
        let seen = found(&with_file("a.odt", odt(&body)));
        assert_eq!(seen, ["warning privacy/national-id a.odt"], "{body}");
    }
}

#[test]
fn numbers_in_the_markup_of_slides_are_found() {
    let (one, two, rest) = (&ID[..5], &ID[5..10], &ID[10..]);
    for body in [
        format!("<a:p><a:r><a:t>{one}</a:t></a:r><a:r><a:rPr/><a:t>{two}{rest}</a:t></a:r></a:p>"),
        format!(
            "<a:p><a:r><a:t>{one}</a:t></a:r><a:fld id=\"x\" type=\"slidenum\"><a:t>{two}</a:t></a:fld><m:r><m:t>{rest}</m:t></m:r></a:p>"
        ),
    ] {
        let seen = found(&with_file("a.pptx", pptx(&body)));
        assert_eq!(seen, ["warning privacy/national-id a.pptx"], "{body}");
    }
}

#[test]
fn numbers_of_different_paragraphs_are_not_joined() {
    let (one, rest) = ID.split_at(5);
    let text = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    for body in [
        format!("<w:p>{}</w:p><w:p>{}</w:p>", text(one), text(rest)),
        format!("<w:p>{}<w:r><w:br/></w:r>{}</w:p>", text(one), text(rest)),
        format!("<w:p>{}<w:r><w:tab/></w:r>{}</w:p>", text(one), text(rest)),
        format!(
            "<w:p>{}<w:r><w:drawing><wp:posOffset>12001</wp:posOffset><wp:posOffset>00412340</wp:posOffset></w:drawing></w:r></w:p>",
            text("ก")
        ),
        format!(
            "<w:tbl><w:tr><w:tc><w:p>{}</w:p></w:tc><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl>",
            text(one),
            text(rest)
        ),
        format!(
            "<w:p>{}<w:r><w:instrText> PAGEREF _Toc12 </w:instrText></w:r>{}</w:p>",
            text("ก 12"),
            text("13")
        ),
    ] {
        assert_eq!(found(&with_file("a.docx", docx(&body))), [""; 0], "{body}");
    }
    let body = format!(
        "<text:p>{one}</text:p><text:p>{rest}</text:p><table:table-cell><text:p>{one}</text:p></table:table-cell><table:table-cell><text:p>{rest}</text:p></table:table-cell>"
    );
    assert_eq!(found(&with_file("a.odt", odt(&body))), [""; 0]);
}
