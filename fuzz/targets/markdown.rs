//! Bodies: emphasis, numbering, tables, footnotes, HTML. Nothing of a withheld item may come out,
//! and nothing that runs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prakat::text::may_stand;
use prakat_fuzz::{BENCHES, SECRET};

fuzz_target!(|text: &str| {
    if !text.chars().all(may_stand) {
        return;
    }
    for bench in BENCHES.iter() {
        let html = bench.render(text).html;
        assert!(html.chars().all(may_stand), "{html}");
        // Where a text or a value has `<` or `>`, they are escaped: what is left are tags.
        for tag in html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(rest)) {
            for value in tag.split("href=\"").skip(1).chain(tag.split("src=\"").skip(1)) {
                let value = value.split(['"', '#']).next().unwrap_or("").to_ascii_lowercase();
                let elsewhere = value.split('/').next().unwrap_or("").contains(':');
                let address = format!("news/{SECRET}");
                assert!(elsewhere || !value.contains(&address), "{html}");
                assert!(!value.trim_start().starts_with("javascript:"), "{html}");
            }
        }
        assert!(!html.contains("<script") && !html.contains("<iframe"), "{html}");
    }
    if let Some(fixed) = prakat::markdown::fix_typos(text, |_| Vec::new()) {
        assert!(prakat::markdown::typos(&fixed).iter().all(|typo| typo.fix.is_none()));
    }
});
