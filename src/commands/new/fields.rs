//! The lines of front matter for a declared kind.

use std::cmp::Ordering;

use crate::commands::bilingual::Bilingual;
use crate::commands::fill::{Values, fill};
use crate::commands::new::yaml_text::yaml_text;
use crate::config::{Bound, Config, Field, FieldType, Kind, Label};
use crate::report::ReportLanguage;
use crate::text::{Decimal, MAX_DECIMALS, width};

/// The column at which comments begin.
const COMMENT: usize = 36;

const NO_HINT: Bilingual = Bilingual { thai: "", english: "" };
const REQUIRED: Bilingual = Bilingual { thai: "ต้องมี", english: "required" };

/// What an editor is told of a type.
struct TypeRow {
    field_type: FieldType,
    /// What to write.
    hint: Bilingual,
}

/// What to write for each type. `{today}` is filled in.
const TYPES: [TypeRow; 16] = [
    TypeRow {
        field_type: FieldType::Lines,
        hint: Bilingual {
            thai: "หลายบรรทัด: พิมพ์ | แล้วขึ้นบรรทัดใหม่ที่ย่อหน้าเข้าไป",
            english: "several lines: type | and write below, indented",
        },
    },
    TypeRow {
        field_type: FieldType::Integer,
        hint: Bilingual { thai: "จำนวนเต็ม", english: "a whole number" },
    },
    TypeRow {
        field_type: FieldType::Decimal,
        hint: Bilingual { thai: "ตัวเลข", english: "a number" },
    },
    TypeRow {
        field_type: FieldType::Money,
        hint: Bilingual {
            thai: "จำนวนเงิน เช่น 1250.50", english: "an amount, such as 1250.50"
        },
    },
    TypeRow {
        field_type: FieldType::Percent,
        hint: Bilingual {
            thai: "ร้อยละ เช่น 7.5", english: "per cent, such as 7.5"
        },
    },
    TypeRow {
        field_type: FieldType::Date,
        hint: Bilingual {
            thai: "วันที่ เช่น {today}", english: "a day, such as {today}"
        },
    },
    TypeRow {
        field_type: FieldType::DateTime,
        hint: Bilingual {
            thai: "วันและเวลา เช่น {today}T12:00",
            english: "a day and a time, such as {today}T12:00",
        },
    },
    TypeRow {
        field_type: FieldType::Boolean,
        hint: Bilingual {
            thai: "true คือใช่ false คือไม่ใช่", english: "true or false"
        },
    },
    TypeRow {
        field_type: FieldType::Person,
        hint: Bilingual {
            thai: "รหัสใน [people] ของ site.toml",
            english: "an id under [people] in site.toml",
        },
    },
    TypeRow { field_type: FieldType::Unit, hint: NO_HINT },
    TypeRow {
        field_type: FieldType::Item,
        hint: Bilingual {
            thai: "เรื่องอื่นในเว็บไซต์นี้ เขียนเหมือนลิงก์ เช่น ../news/flood.md",
            english: "another item, written as in a link: ../news/flood.md",
        },
    },
    TypeRow {
        field_type: FieldType::Url,
        hint: Bilingual {
            thai: "ที่อยู่เว็บ https://…", english: "a web address: https://…"
        },
    },
    TypeRow {
        field_type: FieldType::Phone,
        hint: Bilingual {
            thai: "เช่น 0 5600 0101 หมายเลขสั้นให้ใส่ในเครื่องหมายคำพูด เช่น \"1567\"",
            english: "such as 0 5600 0101; a short number in quotation marks: \"1567\"",
        },
    },
    TypeRow { field_type: FieldType::Email, hint: NO_HINT },
    TypeRow {
        field_type: FieldType::File,
        hint: Bilingual {
            thai: "ชื่อไฟล์ที่วางไว้ข้างไฟล์นี้ เช่น notice.pdf",
            english: "a file next to this one, such as notice.pdf",
        },
    },
    TypeRow {
        field_type: FieldType::Picture,
        hint: Bilingual {
            thai: "ชื่อไฟล์ภาพที่วางไว้ข้างไฟล์นี้ เช่น photo.jpg",
            english: "a picture next to this file, such as photo.jpg",
        },
    },
];

/// Writes the lines of a kind.
pub(super) struct KindLines<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The language of comments.
    pub language: ReportLanguage,
    /// The values of placeholders.
    pub values: &'a Values,
}

impl KindLines<'_> {
    /// Returns the lines. Values are empty, and rows of lists are comments with an example.
    pub(super) fn of(&self, kind: &Kind) -> String {
        let mut lines = Vec::new();
        if kind.fields.iter().any(needs_fiscal_year) {
            lines.push("fiscal_year: {fiscal_year}".to_owned());
        }
        lines.push(format!("kind: {}", yaml_text(&kind.id)));
        if !kind.fields.is_empty() {
            lines.push("extra:".to_owned());
        }
        for field in &kind.fields {
            lines.extend(self.notes(field, "  # "));
            lines.push(self.line(&format!("  {}:", field.id), field));
            match &field.field_type {
                FieldType::Group(fields) => lines.extend(self.rows(fields, field.is_list)),
                _ if field.is_list => lines.push(format!("  #- {}", self.example(field))),
                _ => {}
            }
        }
        lines.join("\n") + "\n"
    }

    /// Returns the fields of a group as a comment.
    fn rows(&self, fields: &[Field], is_list: bool) -> Vec<String> {
        let mut rows = Vec::new();
        for (n, field) in fields.iter().enumerate() {
            let mark = if is_list && n == 0 { "  #- " } else { "  #  " };
            let value = match field.is_list {
                true => format!("[{}]", self.example(field)),
                false => self.example(field),
            };
            rows.push(self.line(&format!("{mark}{}: {value}", field.id), field));
        }
        rows
    }

    /// Returns the help of a field and the words of a closed list, a line for each.
    fn notes(&self, field: &Field, mark: &str) -> Vec<String> {
        let help = self.text(&field.help);
        let mut notes: Vec<String> = help
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| format!("{mark}{line}"))
            .collect();
        if let FieldType::Choice(choices) = &field.field_type {
            notes.extend(choices.iter().map(|choice| match self.text(&choice.label) {
                label if label == choice.id => format!("{mark}- {}", choice.id),
                label => format!("{mark}- {} = {label}", choice.id),
            }));
        }
        notes
    }

    /// Returns a line with the label of its field and what is to be written.
    fn line(&self, line: &str, field: &Field) -> String {
        let label = self.text(&field.label).split_whitespace().collect::<Vec<_>>().join(" ");
        let required = REQUIRED.in_language(self.language);
        let mark = if field.is_required { format!(" ({required})") } else { String::new() };
        let hint =
            type_row(&field.field_type).map_or("", |row| row.hint.in_language(self.language));
        let hint = if hint.is_empty() { String::new() } else { format!(": {hint}") };
        let gap = COMMENT.saturating_sub(width(line)).max(1);
        format!("{line}{}# {label}{mark}{hint}", " ".repeat(gap))
    }

    /// Returns an example of a value.
    fn example(&self, field: &Field) -> String {
        match &field.field_type {
            FieldType::Choice(choices) => {
                yaml_text(choices.first().map_or("", |choice| choice.id.as_str()))
            }
            number if number.decimals().is_some() => within_bounds(field, number.example()),
            other if other.example().is_empty() => yaml_text(self.text(&field.label)),
            other => fill(other.example(), self.values),
        }
    }

    fn text<'l>(&self, label: &'l Label) -> &'l str {
        let own = self.config.languages.first().map_or("", |language| language.code.as_str());
        label.in_language(self.language.tag(), own)
    }
}

fn type_row(field_type: &FieldType) -> Option<&'static TypeRow> {
    TYPES.iter().find(|row| row.field_type == *field_type)
}

/// Returns the example, or the bound of the field that it exceeds.
fn within_bounds(field: &Field, example: &str) -> String {
    let Ok(number) = Decimal::parse(example, MAX_DECIMALS) else { return example.to_owned() };
    let bounds = [(field.min, Ordering::Greater), (field.max, Ordering::Less)];
    let exceeded = |(bound, side): (Option<Bound>, Ordering)| {
        bound.filter(|bound| bound.compare(number) == side)
    };
    bounds.into_iter().find_map(exceeded).unwrap_or(number).to_string()
}

/// Returns whether a field, or one of its group, is within the item's fiscal year.
fn needs_fiscal_year(field: &Field) -> bool {
    field.is_within_fiscal_year || field.inner().iter().any(needs_fiscal_year)
}

/// Returns whether a field has files of the item's folder.
pub(super) fn has_files(kind: &Kind) -> bool {
    let is_file = |field: &Field| matches!(field.field_type, FieldType::File | FieldType::Picture);
    kind.fields.iter().any(|field| is_file(field) || field.inner().iter().any(is_file))
}
