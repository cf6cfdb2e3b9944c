//! Markdown becomes HTML: CommonMark with tables, footnotes, strikethrough, task lists and
//! definition lists. Headings and clauses get ids, links go through the resolver, raw HTML is
//! refused or cleaned.

mod anchors;
mod bare_urls;
mod body;
mod emphasis;
mod file_size;
mod findings;
mod footnotes;
mod hrefs;
mod html;
mod images;
mod lists;
mod numbering;
mod options;
mod sanitize;
mod table;
mod typos;
mod writer;

pub(crate) use anchors::anchor_hash;
pub use anchors::heading_id;
pub(crate) use bare_urls::fixed_parts;
pub use body::{Body, BodyContext, BodyWords, Facts, Heading};
pub use emphasis::{Repaired, without_helpers};
pub(crate) use file_size::{file_type, size_text};
pub(crate) use hrefs::LinkedItem;
pub(crate) use html::{HtmlTag, HtmlToken, escape, html_tokens, unescape};
pub(crate) use images::{Picture, probe_image};
pub use numbering::Numbered;
pub use options::OPTIONS;
pub(crate) use typos::report_typos;
pub use typos::{fix_typos, typos};

use pulldown_cmark::{Parser, TextMergeWithOffset};

use crate::diagnostics::Diagnostics;
use crate::markdown::bare_urls::{has, needs_whole_texts};
use crate::markdown::writer::Writer;

/// Renders a Markdown body.
pub fn render(markdown: &str, setting: &BodyContext, diagnostics: &mut Diagnostics) -> Body {
    let numbered = Numbered::new(markdown);
    let mut found = Diagnostics::default();
    let (mut body, items) = attempt(markdown, &numbered, setting, &mut found);
    if items != numbered.clause_count() {
        // Better no lists than another text.
        let numbered = Numbered::as_written(markdown, numbered.slips);
        found = Diagnostics::default();
        (body, _) = attempt(markdown, &numbered, setting, &mut found);
    }
    diagnostics.append(found);
    body
}

/// Renders with numbers as found; the body, and how many of them became items of lists.
fn attempt(
    markdown: &str,
    numbered: &Numbered,
    setting: &BodyContext,
    found: &mut Diagnostics,
) -> (Body, usize) {
    let repaired = Repaired::new(&numbered.text);
    let needs_cleaning = repaired.has_helpers() || has(markdown, "&#");
    let mut writer = Writer::new(markdown, setting, numbered, found);
    let events = Parser::new_ext(&repaired.text, OPTIONS).into_offset_iter();
    let mut take = |(event, range)| {
        let event = if needs_cleaning { without_helpers(event) } else { event };
        writer.event(event, numbered.original(repaired.original(range)));
    };
    if needs_whole_texts(markdown) {
        TextMergeWithOffset::new(events).for_each(&mut take);
    } else {
        events.for_each(&mut take);
    }
    let items = writer.numbered_items;
    (writer.finish(), items)
}
