//! The HTML of a table from a file.

use jiff::civil::Date;

use crate::config::Config;
use crate::content::{CellValue, ChartKind, DataColumn, DataRow, DataTable, SHOWN_ROWS, TableSpec};
use crate::markdown::charts::BarScale;
use crate::markdown::data_table::format::TableFormat;
use crate::markdown::data_table::{TableFile, TableWords};
use crate::markdown::file_size::type_and_size;
use crate::markdown::html::escape;
use crate::markdown::table_layout::{TableColumns, TableLayout};
use crate::text::{Decimal, media_type, shown_month, shown_year};

/// What a table needs of the page that it is on.
#[derive(Clone, Copy)]
pub(in crate::markdown) struct TablePage<'a> {
    /// The settings of the portal.
    pub config: &'a Config,
    /// The language of the page.
    pub language: &'a str,
    /// The relative path to the site's root.
    pub root: &'a str,
    /// Words around the table.
    pub words: TableWords<'a>,
    /// The number of the table on the page, from 1.
    pub number: usize,
    /// The chart above the table, as HTML. Empty if there is none.
    pub chart: &'a str,
}

/// Where the files of a table are.
#[derive(Clone, Copy)]
pub(in crate::markdown) struct TableAddresses<'a> {
    /// The URL of the folder of the item's files, relative to the page and encoded.
    pub folder: &'a str,
    /// The name of the file that the table was read from, encoded.
    pub encoded: &'a str,
    /// The size of that file.
    pub size: u64,
    /// The files that the table can be downloaded as: for spreadsheets, and for programs.
    pub downloads: &'a [TableFile; 2],
    /// The paths of these below the folder, encoded.
    pub paths: &'a [String; 2],
}

/// Returns the HTML of a table, and whether it has more rows than it shows.
pub(in crate::markdown) fn figure(
    spec: &TableSpec,
    table: &DataTable,
    format: &TableFormat,
    page: &TablePage,
    addresses: &TableAddresses,
) -> (String, bool) {
    let count = spec.rows.map_or(SHOWN_ROWS, |rows| rows as usize).min(table.rows.len());
    let layout = layout(table, format, &table.rows[..count]);
    let writer = FigureWriter { spec, table, format, page, addresses, count, layout };
    (writer.figure(), count < table.rows.len())
}

struct FigureWriter<'a> {
    spec: &'a TableSpec,
    table: &'a DataTable,
    format: &'a TableFormat<'a>,
    page: &'a TablePage<'a>,
    addresses: &'a TableAddresses<'a>,
    /// How many rows are shown.
    count: usize,
    layout: TableLayout,
}

/// Returns how a table with these rows is laid out where it has little room.
fn layout(table: &DataTable, format: &TableFormat, rows: &[DataRow]) -> TableLayout {
    let mut widths = TableColumns::default();
    for column in &table.columns {
        widths.add_head(&format.head(column));
    }
    for row in rows {
        for (n, cell) in row.cells.iter().enumerate() {
            widths.add_cell(n, &format.text((&table.columns[n], format.decimals[n]), cell));
        }
    }
    widths.layout()
}

impl FigureWriter<'_> {
    fn figure(&self) -> String {
        let mut out = String::from("<figure class=\"table\" data-prakat=\"table\"");
        if self.is_cut() {
            self.data_for_script(&mut out);
        }
        let id = format!("pk-table-{}", self.page.number);
        out.push_str(&format!(">\n<figcaption id=\"{id}\">"));
        escape(&self.spec.caption, &mut out);
        out.push_str("</figcaption>\n");
        out.push_str(self.page.chart);
        if self.is_cut() {
            self.filter(&mut out);
        }
        let TableLayout { frame, table: class, .. } = &self.layout;
        out.push_str(&format!(
            "<div class=\"{frame}\" role=\"group\" tabindex=\"0\" aria-labelledby=\"{id}\"><table"
        ));
        if !class.is_empty() {
            out.push_str(&format!(" class=\"{class}\""));
        }
        out.push_str(&format!(" aria-labelledby=\"{id}\">"));
        self.head(&mut out);
        self.body(&mut out);
        self.foot(&mut out);
        out.push_str("</table></div>\n");
        if self.is_cut() {
            self.first_rows(&mut out);
        }
        self.notes(&mut out);
        self.downloads(&mut out);
        out.push_str("</figure>\n");
        out
    }

    /// Returns whether rows are left out.
    fn is_cut(&self) -> bool {
        self.count < self.table.rows.len()
    }

    /// Writes what the script needs that shows further rows.
    fn data_for_script(&self, out: &mut String) {
        let TablePage { config, language, words, root, .. } = *self.page;
        let json = format!("{}{}", self.addresses.folder, self.addresses.paths[1]);
        let (rows, total) = (self.count.to_string(), self.table.rows.len().to_string());
        let months = months(language);
        let era = shown_year(0, config.calendar, language).to_string();
        let is_thai = self.format.in_digits("0".to_owned()) != "0";
        let base = config.base_url.full.as_str();
        let data = [
            ("json", json.as_str()),
            ("rows", &rows),
            ("total", &total),
            ("base", base),
            ("root", root),
            ("months", &months),
            ("era", &era),
            ("digits", if is_thai { "thai" } else { "arabic" }),
            ("found", words.found),
            ("none", words.none),
            ("page", words.page),
            ("prev", words.previous),
            ("next", words.next),
            ("pages", words.pages),
        ];
        for (name, value) in data {
            out.extend([" data-", name, "=\""]);
            escape(value, out);
            out.push('"');
        }
    }

    /// Writes the field that narrows the table. The script switches it on.
    fn filter(&self, out: &mut String) {
        let id = format!("pk-filter-{}", self.page.number);
        out.push_str("<div class=\"words\" data-prakat=\"table-filter\">");
        out.push_str(&format!("<label for=\"{id}\">"));
        escape(self.page.words.filter, out);
        out.push_str(&format!(
            "</label><input type=\"search\" id=\"{id}\" autocomplete=\"off\" disabled></div>\n"
        ));
    }

    fn head(&self, out: &mut String) {
        out.push_str("<thead><tr>");
        for (n, column) in self.table.columns.iter().enumerate() {
            let head = self.format.head(column);
            // A corner without text is the head of nothing (HTML Standard, 4.9.10).
            out.push_str(if head.is_empty() { "<td" } else { "<th scope=\"col\"" });
            self.classes(n, column, out);
            out.push('>');
            escape(&head, out);
            out.push_str(if head.is_empty() { "</td>" } else { "</th>" });
        }
        out.push_str("</tr></thead>\n<tbody>\n");
    }

    /// Writes the classes of a cell: whether it is a number, and whether it is that of its row.
    fn classes(&self, n: usize, column: &DataColumn, out: &mut String) {
        let is_row_number = n == 0 && self.layout.is_numbered && !self.layout.table.is_empty();
        out.push_str(match (is_row_number, column.column_type.is_number()) {
            (true, true) => " class=\"no r\"",
            (true, false) => " class=\"no\"",
            (false, true) => " class=\"r\"",
            (false, false) => "",
        });
    }

    fn body(&self, out: &mut String) {
        let bars = (self.spec.chart == Some(ChartKind::Bar)).then(|| BarScale::of(self.table));
        for row in &self.table.rows[..self.count] {
            self.row(row, bars.as_ref(), out);
        }
        out.push_str("</tbody>");
    }

    fn row(&self, row: &DataRow, bars: Option<&BarScale>, out: &mut String) {
        out.push_str("<tr>");
        let columns = self.table.columns.iter().zip(&self.format.decimals);
        for (n, ((column, decimals), cell)) in columns.zip(&row.cells).enumerate() {
            out.push_str(if column.is_row_head { "<th scope=\"row\"" } else { "<td" });
            self.classes(n, column, out);
            self.label(n, out);
            out.push('>');
            self.format.html((column, *decimals), cell, out);
            if let (Some(bars), CellValue::Number(number), false) = (bars, cell, row.is_total) {
                out.push_str(&bars.bar(n, *number));
            }
            out.push_str(if column.is_row_head { "</th>" } else { "</td>" });
        }
        out.push_str("</tr>\n");
    }

    /// Writes the label that a cell has where rows are shown as cards.
    fn label(&self, n: usize, out: &mut String) {
        if let Some(label) = self.layout.labels.get(n).filter(|label| !label.is_empty()) {
            out.push_str(" data-l=\"");
            escape(label, out);
            out.push('"');
        }
    }

    /// Writes the row of totals. Its head spans the columns before the first sum.
    fn foot(&self, out: &mut String) {
        let Some(label) = &self.table.total_label else { return };
        let columns = &self.table.columns;
        let first = columns.iter().position(|column| column.total.is_some());
        let span = first.unwrap_or(columns.len()).max(1);
        let colspan = if span > 1 { format!(" colspan=\"{span}\"") } else { String::new() };
        out.push_str(&format!("\n<tfoot><tr><th scope=\"row\"{colspan}>"));
        let is_computed = label.is_empty();
        escape(if is_computed { self.page.words.total } else { label }, out);
        out.push_str("</th>");
        let cells = columns.iter().zip(&self.format.decimals).enumerate().skip(span);
        for (n, (column, decimals)) in cells {
            out.push_str(if column.column_type.is_number() { "<td class=\"r\"" } else { "<td" });
            self.label(n, out);
            out.push('>');
            if let Some(total) = column.total {
                escape(&self.format.number(column, *decimals, total), out);
            }
            out.push_str("</td>");
        }
        out.push_str("</tr></tfoot>");
    }

    /// Writes how many rows are shown and where the others are.
    fn first_rows(&self, out: &mut String) {
        let number = |n: usize| {
            let number = Decimal::from(u32::try_from(n).unwrap_or(u32::MAX));
            self.format.in_digits(number.shown(false))
        };
        let words = self.page.words.first_rows;
        let text = words.replace("{n}", &number(self.count));
        out.push_str("<p class=\"rows\" data-prakat=\"table-rows\" role=\"status\">");
        escape(&text.replace("{total}", &number(self.table.rows.len())), out);
        out.push_str("</p>\n");
    }

    fn notes(&self, out: &mut String) {
        let mut notes = self.table.notes.iter().chain(&self.spec.notes).peekable();
        if notes.peek().is_none() {
            return;
        }
        out.push_str("<ul class=\"notes\">\n");
        for note in notes {
            out.push_str("<li>");
            escape(note, out);
            out.push_str("</li>\n");
        }
        out.push_str("</ul>\n");
    }

    /// Writes the links to the file as it is and to the table in other formats, each with its size.
    fn downloads(&self, out: &mut String) {
        let TablePage { config, language, words, .. } = *self.page;
        let TableAddresses { folder, encoded, size, downloads, paths } = *self.addresses;
        let link = |href: &str, media: &str, text: &str, kind: &str, out: &mut String| {
            out.extend([" <a href=\"", folder, href, "\" type=\"", media, "\">"]);
            escape(text, out);
            out.push(' ');
            escape(kind, out);
            out.push_str("</a>");
        };
        let said = |name: &str, bytes: u64| type_and_size(name, bytes, config.digits, language);
        out.push_str("<p class=\"data\" data-prakat=\"table-files\">");
        escape(words.download, out);
        let file = &self.spec.file.name;
        link(encoded, media_type(file), words.original, &said(file, size), out);
        for ((file, path), word) in downloads.iter().zip(paths).zip([words.csv, words.json]) {
            let size = file.bytes.len() as u64;
            link(path, media_type(&file.path), word, &said(&file.path, size), out);
        }
        out.push_str("</p>\n");
    }
}

/// Returns the short names of the months in a language, with `|` between them. The text is empty if they
/// have no names.
fn months(language: &str) -> String {
    let names = (1..=12).filter_map(|month| {
        let (_, short) = shown_month(Date::new(2026, month, 1).ok()?, language);
        (!short.starts_with(|c: char| c.is_ascii_digit())).then_some(short)
    });
    names.collect::<Vec<String>>().join("|")
}
