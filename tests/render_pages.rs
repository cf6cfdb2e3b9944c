//! Parts of every page, the site map, the list of everything, and kinds of items.

use crate::support::{NOW, Portal, SITE};

/// A page, without the tags and spaces that keep names and dates on one line.
fn page(portal: &Portal, path: &str) -> String {
    let bytes = portal.output().remove(path);
    let page = String::from_utf8(bytes.unwrap_or_else(|| panic!("no {path}"))).unwrap();
    let page = page.replace('\u{A0}', " ");
    let mut pieces = page.replace("<span class=\"nb w\">", NAME).replace(NAME, "\0");
    while let Some(at) = pieces.find('\0') {
        let end = at + pieces[at..].find("</span>").unwrap();
        pieces.replace_range(end..end + "</span>".len(), "");
        pieces.remove(at);
    }
    pieces
}

const NAME: &str = "<span class=\"nb\">";

/// The part of a page from one text to the next one of another.
fn part<'p>(page: &'p str, from: &str, until: &str) -> &'p str {
    let Some(at) = page.find(from) else { panic!("no {from} in {page}") };
    page[at..].split(until).next().unwrap()
}

const ENGLISH: &str = "\n[languages.en]\ntitle = \"Test\"\n";

#[test]
fn urgent_items_stand_on_every_page_of_their_language() {
    let urgent =
        |from: &str| format!("urgent: true\npublish_from: {from}\npublish_until: 2570-01-01");
    let news = "id = \"news\"\nnotice_page = \"bare\"";
    let site = SITE.replacen("id = \"news\"", news, 1);
    let portal = Portal::new()
        .file("site.toml", site + ENGLISH)
        .item_with("content/news/a.md", &urgent("2569-01-01"), "")
        .item_with("content/news/b.md", &urgent("2569-03-01"), "")
        .item_with("content/news/c.md", &urgent("2569-02-01"), "")
        .item_with("content/about.md", &urgent("2569-01-02"), "")
        .item_with("content/about.en.md", "urgent: true\ntitle: Water & light", "")
        .item_with("content/news/over.md", "publish_until: 2569-03-01\nurgent: true", "")
        .item_with("content/news/calm.md", "urgent: false", "");
    portal.build();
    let banner =
        |path: &str| part(&page(&portal, path), "data-prakat=\"urgent\"", "</section>").to_owned();
    for path in
        ["index.html", "404.html", "news/index.html", "news/over/index.html", "sitemap/index.html"]
    {
        let banner = banner(path);
        let place = |text: &str| banner.find(text).unwrap_or_else(|| panic!("{text}: {banner}"));
        assert!(place("news/b.md</a>") < place("news/c.md</a>"), "{banner}");
        assert!(place("news/c.md</a>") < place("about.md</a>"), "{banner}");
        assert!(!banner.contains("news/a.md") && !banner.contains("over"), "{banner}");
        assert!(place("sitemap/#pk-urgent") > place("about.md</a>") && banner.contains("(4&nbsp;"));
    }
    let english = banner("en/index.html");
    assert!(english.contains("../en/about/\">Water &amp; light</a>"), "{english}");
    assert!(!english.contains("news/"), "{english}");
    let map = page(&portal, "sitemap/index.html");
    assert!(part(&map, "id=\"pk-urgent\"", "</section>").contains("../news/a/\""), "{map}");
    // It goes with its items.
    portal.run("build -q -o site --at 2027-01-02T00:00:00+07:00").expect_status(0);
    for (path, bytes) in portal.output().iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        assert!(path.starts_with("en/") || !html.contains("data-prakat=\"urgent\""), "{path}");
    }
}

#[test]
fn the_site_map_leads_everywhere_in_both_languages() {
    let portal = Portal::new()
        .file("site.toml", SITE.to_owned() + ENGLISH)
        .item_with("content/news/_index.md", "summary: เรื่องที่เกิดขึ้น", "")
        .item("content/news/a.md", "[แผนผัง](/sitemap/) [ทั้งหมด](/search/)")
        .item("content/news/b.md", "")
        .item("content/about.md", "");
    portal.build();
    let map = page(&portal, "sitemap/index.html");
    let map = part(&map, "data-prakat=\"site-map\"", "</main>");
    for text in [
        "<a href=\"../news/\">ข่าว</a> <span class=\"muted\">2&nbsp;รายการ</span>",
        "<p>เรื่องที่เกิดขึ้น</p>",
        "<a href=\"../news/feed.xml\">",
        "<a href=\"../procurement/\">จัดซื้อจัดจ้าง</a> <span class=\"muted\">0&nbsp;รายการ</span>",
        "<a href=\"../about/\">content/about.md</a>",
        "<a href=\"../search/\">",
        "<a href=\"../feed.xml\">",
        "<a href=\"../en/sitemap/\" lang=\"en\" hreflang=\"en\">English</a>",
    ] {
        assert!(map.contains(text), "no {text} in {map}");
    }
    assert!(!map.contains("procurement/feed.xml") && !map.contains("news/a/"), "{map}");
    assert!(page(&portal, "news/a/index.html").contains("href=\"../../sitemap/\">แผนผัง</a>"));
    assert!(page(&portal, "404.html").contains("href=\"/sitemap/\""));
    assert!(page(&portal, "sitemap.xml").contains("/en/sitemap/</loc>"));
}

#[test]
fn nothing_else_may_stand_where_the_site_map_does() {
    for (path, lines) in [
        ("content/sitemap.md", ""),
        ("content/news/a.md", "aliases: [/sitemap/]"),
        ("content/search.md", ""),
    ] {
        let run = Portal::new().item_with(path, lines, "").run(&format!("check -q --at {NOW}"));
        run.expect_status(1).expect_in_stderr("content/same-url");
    }
    let category = "[[categories]]\nid = \"sitemap\"\ntitle = \"x\"\n\n[people.mayor]";
    let portal = Portal::new().file("site.toml", SITE.replacen("[people.mayor]", category, 1));
    let run = portal.run(&format!("check -q --at {NOW}")).expect_status(1);
    run.expect_in_stderr("content/same-url");
}

#[test]
fn without_a_search_the_list_of_everything_stays() {
    let mut portal = Portal::new();
    for n in 0..60 {
        portal = portal.item(&format!("content/news/n{n}.md"), "");
    }
    let portal = portal.item("content/about.md", "");
    portal.build();
    let (first, second) =
        (page(&portal, "search/index.html"), page(&portal, "search/page/2/index.html"));
    let both = first.clone() + &second;
    for n in 0..60 {
        assert!(both.contains(&format!("/news/n{n}/\"")), "n{n}");
    }
    assert!(both.contains("about/\">content/about.md</a>"));
    assert!(first.contains("<h1 data-prakat=\"title\">เอกสารทั้งหมด</h1>"), "{first}");
    for text in ["<form", "search.js", "pk-search"] {
        assert!(!both.contains(text), "{text}");
    }
    assert!(
        !portal.output().keys().any(|path| path.starts_with("search/") && path.ends_with(".txt"))
    );
    assert!(page(&portal, "index.html").contains("href=\"./search/\">เอกสารทั้งหมด</a>"));
}

/// The line for complaints at the foot of a page.
fn complaints(portal: &Portal, path: &str) -> String {
    part(&page(portal, path), "data-prakat=\"complaints\">", "</p>").to_owned()
}

#[test]
fn every_page_says_where_to_complain() {
    let with = |value: &str| format!("{SITE}\n[contact]\ncomplaints = \"{value}\"\n");
    for (value, wanted) in [
        ("1567", "<a href=\"tel:1567\">1567</a>"),
        ("tel:0 5600 0111", "<a href=\"tel:056000111\">0 5600 0111</a>"),
        (
            "mailto:help@example.go.th",
            "<a href=\"mailto:help@example.go.th\">help@example.go.th</a>",
        ),
        (
            "https://line.example.com/?a=1&b=2",
            "<a href=\"https://line.example.com/?a=1&amp;b=2\" rel=\"noopener\">",
        ),
    ] {
        let portal = Portal::new().file("site.toml", with(value)).item("content/news/a.md", "");
        portal.build();
        for path in ["index.html", "404.html", "news/a/index.html"] {
            let line = complaints(&portal, path);
            assert!(line.contains(wanted), "{wanted}: {line}");
        }
    }
}

#[test]
fn a_page_for_complaints_is_linked_while_it_is_published() {
    let own = "\n[contact]\naddress = \"ถนนหลัก\"\nphone = \"0 5600 0111\"\n\
               complaints = \"https://test.example.go.th/help\"\n";
    let other = "\n[languages.en.contact]\naddress = \"Main Road\"\n";
    let portal = Portal::new()
        .file("site.toml", format!("{SITE}{own}{ENGLISH}{other}"))
        .item_with("content/help.md", "publish_until: 2570-01-01", "")
        .item_with("content/help.en.md", "publish_until: 2569-12-01", "");
    portal.build();
    assert!(complaints(&portal, "index.html").contains("href=\"./help/\""));
    assert!(complaints(&portal, "404.html").contains("href=\"/help/\""));
    assert!(complaints(&portal, "en/index.html").contains("href=\"../en/help/\""));
    let english = page(&portal, "en/index.html");
    assert!(english.contains(">Main Road<") && english.contains("0 5600 0111"), "{english}");
    assert!(page(&portal, "index.html").contains(">ถนนหลัก<"));
    // Without the translation, the original.
    portal.run("build -q -o site --at 2026-12-05").expect_status(0);
    assert!(complaints(&portal, "en/index.html").contains("href=\"../help/\""));
    portal.run("build -q -o site --at 2027-01-05").expect_status(0);
    for (path, bytes) in portal.output() {
        assert!(!String::from_utf8_lossy(&bytes).contains("help/"), "{path}");
    }
}

/// An address of the portal is judged, however it is spelled.
#[test]
fn a_page_for_complaints_that_is_withheld_is_named_nowhere() {
    for address in [
        "/zqheld/",
        "https://test.example.go.th/zqheld/",
        "http://test.example.go.th/zqheld",
        "HTTPS://TEST.example.go.th:443/zqheld/",
        "https://test.example.go.th./zq%68eld/",
    ] {
        let site = format!("{SITE}\n[contact]\ncomplaints = \"{address}\"\n");
        let portal = Portal::new().file("site.toml", site).item("content/news/a.md", "");
        let portal = portal.item_with("content/zqheld.md", "publish_from: 2580-01-01", "");
        portal.build();
        for (path, bytes) in portal.output() {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            assert!(!text.contains("zqheld") && !text.contains("zq%68eld"), "{address}: {path}");
        }
    }
}

/// A link of a map is not judged: it must lead elsewhere, however it is spelled.
#[test]
fn a_map_elsewhere_is_not_the_portal_in_other_letters() {
    let base = "https://เมือง.example/";
    let site = SITE.replace("https://test.example.go.th/", base);
    for address in [base, "https://xn--72c5ctb0b4b.example/news/b/", "http://เมือง.example:8080/"]
    {
        let lines =
            format!("kind: map\nextra:\n  latitude: 1\n  longitude: 1\n  map_url: \"{address}\"");
        let portal = Portal::new().file("site.toml", site.clone());
        let run = portal.item_with("content/news/a.md", &lines, "").run("check");
        run.expect_status(1).expect_in_stderr("error[front-matter/extra]");
    }
}

#[test]
fn a_theme_may_have_a_template_for_a_kind() {
    let portal = Portal::new()
        .file(
            "themes/default/templates/item-คำสั่ง.html",
            "<p>order {{ item.title }} {{ page.kind }}</p>",
        )
        .file(
            "themes/default/templates/page-คำสั่ง.html",
            "<p>page {{ item.title }} {{ page.kind }}</p>",
        )
        .item_with("content/news/a.md", "kind: คำสั่ง\ntitle: A", "")
        .item_with("content/news/b.md", "kind: ../item\ntitle: B", "")
        .item_with("content/c.md", "kind: คำสั่ง\ntitle: C", "");
    portal.build();
    assert!(page(&portal, "news/a/index.html").contains("<p>order A item</p>"));
    assert!(page(&portal, "c/index.html").contains("<p>page C page</p>"));
    assert!(page(&portal, "news/b/index.html").contains("data-prakat=\"item\""));
    // It must not fail for the first time when the window opens.
    portal.write("themes/default/templates/item-แผน.html", "{{ item.nothing }}");
    let path = "content/news/d.md";
    let text = crate::support::item(path, "kind: แผน\npublish_from: 2570-01-01", "");
    portal.write(path, text);
    let run = portal.run(&format!("build -q -o site --at {NOW}")).expect_status(1);
    run.expect_in_stderr("item-แผน.html:1:");
}

/// Titles are in dictionary order, and numbers in them in the order of their values, in both digits.
#[test]
fn numbers_in_titles_are_ordered_by_value() {
    let site = SITE.replacen("id = \"news\"", "id = \"news\"\nsort = \"title\"", 1);
    let mut portal = Portal::new().file("site.toml", site);
    let ordered = ["ข้อ ๒", "ข้อ 3", "ข้อ ๑๐", "ข้อ 11 ก", "ข้อ ๑๑ ข", "ข้อ 100", "ค่าปรับ"];
    for (n, title) in ordered.iter().rev().enumerate() {
        portal = portal.item_with(&format!("content/news/{n}.md"), &format!("title: {title}"), "");
    }
    portal.build();
    let list = page(&portal, "news/index.html");
    let places: Vec<usize> =
        ordered.iter().map(|title| list.find(&format!(">{title}</a>")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_person_has_a_card_and_no_picture_for_others() {
    let lines = "title: นายกเทศมนตรี\nkind: person\nunit: สำนักปลัด\nextra:\n  name: นางสมใจ <ทดสอบ>\n  \
                 position: นายก\n  phone: 0 5600 0101\n  email: mayor@example.go.th\n  photo: ก ข.png\n  \
                 photo_alt: \"ภาพ \\\"ครึ่งตัว\\\"\"";
    let portal = Portal::new().item_with("content/news/mayor/index.md", lines, "").file(
        "content/news/mayor/ก ข.png",
        include_bytes!("cases/pictures/in/content/news/map/แผนที่.png"),
    );
    let run = portal.build();
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    let html = page(&portal, "news/mayor/index.html");
    let card = part(&html, "data-prakat=\"person\"", "</dl>");
    for text in [
        "alt=\"ภาพ &quot;ครึ่งตัว&quot;\"",
        "<dd>นางสมใจ &lt;ทดสอบ&gt;</dd>",
        "<dd>นายก</dd>",
        "<dd>สำนักปลัด</dd>",
        "href=\"mailto:mayor@example.go.th\"",
    ] {
        assert!(card.contains(text), "no {text} in {card}");
    }
    assert!(portal.output().contains_key("news/mayor/ก ข.png"));
    assert!(!html.contains("og:image") && !html.contains("data-prakat=\"files\""), "{html}");
    let linked = part(&html, "application/ld+json\">", "</script>");
    let linked: serde_json::Value =
        serde_json::from_str(linked.trim_start_matches("application/ld+json\">")).unwrap();
    assert_eq!(linked["@type"], "ProfilePage");
    assert_eq!(linked["mainEntity"]["name"], "นางสมใจ <ทดสอบ>");
    assert_eq!(linked["mainEntity"]["telephone"], "0 5600 0101");
    assert!(linked["mainEntity"].get("image").is_none());
    portal.write("content/news/mayor/ก ข.png", "no picture");
    let run = portal.run(&format!("build -q -o site --at {NOW}")).expect_status(1);
    run.expect_in_stderr("error[markdown/not-a-picture]: `ก ข.png`");
}

const PLAN: &str = "kind: plan\nfiscal_year: 2570\nextra:\n  activities:\n    \
    - { name: หนึ่ง, unit: กองช่าง, budget: 130000, from: 2569-12-31, until: 2570-02-01 }\n    \
    - { name: สอง, budget: 0.5, from: 2569-10-01, until: 2570-09-30 }\n    \
    - { name: สาม }";

/// The words of each cell of the rows of a table.
fn rows(table: &str) -> Vec<Vec<String>> {
    let text = |cell: &str| {
        let cell = cell.split_once('>').map_or("", |(_, rest)| rest);
        cell.split('<').next().unwrap().to_owned()
    };
    let rows = table.split("<tr>").skip(1);
    rows.map(|row| row.replace("<th", "<td").split("<td").skip(1).map(text).collect()).collect()
}

#[test]
fn a_plan_has_twelve_months_and_a_sum() {
    let portal = Portal::new()
        .file("site.toml", SITE.to_owned() + ENGLISH)
        .item_with("content/news/a.md", PLAN, "")
        .item_with("content/news/a.en.md", PLAN, "");
    portal.build();
    let html = page(&portal, "news/a/index.html");
    let rows = rows(part(&html, "class=\"cards\"", "</table>"));
    assert!(rows.iter().all(|row| row.len() == 15), "{rows:?}");
    assert_eq!(rows[0][3].trim(), "ต.ค.");
    assert_eq!(rows[0][14].trim(), "ก.ย.");
    let months = |n: usize| rows[n][3..].join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(rows[1][..3], ["หนึ่ง", "130,000", "กองช่าง"]);
    assert_eq!(months(1), "ธ.ค. ม.ค. ก.พ.");
    assert_eq!(rows[2][1], "0.50");
    assert_eq!(months(2).split(' ').count(), 12);
    assert_eq!(months(3), "");
    assert_eq!(rows[4][1], "130,000.50");
    let caption = part(&html, "<caption>", "</caption>");
    assert!(caption.contains("2570") && caption.contains("1 ตุลาคม 2569"), "{caption}");
    assert!(html.contains("\"temporalCoverage\":\"2026-10-01/2027-09-30\""), "{html}");
    let english = page(&portal, "en/news/a/index.html");
    assert!(part(&english, "<caption>", "</caption>").contains("1 October 2026"), "{english}");
    // Other offices have other years.
    let site =
        SITE.replacen("language = \"th\"", "language = \"th\"\nfiscal_year_start = \"01-01\"", 1);
    portal.write("site.toml", site + ENGLISH);
    let run = portal.run(&format!("check -q --at {NOW}")).expect_status(1);
    run.expect_in_stderr("[front-matter/extra]").expect_in_stderr("1 ม.ค. 2570 to 31 ธ.ค. 2570");
}

#[test]
fn a_division_shows_what_is_published() {
    let lines = "kind: division\nextra:\n  phone: 0 5600 0161\n  people:\n    \
                 - { name: นายหนึ่ง, position: ผู้อำนวยการ, phone: 0 5600 0160 }\n  \
                 documents: [a.md, zqhidden.md, /about.md]";
    let portal = Portal::new()
        .item_with("content/news/division.md", lines, "")
        .item("content/news/a.md", "")
        .item_with("content/news/zqhidden.md", "approver: -", "")
        .item("content/about.md", "");
    portal.build();
    let html = page(&portal, "news/division/index.html");
    let documents = part(&html, "data-prakat=\"documents\"", "</section>");
    let place = |text: &str| documents.find(text).unwrap_or_else(|| panic!("{text}: {documents}"));
    assert!(place("../../news/a/\"") < place("../../about/\""));
    let people = part(&html, "data-prakat=\"people\"", "</table>");
    assert!(people.contains("<th scope=\"row\">นายหนึ่ง</th><td>ผู้อำนวยการ</td>"), "{people}");
    assert!(part(&html, "data-prakat=\"division\"", "</section>").contains("<dd>0 5600 0161</dd>"));
    for (path, bytes) in portal.output() {
        assert!(!String::from_utf8_lossy(&bytes).contains("zqhidden"), "{path}");
    }
}

#[test]
fn a_map_has_coordinates_and_a_plain_link() {
    let lines = "kind: map\nextra:\n  latitude: 15.5\n  longitude: -100\n  \
                 map_url: https://maps.example.com/?q=15.5,-100&z=1";
    let portal = Portal::new().item_with("content/news/a.md", lines, "");
    portal.build();
    let html = page(&portal, "news/a/index.html");
    let map = part(&html, "data-prakat=\"map\"", "</dl>");
    for text in
        ["<dd>15.50000</dd>", "<dd>-100.00000</dd>", "?q=15.5,-100&amp;z=1\" rel=\"noopener\""]
    {
        assert!(map.contains(text), "no {text} in {map}");
    }
    assert!(html.contains("\"latitude\":15.5"), "{html}");
}

const COVERAGE: &str = "kind: coverage\nextra:\n  obligations:\n    \
    - { id: a/1, title: หนึ่ง, unit: กองช่าง, group: ก }\n    \
    - { id: a/2, title: สอง <&>, group: ข }\n    \
    - { id: a/3, title: สาม, group: ก }\n    \
    - { id: a/4, title: สี่ }";

/// Of each row of a table of coverage: its head, where the links in it lead, the date, the status.
fn coverage(html: &str) -> Vec<(String, Vec<String>, String, String)> {
    let table = part(html, "data-prakat=\"coverage\"", "</table>");
    let rows = part(table, "<tbody>", "</table>").split("<tr>").skip(1);
    let between = |row: &str, from: &str, until: &str| {
        let rest = row.split_once(from).map_or("", |(_, rest)| rest);
        rest.split(until).next().unwrap().to_owned()
    };
    let links = |row: &str| {
        let links = row.split("href=\"").skip(1);
        links.map(|link| link.split('"').next().unwrap().to_owned()).collect()
    };
    rows.map(|row| {
        let date = between(row, "<time datetime=\"", "\"");
        (between(row, "\">", "<"), links(row), date, between(row, "class=\"tag", "</span>"))
    })
    .collect()
}

#[test]
fn what_must_be_disclosed_is_met_by_what_is_published() {
    let day = |n: usize| format!("publish_from: 2569-0{n}-01\nmeets: [a/1, b/1, a/1]");
    let mut portal = Portal::new()
        .file("site.toml", SITE.to_owned() + ENGLISH)
        .item_with("content/coverage.md", COVERAGE, "")
        .item_with("content/coverage.en.md", COVERAGE, "")
        .item_with("content/news/_index.md", "title: ข่าว & อื่น ๆ\nmeets: [a/2]", "")
        .item_with("content/news/n1.en.md", "title: Met\nmeets: [a/4]", "")
        .item_with("content/about.md", "meets: [A/3, a/33]", "");
    for n in 1..=5 {
        portal = portal.item_with(&format!("content/news/n{n}.md"), &day(n), "");
    }
    portal.build();
    let html = page(&portal, "coverage/index.html");
    let row = |title: &str, links: &[&str], date: &str| {
        let links: Vec<String> = links.iter().map(|link| (*link).to_owned()).collect();
        let status = if links.is_empty() {
            "\">ยังไม่เผยแพร่"
        } else {
            " on\">เผยแพร่แล้ว"
        };
        (format!("{title} "), links, date.to_owned(), status.to_owned())
    };
    let head = |title: &str| (title.to_owned(), Vec::new(), String::new(), String::new());
    let newest = ["../news/n5/", "../news/n4/", "../news/n3/"];
    let expected = [
        row("สี่", &[], ""),
        head("ก"),
        row("หนึ่ง", &newest, "2026-05-01"),
        row("สาม", &[], ""),
        head("ข"),
        row("สอง &lt;&amp;&gt;", &["../news/"], "2026-01-01"),
    ];
    assert_eq!(coverage(&html), expected);
    let section = part(&html, "data-prakat=\"coverage\"", "</section>");
    for text in [
        "<p>เผยแพร่แล้ว 2 รายการ จากทั้งหมด 4 รายการ</p>",
        "viewBox=\"0 0 4 1\"",
        "aria-hidden=\"true\"><rect width=\"2\"",
        "<li>และอีก 2 เรื่อง</li>",
        ">ข่าว &amp; อื่น ๆ</a>",
        "<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"5\">ก</th></tr>\n<tr><th scope=\"row\">หนึ่ง ",
        "<td data-l=\"หน่วยงานรับผิดชอบ\">กองช่าง</td>",
    ] {
        assert!(section.contains(text), "no {text} in {section}");
    }
    assert_eq!(section.matches("และอีก").count(), 1, "{section}");
    assert!(html.contains("data-prakat=\"document-kind\">สถานะการเปิดเผยข้อมูล</dd>"), "{html}");
    assert!(!page(&portal, "about/index.html").contains("data-prakat=\"coverage\""));
    // Each language speaks of its own items.
    let english = page(&portal, "en/coverage/index.html");
    let section = part(&english, "data-prakat=\"coverage\"", "</section>");
    assert!(section.contains("<p>Published: 1 of 4</p>"), "{section}");
    assert!(section.contains("href=\"../../en/news/n1/\">Met</a>"), "{section}");
    assert_eq!(section.matches("Not published yet").count(), 3, "{section}");
}

/// No time by itself makes an error of it, and nothing of what is withheld shows.
#[test]
fn what_is_met_no_more_is_told_on_the_page_alone() {
    let withheld = |lines: &str| format!("title: zqheld {}\nmeets: [a/2]\n{lines}", lines.len());
    let portal = Portal::new()
        .item_with("content/coverage.md", COVERAGE, "")
        .item_with("content/news/n1.md", "meets: [a/1]\npublish_until: 2569-11-30", "")
        .item_with("content/news/zqa.md", &withheld("approver: -"), "")
        .item_with("content/news/zqb.md", &withheld("publish_from: 2580-01-01"), "")
        .item_with("content/news/zqc.md", &withheld("publish_until: 2569-05-01"), "")
        .item_with(
            "content/news/zqd.md",
            &withheld("withdrawn: { on: 2569-02-01, by: mayor }"),
            "",
        );
    let met = |count: usize| {
        let html = page(&portal, "coverage/index.html");
        assert!(html.contains(&format!("<p>เผยแพร่แล้ว {count} รายการ จากทั้งหมด 4 รายการ</p>")));
        assert_eq!(coverage(&html).iter().filter(|row| !row.1.is_empty()).count(), count);
        for (path, bytes) in portal.output() {
            assert!(!String::from_utf8_lossy(&bytes).contains("zq"), "{path}");
        }
    };
    portal.build();
    met(1);
    let run = portal.run("build -o site --at 2026-12-05 --format json").expect_status(0);
    assert_eq!(run.json()["diagnostics"].as_array().unwrap().len(), 0);
    met(0);
    portal.run("build -q -o site --at 2580-01-02").expect_status(0);
    assert!(page(&portal, "coverage/index.html").contains("href=\"../news/zqb/\">zqheld 24</a>"));
}

/// A build writes the page again when another item says that it meets something, and only then.
#[test]
fn a_table_of_coverage_is_written_again_when_it_differs() {
    let portal =
        Portal::new().item_with("content/coverage.md", COVERAGE, "").item("content/news/a.md", "");
    portal.build();
    let text = |lines: &str, body: &str| crate::support::item("content/news/a.md", lines, body);
    let written = |text: String| {
        portal.write("content/news/a.md", text);
        let run = portal.run(&format!("build -o site --at {NOW} --format json")).expect_status(0);
        run.json()["written"].as_u64().unwrap()
    };
    let with_another_body = written(text("", "ข้อความใหม่"));
    // The page of the item shows nothing of this: only the table differs.
    assert_eq!(written(text("meets: [a/1]", "ข้อความใหม่")), 2, "the table and the manifest");
    assert!(with_another_body >= 2);
    assert!(page(&portal, "coverage/index.html").contains("../news/a/"));
    assert_eq!(written(text("meets: [a/1, b/9]", "ข้อความใหม่")), 0);
}

#[test]
fn a_search_finds_what_must_be_disclosed() {
    let settings = SITE.replace("[search]\nenabled = false", "[search]\nenabled = true");
    let titles =
        COVERAGE.replace("title: หนึ่ง", "title: Powers").replace("title: สี่", "title: Staff");
    let portal =
        Portal::new().file("site.toml", settings).item_with("content/coverage.md", &titles, "");
    portal.build();
    let texts = portal.output().into_iter().filter(|(path, _)| path.starts_with("search/text/"));
    let texts: String =
        texts.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()).collect();
    assert!(texts.contains("[\"Staff\",\"Powers\","), "{texts}");
}

/// The first column of a table has its sum, too, beside the word for it.
#[test]
fn a_first_column_with_money_has_its_total() {
    let kind = "\n[[kinds]]\nid = \"grant\"\ntitle = \"เงินอุดหนุน\"\nfields = [\n\
        { id = \"parts\", label = \"งวด\", type = \"group\", list = true, fields = [\n\
        { id = \"paid\", label = \"จ่าย\", type = \"money\" },\n\
        { id = \"for\", label = \"เพื่อ\", type = \"text\" },\n] },\n]\n";
    let lines = "kind: grant\nextra: { parts: [{ paid: 1200, for: ก }, { paid: 300.50, for: ข }] }";
    let portal = Portal::new().file("site.toml", format!("{SITE}{kind}")).item_with(
        "content/news/a.md",
        lines,
        "",
    );
    portal.build();
    let item = page(&portal, "news/a/index.html");
    let sum = part(&item, "<tfoot>", "</tfoot>");
    assert!(sum.contains("<th scope=\"row\">รวมทั้งสิ้น 1,500.50</th>"), "{sum}");
}

/// Pages of a value show the first 40 values of a facet and a link to the page with all.
#[test]
fn further_values_of_a_facet_are_one_link_away() {
    let site = SITE.replacen("id = \"news\"", "id = \"news\"\nfacets = [\"tag\"]", 1);
    let mut portal = Portal::new().file("site.toml", site);
    for n in 10..55 {
        portal = portal.item_with(&format!("content/news/n{n}.md"), &format!("tags: [t{n}]"), "");
    }
    portal.build();
    let values = |path: &str| {
        let list = page(&portal, path);
        let list = part(&list, "<ul data-id=\"tag\">", "</ul>").to_owned();
        (list.matches("<li>").count(), list.contains("<li class=\"rest\">"))
    };
    assert_eq!(values("news/index.html"), (45, false));
    assert_eq!(values("news/by/tag/t10/index.html"), (40, true));
    assert_eq!(values("news/by/tag/t54/index.html"), (41, true), "its own value is there");
}
