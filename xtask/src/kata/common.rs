//! Hints for what can go wrong in every kata in the same way, where a kata's own words have none.

use super::course::KATAS;
use crate::out::{Exit, Failure};
use async_kata::kata::{Cause, Hints, hints_in};
use async_kata::scenarios::Lang;
use std::fs;
use std::path::Path;

/// Three of growing strength; `None` where the cause is the kata's own matter.
pub(super) fn hints(root: &Path, cause: Cause, lang: Lang) -> Result<Option<Hints>, Failure> {
    let path = root.join(KATAS).join(format!("common.{lang}.md"));
    let text = fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
    let hints = hints_in(&text)
        .map_err(|malformed| Failure::new(Exit::Internal, format!("{}: {malformed}", path.display())))?;
    Ok(hints.into_iter().find(|hints| hints.cause == Some(cause)))
}
