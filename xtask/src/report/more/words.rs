//! The Ukrainian for the short English texts that records and the library have: a dictionary, by the text itself.

use super::Both;
use std::collections::HashMap;
use std::sync::LazyLock;

/// By the English text: who changes that must look at the Ukrainian too.
static UK: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let blocks = include_str!("uk.txt").split("\n\n").skip(1); // the first tells what this is
    blocks.filter_map(|block| block.trim().split_once('\n')).collect()
});

/// In both languages; in English alone where nobody has translated it, which a test sees.
pub(super) fn both(en: &str) -> Both {
    UK.get(en).map_or_else(|| Both::same(en), |uk| Both::new(en, *uk))
}
