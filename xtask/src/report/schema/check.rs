//! A small judge of JSON by its schema, for tests: it knows exactly the words that our schema uses.
//!
//! The kept libraries for this bring 45 crates each, for one file whose schema is made by our own types.

use serde_json::{Map, Value};

/// Where a value is not as its schema says. A field that the schema does not name is a complaint, too, and so is a word of
/// the schema that this judge does not know.
pub(super) fn complaints(root: &Value, value: &Value) -> Vec<String> {
    let mut judge = Judge { root, complaints: Vec::new() };
    judge.look(root, value, "");
    judge.complaints
}

struct Judge<'a> {
    root: &'a Value,
    complaints: Vec<String>,
}

impl<'a> Judge<'a> {
    fn look(&mut self, schema: &'a Value, value: &Value, at: &str) {
        let Some(words) = schema.as_object() else {
            return self.complain(at, format!("no schema: {schema}"));
        };
        for (word, says) in words {
            match word.as_str() {
                "$schema" | "$defs" | "title" | "description" | "default" | "format" => {}
                "$ref" => match says.as_str().and_then(|path| self.root.pointer(path.strip_prefix('#')?)) {
                    Some(schema) => self.look(schema, value, at),
                    None => self.complain(at, format!("{says} leads nowhere")),
                },
                "type" => self.type_of(says, value, at),
                "const" if says != value => self.complain(at, format!("{value} is not {says}")),
                "enum" if !items(says).contains(value) => self.complain(at, format!("{value} is none of {says}")),
                "minimum" if value.is_number() && value.as_f64() < says.as_f64() => {
                    self.complain(at, format!("{value} is below {says}"))
                }
                "minItems" if value.is_array() && items(value).len() < count(says) => {
                    self.complain(at, format!("fewer than {says}"))
                }
                "maxItems" if items(value).len() > count(says) => self.complain(at, format!("more than {says}")),
                "const" | "enum" | "minimum" | "minItems" | "maxItems" => {}
                "anyOf" | "oneOf" => self.one_of(items(says), value, at),
                "properties" => self.properties(says, value, at),
                // A map has values of one kind under names of any; `false` says what is complained of anyway.
                "additionalProperties" if says.is_object() => self.others(words.get("properties"), says, value, at),
                "additionalProperties" => {}
                "required" => self.required(items(says), value, at),
                "items" => items(value)
                    .iter()
                    .enumerate()
                    .for_each(|(nth, item)| self.look(says, item, &format!("{at}/{nth}"))),
                "prefixItems" => {
                    let each = items(says).iter().zip(items(value)).enumerate();
                    each.for_each(|(nth, (schema, item))| self.look(schema, item, &format!("{at}/{nth}")));
                }
                unknown => self.complain(at, format!("the judge does not know `{unknown}`: teach it in check.rs")),
            }
        }
    }

    fn complain(&mut self, at: &str, complaint: String) {
        self.complaints.push(format!("{}: {complaint}", if at.is_empty() { "/" } else { at }));
    }

    fn type_of(&mut self, says: &Value, value: &Value, at: &str) {
        let is = |name: &Value| match name.as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_u64() || value.is_i64(),
            Some("null") => value.is_null(),
            _ => false,
        };
        if !is(says) && !items(says).iter().any(is) {
            self.complain(at, format!("{value} is no {says}"));
        }
    }

    fn one_of(&mut self, schemas: &'a [Value], value: &Value, at: &str) {
        let mut told = Vec::new();
        for schema in schemas {
            let mut judge = Judge { root: self.root, complaints: Vec::new() };
            judge.look(schema, value, at);
            if judge.complaints.is_empty() {
                return;
            }
            told.extend(judge.complaints);
        }
        self.complain(at, format!("is none of these: {}", told.join("; ")));
    }

    fn properties(&mut self, says: &'a Value, value: &Value, at: &str) {
        for (name, value) in fields(value) {
            match says.get(name) {
                Some(schema) => self.look(schema, value, &format!("{at}/{name}")),
                None => self.complain(at, format!("the schema does not name `{name}`")),
            }
        }
    }

    fn others(&mut self, named: Option<&Value>, says: &'a Value, value: &Value, at: &str) {
        let others = fields(value).filter(|(name, _)| named.is_none_or(|named| named.get(*name).is_none()));
        others.for_each(|(name, value)| self.look(says, value, &format!("{at}/{name}")));
    }

    fn required(&mut self, names: &[Value], value: &Value, at: &str) {
        for name in names.iter().filter_map(Value::as_str).filter(|name| value.is_object() && value.get(name).is_none())
        {
            self.complain(at, format!("`{name}` is missing"));
        }
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn count(value: &Value) -> usize {
    value.as_u64().map_or(0, |count| count as usize)
}

/// What a schema promises: a line for each field of each type, and for each word that a name may be.
pub(super) fn promises(root: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let named = root["$defs"].as_object().into_iter().flat_map(Map::iter).map(|(name, schema)| (name.as_str(), schema));
    for (name, schema) in [("Model", root)].into_iter().chain(named) {
        let variants = items(&schema["oneOf"]).iter();
        for schema in [schema].into_iter().chain(variants) {
            let words = items(&schema["enum"]).iter().chain(schema.get("const"));
            lines.extend(words.map(|word| format!("{name} may be {word}")));
            let variant = schema["properties"]["status"]["const"].as_str();
            let of = variant.map_or_else(|| name.to_string(), |variant| format!("{name} {variant}"));
            for (field, says) in fields(&schema["properties"]) {
                let always = items(&schema["required"]).iter().any(|required| required == field);
                lines.push(format!(
                    "{of}.{field}: {}{}",
                    shape(says),
                    if always { "" } else { ", or it is not there" }
                ));
            }
        }
    }
    lines.sort();
    lines
}

/// A type in a few words: `integer`, `Both`, `string or null`, `list of Entry`.
fn shape(schema: &Value) -> String {
    if let Some(word) = schema.get("const") {
        return word.to_string();
    }
    if let Some(path) = schema["$ref"].as_str() {
        return path.trim_start_matches("#/$defs/").into();
    }
    if let Some(any) = schema.get("anyOf") {
        return items(any).iter().map(shape).collect::<Vec<_>>().join(" or ");
    }
    let of = |items: String| format!("list of {items}");
    let name = |name: &Value| match name.as_str() {
        Some("array") if schema.get("prefixItems").is_some() => {
            of(items(&schema["prefixItems"]).iter().map(shape).collect::<Vec<_>>().join(" and "))
        }
        Some("array") => of(shape(&schema["items"])),
        other => other.unwrap_or("anything").to_string(),
    };
    match &schema["type"] {
        Value::Array(names) => names.iter().map(name).collect::<Vec<_>>().join(" or "),
        one => name(one),
    }
}
