//! Themes of others: what they change, what comes from the built-in theme, and what stays the same
//! in all of them.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::{NOW, Portal, SITE, copy_tree, program, tree};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn settings(lines: &str) -> String {
    SITE.replace("[site]", &format!("[site]\n{lines}"))
}

/// A portal with the small theme of `tests/theme/`.
fn river() -> Portal {
    let portal = Portal::new().file("site.toml", settings("theme = \"river\""));
    copy_tree(&root().join("tests/theme"), &portal.path("themes/river"));
    portal
        .item_with("content/news/road/index.md", "extra:\n  budget: 1,250,000", "ข้อความ")
        .item("content/news/plain.md", "")
        .item("content/about.md", "เกี่ยวกับ")
}

impl Portal {
    fn page(&self, path: &str) -> String {
        fs::read_to_string(self.path("site").join(path)).unwrap()
    }
}

#[test]
fn a_theme_changes_some_files_and_has_the_others() {
    let portal = river();
    portal.build();
    let item = portal.page("news/road/index.html");
    assert!(item.contains("<body class=\"river\">"), "own shell: {item}");
    assert!(item.contains("<article class=\"river-item\">"), "own page of items: {item}");
    assert!(item.contains("<p>วงเงิน: 1,250,000\u{A0}–</p>"), "extra: {item}");
    assert!(item.contains("<p>ศูนย์ดำรงธรรม 1567</p>"), "a word of its own: {item}");
    let plain = portal.page("news/plain/index.html");
    assert!(!plain.contains("วงเงิน"), "an item without the extra map: {plain}");
    let list = portal.page("news/index.html");
    assert!(list.contains("<body class=\"river\">"), "own shell: {list}");
    assert!(list.contains("data-prakat=\"list\""), "the built-in list: {list}");
    assert!(list.contains(">หน้าหลัก</a>"), "one word in other words: {list}");
    assert!(list.contains("aria-label=\"เส้นทางมายังหน้านี้\""), "the other words: {list}");
    let page = portal.page("about/index.html");
    assert!(page.contains("data-prakat=\"facts\""), "the built-in page: {page}");
    assert_eq!(portal.page("assets/prakat.css"), ".river{color:teal}\n");
    let output = portal.output();
    assert!(output.contains_key("assets/fonts/sarabun-thai-400-normal.woff2"), "built-in fonts");
    assert!(!output.keys().any(|path| path.contains("README")), "no other files of the theme");
}

#[test]
fn a_theme_for_a_newer_contract_is_refused() {
    let portal = river().file("themes/river/theme.toml", "name = \"river\"\ncontract = 2\n");
    portal
        .run(&format!("build -q -o site --at {NOW}"))
        .expect_status(1)
        .expect_in_stderr("error[theme/contract]")
        .expect_in_stderr("themes/river/theme.toml:2:12");
    assert!(portal.output().is_empty());
}

#[test]
fn a_theme_may_want_texts_as_they_are_written() {
    let text = "ตามระเบียบ พ.ศ. 2540 แห่งราชกิจจานุเบกษา 2 แห่ง";
    let portal = river().item("content/news/law.md", text);
    portal.build();
    let set = portal.page("news/law/index.html");
    assert!(set.contains("พ.ศ.\u{A0}2540") && set.contains(">ราชกิจจานุเบกษา</span>"), "{set}");
    let plain = portal
        .file("themes/river/theme.toml", "name = \"river\"\ncontract = 1\nno_break = false\n");
    plain.build();
    assert!(plain.page("news/law/index.html").contains(text));
}

#[test]
fn ejected_files_change_nothing() {
    for theme in ["default", "river"] {
        let portal = Portal::new()
            .item("content/news/a.md", "ข้อความ")
            .file("site.toml", settings("theme = \"river\""))
            .file("themes/river/theme.toml", "name = \"river\"\ncontract = 1\n");
        let portal = match theme {
            "river" => portal,
            _ => portal.file("site.toml", SITE),
        };
        portal.build();
        let before = portal.output();
        let listed = portal.run("theme eject").expect_status(0).stdout;
        for name in listed.lines() {
            let run = portal.run(&format!("theme eject {name}"));
            if (theme, name) == ("river", "theme.toml") {
                run.expect_status(2);
            } else {
                assert_eq!(run.expect_status(0).stdout, format!("themes/{theme}/{name}\n"));
            }
        }
        portal.build();
        assert!(before == portal.output(), "{theme}");
        let own = tree(&portal.path(&format!("themes/{theme}")));
        let own: Vec<&str> = own.keys().map(String::as_str).collect();
        assert_eq!(own, listed.lines().collect::<Vec<_>>());
        assert!(own.contains(&"templates/item.html") && own.contains(&"i18n/th.toml"));
    }
}

/// The theme need not be there yet, nor be right.
#[test]
fn a_file_is_ejected_by_the_last_part_of_its_name() {
    let portal = Portal::new()
        .file("site.toml", settings("theme = \"river\""))
        .file("themes/river/templates/base.html", "{{ mistake");
    let run = portal.run("theme eject prakat.css").expect_status(0);
    assert_eq!(run.stdout, "themes/river/static/assets/prakat.css\n");
    let built_in = root().join("themes/default/static/assets/prakat.css");
    let ours = fs::read(portal.path("themes/river/static/assets/prakat.css")).unwrap();
    assert_eq!(ours, fs::read(built_in).unwrap());
}

#[test]
fn what_is_there_is_never_touched() {
    let portal = Portal::new().file("themes/default/templates/item.html", "ของเรา");
    portal.run("theme eject item.html").expect_status(2).expect_stderr(
        "error[environment/theme-file-there]: themes/default/templates/item.html is already there
  help: nothing was written; to start from the built-in file again, delete yours first",
    );
    let ours = fs::read_to_string(portal.path("themes/default/templates/item.html")).unwrap();
    assert_eq!(ours, "ของเรา");
}

/// A theme may not be written to where a link leads.
#[test]
fn links_on_the_way_are_refused() {
    for (link, target) in [
        ("themes", "elsewhere"),
        ("themes/default", "../elsewhere"),
        ("themes/default/i18n", "../../elsewhere"),
    ] {
        let portal = Portal::new();
        fs::create_dir(portal.path("elsewhere")).unwrap();
        let link = portal.path(link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(target, &link).unwrap();
        let shown = link.display().to_string().replace(portal.root().to_str().unwrap(), ".");
        portal.run("theme eject i18n/th.toml").expect_status(2).expect_stderr(&format!(
            "error[environment/theme-link]: {shown} is a symbolic link; links are not followed
  help: nothing was written; remove the link, or put a folder of that name in its place"
        ));
        assert_eq!(fs::read_dir(portal.path("elsewhere")).unwrap().count(), 0);
    }
}

/// A file that cannot be written whole is not there.
#[test]
fn no_part_of_a_file_is_ejected() {
    let portal = Portal::new();
    let mut command = std::process::Command::new("sh");
    // A file may have one block, which is reported, and does not stop the program.
    let limited = format!(
        "ulimit -f 1; trap '' XFSZ; exec {} theme eject prakat.css",
        env!("CARGO_BIN_EXE_prakat")
    );
    command.current_dir(portal.root()).args(["-c", &limited]);
    assert_eq!(command.output().unwrap().status.code(), Some(2));
    let left: Vec<_> = tree(&portal.path("themes")).into_keys().collect();
    assert!(left.is_empty(), "{left:?}");
    portal.run("theme eject prakat.css").expect_status(0);
}

#[test]
fn a_file_that_the_theme_has_not_is_told_with_a_near_one() {
    let portal = Portal::new();
    portal.run("theme eject itms.html").expect_status(2).expect_stderr(
        "error[environment/theme-file]: the built-in theme has no file `itms.html`
  help: `prakat theme eject` without a name lists its files, such as `item.html`",
    );
    portal.run("theme eject templates/shell.html").expect_status(2).expect_stderr(
        "error[environment/theme-file]: the built-in theme has no file `templates/shell.html`
  help: `prakat theme eject` without a name lists its files, such as `base.html`",
    );
    for name in ["../site.toml", "templates/", "LICENSE-Sarabun.txt", ""] {
        let mut command = portal.command("theme eject");
        assert_eq!(command.arg(name).output().unwrap().status.code(), Some(2), "{name}");
    }
    assert!(!portal.path("themes").exists());
    let broken = Portal::empty().file("site.toml", "[site]\n");
    broken.run("theme eject item.html").expect_status(1).expect_in_stderr("settings/missing-key");
    assert!(!broken.path("themes").exists());
}

/// All values of `data-prakat` in a text.
fn hooks(text: &str) -> BTreeSet<String> {
    let pieces = text.split("data-prakat=\"").skip(1);
    pieces.map(|piece| piece.split('"').next().unwrap().to_owned()).collect()
}

/// `docs/themes.md` lists the hooks of the pages of the demonstration portal, no more and no less.
#[test]
fn every_hook_of_the_documentation_is_on_a_page() {
    let docs = fs::read_to_string(root().join("docs/themes.md")).unwrap();
    let section = docs.split("\n## Hooks\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let (table, rare) = section.split_once("\nOn pages that not every portal has:").unwrap();
    let names = |text: &str| -> BTreeSet<String> {
        text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let documented: BTreeSet<String> =
        rows.flat_map(|row| names(&format!("`{}", row.split(" |").next().unwrap()))).collect();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("site");
    let mut command = program();
    command.args(["--root", root().to_str().unwrap(), "build", "-q", "--at", NOW]);
    assert!(command.arg("-o").arg(&output).status().unwrap().success());
    let mut found = BTreeSet::new();
    for (path, bytes) in tree(&output) {
        if path.ends_with(".html") {
            found.extend(hooks(std::str::from_utf8(&bytes).unwrap()));
        }
    }
    let rare = names(rare);
    let common: BTreeSet<String> = found.difference(&rare).cloned().collect();
    assert_eq!(common, documented);
    let mut templates = String::new();
    for (_, bytes) in tree(&root().join("themes/default/templates")) {
        templates += &String::from_utf8(bytes).unwrap().replace("{{ kind }}", "notice");
    }
    assert!(rare.is_subset(&hooks(&templates)), "{rare:?}");
}

/// The built-in words, in a language that prakat has none of.
fn lao() -> String {
    let english = fs::read_to_string(root().join("themes/default/i18n/en.toml")).unwrap();
    let table: toml::Table = english.parse().unwrap();
    let words = table.keys().map(|key| match key.as_str() {
        "language_code" => "language_code = \"lo\"\n".to_owned(),
        "home" => "home = \"ໜ້າຫຼັກ\"\n".to_owned(),
        "latest" => "latest = \"ປະກາດໃໝ່\"\n".to_owned(),
        key => format!("{key} = \"ຄຳ {key}\"\n"),
    });
    words.collect()
}

#[test]
fn a_third_language_needs_one_file() {
    let languages = "\n[languages.lo]\ntitle = \"ເທດສະບານທົດສອບ\"\n\n[languages.lo.categories]\nnews = \"ຂ່າວ\"\n";
    let portal = Portal::new()
        .file("site.toml", format!("{SITE}{languages}"))
        .item("content/news/flood.md", "น้ำท่วม")
        .item_with("content/news/flood.lo.md", "title: ນ້ຳຖ້ວມ", "ນ້ຳຖ້ວມ")
        .file("themes/default/i18n/lo.toml", lao());
    portal.build();
    let home = portal.page("lo/index.html");
    for part in ["<html lang=\"lo\">", "ປະກາດໃໝ່", "ເທດສະບານທົດສອບ", "ຂ່າວ", "ນ້ຳຖ້ວມ"]
    {
        assert!(home.contains(part), "{part}: {home}");
    }
    let item = portal.page("lo/news/flood/index.html");
    assert!(item.contains("<time datetime=\"2026-01-01\">2026-01-01</time>"), "{item}");
    assert!(item.contains("hreflang=\"th\""), "{item}");
    assert!(portal.page("news/flood/index.html").contains("<span lang=\"lo\">ລາວ</span>"));
    let words = lao();
    let less =
        words.lines().filter(|line| !line.starts_with("home = ") && !line.starts_with("unit = "));
    portal.write("themes/default/i18n/lo.toml", less.collect::<Vec<_>>().join("\n"));
    portal.run(&format!("build -q -o site --at {NOW}")).expect_status(1).expect_stderr(
        "error[theme/missing-words]: words of the interface are missing, 2 in all: home, unit
--> themes/default/i18n/lo.toml
 = help: add them to themes/default/i18n/lo.toml, one `key = \"text\"` per line; themes/default/i18n/ shows them in Thai and English",
    );
    assert_eq!(home, portal.page("lo/index.html"), "the present output stays");
}

/// Time alone must not make a build fail: lists that run empty or get a second page, and items that
/// become urgent, are tried at every build.
#[test]
fn templates_are_tried_on_lists_as_they_will_be() {
    for (template, line) in [
        ("category", "{{ entries[0].title }}"),
        ("home", "{{ latest[0].title }}"),
        ("home", "{{ categories[0].latest[0].title }}"),
        ("search", "{{ entries[0].title }}"),
        ("category", "{% if pager.next %}{{ site.such }}{% endif %}"),
        ("search", "{% if pager.prev %}{{ site.such }}{% endif %}"),
        ("term", "{% if pager.next %}{{ site.such }}{% endif %}"),
        ("base", "{% if urgent_total > 0 %}{{ site.such }}{% endif %}"),
        ("base", "{% for item in urgent %}{{ item.such }}{% endfor %}"),
        ("base", "{{ pages[0].title }}"),
        ("sitemap", "{% for item in urgent %}{{ item.such }}{% endfor %}"),
        ("sitemap", "{{ pages[0].title }}"),
    ] {
        let portal = Portal::new()
            .file("site.toml", settings("theme = \"t\""))
            .file("themes/t/theme.toml", "name = \"t\"\ncontract = 1\n")
            .item_with("content/news/a.md", "publish_until: 2569-12-31\ntags: [ก]", "")
            .item_with("content/procurement/b.md", "publish_until: 2569-12-31", "")
            .item_with("content/about.md", "publish_until: 2569-12-31", "");
        let path = format!("templates/{template}.html");
        let built_in = fs::read_to_string(root().join("themes/default").join(&path)).unwrap();
        portal.write(&format!("themes/t/{path}"), format!("{built_in}\n<p>{line}</p>\n"));
        let run = portal.run(&format!("build -o site --at {NOW}"));
        assert_eq!(run.status, 1, "{template}: {line}");
        run.expect_in_stderr(&format!("--> themes/t/{path}"));
        // Nothing but the line is reported.
        portal.write(&format!("themes/t/{path}"), built_in);
        portal.build();
    }
}

/// A language or a category whose first item is still to come fails today, not on the day it opens.
#[test]
fn templates_are_tried_on_lists_whose_first_item_is_to_come() {
    let settings = settings("theme = \"t\"") + "\n[languages.en]\ntitle = \"Test\"\n";
    let settings = settings.replace("id = \"news\"", "id = \"news\"\nfacets = [\"fiscal_year\"]");
    for (path, lines, template, condition) in [
        ("content/procurement/b.md", "", "category", "category.id == \"procurement\""),
        ("content/news/a.en.md", "", "category", "lang == \"en\""),
        ("content/news/b.md", "tags: [ก]", "term", "true"),
        ("content/news/b.md", "unit: ก", "term", "true"),
        ("content/news/b.md", "fiscal_year: 2569", "term", "true"),
    ] {
        let portal = Portal::new()
            .file("site.toml", &settings)
            .file("themes/t/theme.toml", "name = \"t\"\ncontract = 1\n")
            .item("content/news/a.md", "");
        let template = format!("templates/{template}.html");
        let built_in = fs::read_to_string(root().join("themes/default").join(&template)).unwrap();
        let line = format!("{{% if entries and {condition} %}}{{{{ site.such }}}}{{% endif %}}");
        portal.write(&format!("themes/t/{template}"), format!("{built_in}\n<p>{line}</p>\n"));
        portal.build();
        portal.write(
            path,
            crate::support::item(path, &format!("{lines}\npublish_from: 2569-12-01"), ""),
        );
        let run = portal.run(&format!("build -o site --at {NOW}"));
        assert_eq!(run.status, 1, "{path}");
        run.expect_in_stderr(&format!("--> themes/t/{template}"));
        portal.write(&format!("themes/t/{template}"), built_in);
        portal.build();
    }
}

/// The page of the first tag, unit or value of a facet fails today, not on the day on which its item opens.
#[test]
fn templates_of_terms_are_tried_before_the_first_term_is_there() {
    let facets = "id = \"news\"\nfacets = [\"fiscal_year\"]";
    let settings = settings("theme = \"t\"").replacen("id = \"news\"", facets, 1);
    for (lines, template) in [
        ("tags: [ก]", "term.html"),
        ("tags: [ก]", "terms.html"),
        ("unit: กองช่าง", "term.html"),
        ("fiscal_year: 2569", "term.html"),
    ] {
        let portal = Portal::new()
            .file("site.toml", &settings)
            .file("themes/t/theme.toml", "name = \"t\"\ncontract = 1\n")
            .item("content/news/a.md", "");
        let template = format!("templates/{template}");
        let built_in = fs::read_to_string(root().join("themes/default").join(&template)).unwrap();
        let wrong = format!("{built_in}\n<p>{{{{ site.such }}}}</p>\n");
        portal.write(&format!("themes/t/{template}"), wrong);
        portal.build();
        let path = "content/news/b.md";
        let lines = format!("publish_from: 2569-12-01\n{lines}");
        portal.write(path, crate::support::item(path, &lines, ""));
        let run = portal.run(&format!("build -o site --at {NOW}"));
        assert_eq!(run.status, 1, "{lines}");
        run.expect_in_stderr(&format!("--> themes/t/{template}"));
        portal.write(&format!("themes/t/{template}"), built_in);
        portal.build();
    }
}
