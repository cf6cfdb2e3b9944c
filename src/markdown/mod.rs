//! Renders Markdown to HTML: CommonMark with tables, footnotes, strikethrough, task lists and
//! definition lists.
//!
//! A body goes through four steps:
//!
//! 1. `numbering` rewrites official clause numbers as lists.
//! 2. `emphasis` repairs emphasis next to Thai letters.
//! 3. The CommonMark parser reads the result.
//! 4. `writer` turns its events into HTML. It adds ids to headings and clauses, resolves links, and
//!    refuses or cleans raw HTML.

mod anchors;
mod bare_urls;
mod body;
mod emphasis;
mod file_size;
mod flanking;
mod body_diagnostics;
mod footnotes;
mod hrefs;
mod html;
mod images;
mod line_breaks;
mod link_advice;
mod lints;
mod lists;
mod mixed_digits;
mod numbering;
mod options;
mod plain_marks;
mod prescan;
mod proofread;
mod quotes;
mod sanitize;
mod spaced_links;
mod table;
mod typos;
mod writer;

pub use anchors::heading_id;
pub(crate) use anchors::{anchor_hash, leads_to_top};
pub use body::{Body, BodyContext, BodyWords, Facts, Heading};
pub use emphasis::{Repaired, without_helpers};
pub(crate) use file_size::{file_type, size_text};
pub(crate) use hrefs::LinkedItem;
pub(crate) use html::{HtmlTag, HtmlToken, escape, html_tokens, tag_end, unescape};
pub(crate) use images::{Picture, probe_image};
pub use lints::{Lint, fix_lints, lints};
pub use numbering::Numbered;
pub use options::OPTIONS;
pub(crate) use proofread::proofread;
pub(crate) use spaced_links::fix_spaced_links;
pub(crate) use typos::{fix_document, protected_parts, report_typos};
pub use typos::{fix_typos, typos};

use pulldown_cmark::{Parser, TextMergeWithOffset};

use crate::diagnostics::Diagnostics;
use crate::markdown::lints::Lints;
use crate::markdown::prescan::{has, needs_whole_texts};
use crate::markdown::writer::Writer;

/// Renders a Markdown body.
///
/// # Examples
///
/// ```
/// use prakat::diagnostics::{Diagnostics, Severity};
/// use prakat::markdown::{self, BodyContext, BodyWords};
/// # use std::path::Path;
/// # use prakat::config::read_settings;
/// # use prakat::content::ItemLoader;
/// # use prakat::site::{Absent, Resolver, Site};
/// # use prakat::source::Portal;
///
/// # let mut diagnostics = Diagnostics::default();
/// # let portal = Portal::at(Path::new(env!("CARGO_MANIFEST_DIR")));
/// # let settings = portal.read_text("site.toml", &mut diagnostics).unwrap();
/// # let config = std::sync::Arc::new(read_settings(&settings.text, &mut diagnostics).unwrap());
/// # let inventory = portal.inventory(&mut diagnostics);
/// # let loader = ItemLoader { portal: &portal, config: &config, inventory: &inventory };
/// # let item = loader.load("content/contact.md", &mut diagnostics).unwrap();
/// # let site = Site::assemble(config.clone(), Vec::new(), Absent::default(), Vec::new());
/// let context = BodyContext {
///     portal: &portal,
///     resolver: Resolver { site: &site, from: &item },
///     root: "../",
///     files_at: "contact/",
///     words: BodyWords::default(),
///     severity: Severity::Error,
/// };
/// let body = markdown::render("## เวลาทำการ\n\n**หมายเหตุ:**หยุดวันเสาร์", &context, &mut diagnostics);
///
/// let html = "<h2 id=\"เวลาทำการ\">เวลาทำการ</h2>\n<p><strong>หมายเหตุ:</strong>หยุดวันเสาร์</p>\n";
/// assert_eq!(body.html, html);
/// assert_eq!(body.headings[0].title, "เวลาทำการ");
/// ```
pub fn render(markdown: &str, context: &BodyContext, diagnostics: &mut Diagnostics) -> Body {
    let numbered = Numbered::new(markdown);
    let mut body_diagnostics = Diagnostics::default();
    let (mut body, clauses) = render_numbered(markdown, &numbered, context, &mut body_diagnostics);
    if clauses != numbered.clause_count() {
        // Markdown reads the lists differently, and the text would change. Better without them.
        let numbered = Numbered::as_written(markdown, numbered.problems);
        body_diagnostics = Diagnostics::default();
        (body, _) = render_numbered(markdown, &numbered, context, &mut body_diagnostics);
    }
    diagnostics.append(body_diagnostics);
    body
}

/// Renders a body after its clauses were found. Returns it with the number of clauses that became
/// list items.
fn render_numbered(
    markdown: &str,
    numbered: &Numbered,
    context: &BodyContext,
    diagnostics: &mut Diagnostics,
) -> (Body, usize) {
    let repaired = Repaired::new(&numbered.text);
    let needs_cleaning = repaired.has_helpers() || has(markdown, "&#");
    let mut writer = Writer::new(markdown, context, numbered, diagnostics);
    let mut lints = Lints::new(markdown);
    let events = Parser::new_ext(&repaired.text, OPTIONS).into_offset_iter();
    let mut write = |(event, range)| {
        let event = if needs_cleaning { without_helpers(event) } else { event };
        let range = numbered.original(repaired.original(range));
        lints.event(&event, &range);
        writer.event(event, range);
    };
    if needs_whole_texts(markdown) {
        TextMergeWithOffset::new(events).for_each(&mut write);
    } else {
        events.for_each(&mut write);
    }
    let clauses = writer.numbered_items;
    let lints = lints.finish();
    (writer.finish(&lints), clauses)
}
