//! Whether a learner's file is built from the shim alone: what it takes from elsewhere loom would not see.

use async_kata::kata::{Cause, Wrong};
use proc_macro2::{TokenStream, TokenTree};

/// A word that a file built from the shim does not have, and what it stands for.
const UNSEEN: &[(&str, &str)] = &[
    ("sync", "`std::sync`"),
    ("thread", "`std::thread`"),
    ("thread_local", "a variable of a thread"),
    ("static", "a static"),
    ("async_kata", "`async_kata`"),
    ("tokio", "`tokio`"),
    ("async_lock", "`async_lock`"),
    ("parking_lot", "`parking_lot`"),
    ("futures", "`futures`"),
    ("loom", "`loom`"),
];

/// Nothing but the shim, and what is no synchronization.
///
/// # Errors
/// At the first line that says something else. A file that rustc understands and this does not is none of its business.
pub fn only_the_shim(source: &str) -> Result<(), Wrong> {
    let Ok(tokens) = source.parse::<TokenStream>() else { return Ok(()) };
    let Some((line, what)) = first_unseen(tokens) else { return Ok(()) };
    let message =
        format!("{what} is used in line {line}, and loom does not see it: build from `super::given::shim` alone");
    Err(Wrong::new(Cause::Outcome, message).at_line(u32::try_from(line).ok()))
}

fn first_unseen(tokens: TokenStream) -> Option<(usize, &'static str)> {
    let mut after_quote = false;
    for token in tokens {
        // `'static` is a lifetime.
        let is_lifetime =
            std::mem::replace(&mut after_quote, matches!(&token, TokenTree::Punct(p) if p.as_char() == '\''));
        let found = match token {
            TokenTree::Group(group) => first_unseen(group.stream()),
            TokenTree::Ident(word) if !is_lifetime => {
                let unseen = UNSEEN.iter().find(|(unseen, _)| word == unseen);
                unseen.map(|(_, what)| (word.span().start().line, *what))
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}
