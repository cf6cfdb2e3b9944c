//! The thread of an item for its page: the steps of one procedure, in order.

use tera::Value;

use crate::config::{FieldRole, KindId, LanguageId};
use crate::content::Item;
use crate::render::Renderer;
use crate::render::context::map;
use crate::site::{ItemId, Step, Thread};

impl Renderer<'_> {
    /// Returns the thread of an item. Returns nothing if it is alone.
    pub(super) fn thread(&self, id: ItemId) -> Value {
        let Some(Thread { field, value, steps }) = self.site.thread(id) else {
            return Value::none();
        };
        let (config, item) = (&self.site.config, self.site.item(id));
        let step = |step: &Step| self.step(item.language, *step, *step == Step::Item(id));
        map([
            ("label", Value::from(config.text(&field.label, item.language))),
            ("value", Value::from(value)),
            ("steps", Value::from(steps.iter().map(step).collect::<Vec<Value>>())),
        ])
    }

    /// Returns a thread of every kind of step, for a rehearsal. Returns nothing for an item whose kind has
    /// no threads.
    pub(super) fn rehearsed_thread(&self, item: &Item) -> Value {
        let Some(kind) = item.details.declared else { return Value::none() };
        let config = &self.site.config;
        let field = config.kinds.kind(kind).field_of_role(FieldRole::Thread);
        let Some((_, field)) = field else { return Value::none() };
        let language = item.language;
        let mut steps = vec![self.step(language, Step::Missing(kind), false)];
        if let Some(id) = self.site.everything(language).first() {
            let of_item = |is_current| self.step(language, Step::Item(*id), is_current);
            steps.extend([of_item(false), of_item(true)]);
        }
        map([
            ("label", Value::from(config.text(&field.label, language))),
            ("value", Value::from(field.id.as_str())),
            ("steps", Value::from(steps)),
        ])
    }

    fn step(&self, language: LanguageId, step: Step, is_current: bool) -> Value {
        let (kind, entry) = match step {
            Step::Item(id) => (self.site.item(id).details.declared, self.entry(id)),
            Step::Missing(kind) => (Some(kind), Value::none()),
        };
        let (kind, title) = kind.map_or(("", ""), |kind| self.kind_words(language, kind));
        map([
            ("kind", Value::from(kind)),
            ("kind_title", Value::from(title)),
            ("entry", entry),
            ("current", Value::from(is_current)),
            ("missing", Value::from(matches!(step, Step::Missing(_)))),
        ])
    }

    /// Returns the id and the title of a kind.
    fn kind_words(&self, language: LanguageId, kind: KindId) -> (&str, &str) {
        let config = &self.site.config;
        let kind = config.kinds.kind(kind);
        (&kind.id, config.text(&kind.title, language))
    }
}
