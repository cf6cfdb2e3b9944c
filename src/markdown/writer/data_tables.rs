//! Writes tables from files.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::Event;
use sha2::{Digest, Sha256};

use crate::config::LanguageId;
use crate::content::{
    CellValue, DataColumn, DataTable, TableBlock, TableInput, TableSpec, read_spec, read_table,
};
use crate::diagnostics::{Code, Diagnostic, Place, closest};
use crate::files::MAX_FILE;
use crate::markdown::charts::{ChartContext, ChartProblem, chart};
use crate::markdown::data_table::{
    ItemLink, TableAddresses, TableFormat, TablePage, downloads, figure,
};
use crate::markdown::sanitize::TABLE_MARK;
use crate::markdown::writer::Writer;
use crate::markdown::writer::open::OpenTableBlock;
use crate::site::{LinkTarget, Resolver, encode, may_hold_address, spells_addresses};
use crate::text::{folded, is_text, media_type, nfc};

/// A table that was read from a file.
struct ReadTable {
    spec: TableSpec,
    table: DataTable,
}

impl<'a> Writer<'a, '_> {
    /// Adds an event of a block that describes a table. At its end the table is written.
    pub(super) fn in_table_block(&mut self, event: &Event<'a>) {
        match (event, &mut self.table_block) {
            (Event::Text(text), Some(block)) => block.text.push_str(text),
            (Event::End(_), _) => self.end_table_block(),
            _ => {}
        }
    }

    fn end_table_block(&mut self) {
        let Some(block) = self.table_block.take() else { return };
        self.last_table = 0..usize::MAX;
        let Some(read) = self.read_data_table(&block) else { return };
        let html = self.data_table(&read);
        let html = match &self.placeholders {
            // Cleaning would change it. The table is inserted after it.
            Some(_) => {
                self.cleaned_tables.push(html);
                format!("{TABLE_MARK}{}{TABLE_MARK}\n", self.cleaned_tables.len() - 1)
            }
            None => html,
        };
        self.events.push(Event::Html(html.into()));
    }

    /// Reads the block and its file. Returns `None` after a mistake, which is reported.
    fn read_data_table(&mut self, block: &OpenTableBlock) -> Option<ReadTable> {
        if let Err(help) = self.table_budget.take() {
            if let Some(help) = help {
                self.diagnostics.report(Code::TableSize, block.range.clone(), |d| d.help(help));
            }
            return None;
        }
        let spec = self.read_block(block)?;
        let context = self.context;
        let Resolver { site, from } = context.resolver;
        let Some(file) = from.file_number(&spec.file.name) else {
            self.report_missing_file(&spec.file.name, &spec.file.place);
            return None;
        };
        let path = format!("{}{}", from.folder(), from.files[file].name);
        let bytes = match context.portal.read_whole(&path, MAX_FILE) {
            Ok(bytes) => bytes,
            Err(unreadable) => {
                self.diagnostics.push_at(unreadable);
                return None;
            }
        };
        self.read_files.push((file, Sha256::digest(&bytes).into()));
        let item = |written: &str| match context.resolver.resolve(written) {
            LinkTarget::Item(id, _) => Some(site.item(id).path.clone()),
            LinkTarget::Withheld(Some(stub), _) => Some(site.withheld[stub as usize].path.clone()),
            _ => None,
        };
        let input = TableInput {
            config: &site.config,
            path: &path,
            file,
            bytes: &bytes,
            severity: context.severity,
            item: &item,
        };
        let table = read_table(&spec, &input, self.diagnostics.all());
        self.table_budget.spend(table.as_ref().map(|table| table.rows.len()), bytes.len());
        let table = table?;
        Some(ReadTable { spec, table })
    }

    /// Reports a file that is not in the item's folder, with the one that was probably meant.
    fn report_missing_file(&mut self, name: &str, place: &Place) {
        let known = || self.context.resolver.from.files.iter().map(|file| file.name.as_ref());
        let same = known().find(|known| folded(known) == folded(name));
        let error = Diagnostic::error(Code::MissingFile, place.clone()).arg("value", name);
        let error = match same.or_else(|| closest(name, known())) {
            Some(near) => error.arg("suggestion", near).help("help-suggestion"),
            None => error,
        };
        self.diagnostics.push_at(error);
    }

    fn read_block(&mut self, block: &OpenTableBlock) -> Option<TableSpec> {
        let (body, range) = (self.diagnostics.markdown, block.range.clone());
        let Some(yaml) = lines_below_fence(body, &range, &block.text) else {
            self.diagnostics.report(Code::TableSyntax, range, |d| d.help("help-quote"));
            return None;
        };
        let from = self.context.resolver.from;
        let written = TableBlock {
            path: &from.path,
            body,
            body_line: from.body_line,
            range,
            yaml,
            severity: self.context.severity,
        };
        read_spec(&written, self.diagnostics.all())
    }

    /// Returns a table as HTML, and keeps the files that it can be downloaded as.
    fn data_table(&mut self, read: &ReadTable) -> String {
        let ReadTable { spec, table } = read;
        self.tables += 1;
        self.data_tables += 1;
        self.destinations.files.push(table.file);
        self.report_addresses_in_table(read);
        let items = self.items_in_table(table);
        self.report_withheld_items(table, &items);
        let context = self.context;
        let from = context.resolver.from;
        let config = &context.resolver.site.config;
        let language = config.languages[usize::from(from.language)].code.as_str();
        let format = TableFormat::new(table, config, language, items);
        let translated = (from.language != LanguageId::OWN).then_some(language);
        let sheet = spec.sheet.as_ref().map(|sheet| sheet.name.as_ref());
        let stem = self.download_names.take(&spec.file.name, sheet, translated);
        let file = &from.files[table.file];
        let url = context.resolver.site.absolute(&from.url);
        let files = downloads(&stem, (&url, &file.name), spec, table, &format);
        let chart = self.chart(read, &format);
        let page = TablePage {
            config,
            language,
            root: context.root,
            words: context.words.data_table,
            number: self.data_tables,
            chart: &chart,
        };
        let addresses = TableAddresses {
            folder: &format!("{}{}", context.root, encode(context.files_at)),
            encoded: &encode(&nfc(&file.name)),
            size: file.size,
            downloads: &files,
            paths: &[encode(&files[0].path), encode(&files[1].path)],
        };
        let (html, is_cut) = figure(spec, table, &format, &page, &addresses);
        self.has_long_table |= is_cut;
        self.table_files.extend(files);
        html
    }

    /// Returns the chart above a table. Returns an empty text if there is none. Reports why it cannot be drawn.
    fn chart(&mut self, read: &ReadTable, format: &TableFormat) -> String {
        let ReadTable { spec, table } = read;
        let Some(kind) = spec.chart else { return String::new() };
        let shown = |column: &DataColumn, cell: &CellValue| format.shown(table, column, cell);
        let id = format!("pk-chart-{}", self.data_tables);
        let context = ChartContext {
            id: &id,
            title: &spec.caption,
            words: self.context.words.chart,
            shown: &shown,
        };
        match chart(table, kind, &context) {
            Ok(html) => {
                self.has_chart = true;
                html
            }
            Err(problem) => {
                self.report_chart(&problem, &spec.range);
                String::new()
            }
        }
    }

    /// Reports why a table cannot be drawn, at the line of its block that asks for a chart.
    fn report_chart(&mut self, problem: &ChartProblem, block: &Range<usize>) {
        let written = &self.diagnostics.markdown[block.clone()];
        let at = written.find("chart:").map_or(0, |at| block.start + at);
        let range = if at > 0 { at..at + "chart".len() } else { block.clone() };
        self.diagnostics.report(Code::TableBlock, range, |d| {
            let d = d.arg("key", "chart");
            let number = |n: &usize| n.to_string();
            match problem {
                ChartProblem::NoNumbers => d.help("help-chart-numbers"),
                ChartProblem::ManySeries { limit } => {
                    d.arg("limit", number(limit)).help("help-chart-columns")
                }
                ChartProblem::Points { count, limit } => {
                    let d = d.arg("count", number(count)).arg("limit", number(limit));
                    d.help("help-chart-rows")
                }
                ChartProblem::Units { column, other } => {
                    d.arg("column", &**column).arg("other", &**other).help("help-chart-units")
                }
                ChartProblem::Negative { column, line } => {
                    let d = d.arg("column", &**column).arg("line", line.to_string());
                    d.help("help-chart-negative")
                }
            }
        });
    }

    /// Returns links to the published items that the cells of a table name, by the paths of their Markdown files. A
    /// cell that names another item stays empty: its title must not be seen.
    fn items_in_table<'t>(&self, table: &'t DataTable) -> BTreeMap<&'t str, ItemLink> {
        let site = self.context.resolver.site;
        let cells = table.rows.iter().flat_map(|row| &row.cells);
        let mut items: BTreeMap<&str, Option<ItemLink>> = BTreeMap::new();
        for cell in cells {
            let CellValue::Item(path) = cell else { continue };
            items.entry(path).or_insert_with(|| {
                let item = site.item(site.by_path(path)?);
                Some(ItemLink {
                    title: item.title.to_string(),
                    href: format!("{}{}", self.context.root, encode(&item.url)),
                    url: site.absolute(&item.url),
                })
            });
        }
        items.into_iter().filter_map(|(path, link)| Some((path, link?))).collect()
    }

    /// Reports cells that name items which are not published: the page does not show them, but the file can be
    /// downloaded.
    fn report_withheld_items(&mut self, table: &DataTable, items: &BTreeMap<&str, ItemLink>) {
        for row in &table.rows {
            for cell in &row.cells {
                let CellValue::Item(path) = cell else { continue };
                if items.contains_key(path.as_ref()) || self.address_checks_left == 0 {
                    continue;
                }
                self.address_checks_left -= 1;
                let place = self.place_of_row(table.file, row.line);
                let warning = Diagnostic::warning(Code::WithheldAddress, place);
                let warning = warning.arg("link", path.as_ref()).help("help-table");
                self.diagnostics.push_at(warning);
            }
        }
    }

    /// Returns the place of a row in its file. Rows of a workbook have no lines.
    fn place_of_row(&self, file: usize, line: u32) -> Place {
        let from = self.context.resolver.from;
        let name = &from.files[file].name;
        let place = Place::file(&format!("{}{name}", from.folder()));
        if is_text(media_type(name)) { Place { line, ..place } } else { place }
    }

    /// Reports addresses of withheld items in the texts of a table. They are on the page and in its downloads.
    fn report_addresses_in_table(&mut self, read: &ReadTable) {
        let ReadTable { spec, table } = read;
        let block = self.diagnostics.place(spec.range.clone());
        let around = std::iter::once(&spec.caption)
            .chain(spec.notes.iter().chain(&table.notes))
            .map(|text| (text, &block));
        let heads = table.columns.iter().map(|column| (&column.label, &block));
        for (text, place) in around.chain(heads) {
            self.report_addresses_at(text, place);
        }
        for row in &table.rows {
            for cell in &row.cells {
                if let CellValue::Text(text) = cell
                    && may_hold_address(text)
                {
                    self.report_addresses_at(text, &self.place_of_row(table.file, row.line));
                }
            }
        }
    }

    fn report_addresses_at(&mut self, text: &str, place: &Place) {
        let resolver = self.context.resolver;
        let host = resolver.site.config.base_url.host();
        if self.address_checks_left == 0 || !may_hold_address(text) || !spells_addresses(text, host)
        {
            return;
        }
        self.address_checks_left -= 1;
        for word in resolver.withheld_in(text) {
            let warning = Diagnostic::warning(Code::WithheldAddress, place.clone());
            self.diagnostics.push_at(warning.arg("link", word));
        }
    }
}

/// Returns the range of the lines of a block below its fence, with their indentation. Returns `None` if there are
/// other marks in front of them: in a quotation.
fn lines_below_fence(body: &str, block: &Range<usize>, text: &str) -> Option<Range<usize>> {
    let below = body[block.clone()].find('\n').map_or(block.end, |at| block.start + at + 1);
    let mut end = below;
    for line in text.lines() {
        let written = body[end..].split_inclusive('\n').next().unwrap_or("");
        if written.trim() != line.trim() {
            return None;
        }
        end += written.len();
    }
    Some(below..end)
}
