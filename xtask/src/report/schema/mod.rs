//! The form of report.json as a JSON schema, made from the types of the model and their documentation.
//!
//! The copy beside this file is what others may link to, and a test holds it to the types. What a version promises stands
//! in promises.txt: while the version stays nothing there may break.

#[cfg(test)]
mod check;
#[cfg(test)]
mod tests;

use super::model::Model;
use schemars::generate::SchemaSettings;

/// The schema, as it lies beside report.json.
pub(crate) fn schema() -> String {
    // Of what is written, not of what is taken: a field that is always there is required, also where it may be null.
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Model>();
    schema.insert("title".into(), "report.json of async-kata".into());
    let schema = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    schema + "\n"
}
