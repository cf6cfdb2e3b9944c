//! Turns Markdown files into [`Item`]s: front matter, files, seal and signature, without the body.

mod byte_change;
mod copies;
mod copy_marks;
mod cut_texts;
mod details;
mod document;
mod field_value;
mod fields;
mod front_matter;
mod front_matter_source;
mod item;
mod key_shapes;
mod kinds;
mod lines;
mod listed_texts;
mod loader;
mod path;
mod people;
mod proof;
mod rewritten;
mod seal;
mod slug;
mod tables;
mod unread;
mod yaml;
mod yaml_numbers;
mod yaml_slips;

pub(crate) use byte_change::{ByteChange, with_lf};
pub(crate) use copies::{may_be_copy, report_copied_files};
pub use cut_texts::report_cut_texts;
pub use document::Document;
pub(crate) use field_value::is_alternative;
pub use field_value::{FieldMap, FieldValue, FieldValues};
pub use front_matter::{FrontMatter, KEYS, read, split_front_matter};
pub(crate) use front_matter::{KEY_SHAPES, Parts};
pub use front_matter_source::FrontMatterSource;
pub use item::{Approval, Correction, Details, Item, ItemFile, Seal, Window, WrittenInstant};
pub(crate) use item::{BODY, FRONT_MATTER, ItemPart, Role, Signature};
pub(crate) use key_shapes::{KeyShape, MapKey};
pub(crate) use kinds::{OBLIGATION_KEYS, Obligation, PlanLevel, months_of_row, plan_total};
pub use loader::ItemLoader;
pub(crate) use loader::Version;
pub(crate) use path::{folder_of, join, owns_folder, stem_of};
pub use seal::seal_of;
pub(crate) use slug::value_slug;
pub(crate) use tables::{
    CellValue, ChartKind, ColumnType, DataColumn, DataRow, DataTable, SHOWN_ROWS, TableBlock,
    TableInput, TableSpec, read_spec, read_table,
};
pub(crate) use unread::addresses_of_unread;
pub use yaml::yaml_keys;
pub(crate) use yaml::{YamlStep, parse_yaml, place_of_key, same_yaml_shape};
