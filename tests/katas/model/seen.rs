//! Whether a learner's file is built from the shim alone: what it takes from elsewhere loom would not see.

use async_kata::kata::{Cause, Check, Wrong};
use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use std::collections::BTreeSet;

/// Words that a file built from the shim does not have, wherever they stand; what they stand for.
const UNSEEN: &[(&str, &str)] = &[
    ("sync", "`std::sync`"),
    ("thread", "`std::thread`"),
    ("thread_local", "a variable of a thread"),
    ("static", "a static"),
    ("extern", "another crate"),
    ("async_kata", "`async_kata`"),
    ("async_lock", "`async_lock`"),
    ("event_listener", "`event_listener`"),
    ("futures_core", "`futures_core`"),
    ("loom", "`loom`"),
    ("parking_lot", "`parking_lot`"),
    ("tokio", "`tokio`"),
    ("tokio_test", "`tokio_test`"),
    ("include", "another file"),
    ("include_str", "another file"),
    ("include_bytes", "another file"),
    ("concat_idents", "a name that is put together"),
];

/// What a path may begin with, beside the names that the file itself makes.
const ROOTS: &[&str] = &[
    "self", "given", "shim", "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
    "i64", "i128", "isize", "f32", "f64",
];

/// What may come from `std`, `core` and `alloc`: nothing in which threads meet, and nothing of the world outside.
const OF_STD: &[&str] = &[
    "alloc",
    "any",
    "array",
    "assert",
    "assert_eq",
    "assert_ne",
    "borrow",
    "boxed",
    "cell",
    "clone",
    "cmp",
    "collections",
    "convert",
    "debug_assert",
    "default",
    "error",
    "fmt",
    "format",
    "future",
    "hash",
    "hint",
    "iter",
    "marker",
    "matches",
    "mem",
    "num",
    "ops",
    "option",
    "panic",
    "pin",
    "primitive",
    "ptr",
    "rc",
    "result",
    "slice",
    "str",
    "string",
    "task",
    "time",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
];

/// Words behind which a path may begin with `::`.
const BEFORE: &[&str] = &[
    "as", "break", "dyn", "else", "for", "if", "impl", "in", "let", "match", "move", "mut", "ref", "return", "use",
    "where", "while",
];

/// Nothing but the shim, and what is no synchronization.
///
/// # Errors
/// At the first line that says something else. A file that rustc understands and this does not is none of its business.
pub fn only_the_shim(source: &str) -> Result<(), Wrong> {
    let Some((line, what)) = first_unseen(source) else { return Ok(()) };
    let message =
        format!("{what} is used in line {line}, and loom does not see it: build from `super::given::shim` alone");
    Err(Wrong::new(Cause::Outcome, message).at_line(u32::try_from(line).ok()))
}

/// The same check, for a file that is built from the shim alone; what is not is worth nothing here.
pub fn if_only_the_shim(check: Check, source: &'static str) -> Check {
    Check::new(check.name, check.points, check.says, move || match first_unseen(source) {
        None => check.run(),
        Some((line, what)) => {
            let message = format!("not looked at, because of {what} in line {line}");
            Err(Wrong::new(Cause::Outcome, message).at_line(u32::try_from(line).ok()))
        }
    })
}

/// A line, and what is wrong with it.
type Unseen = (usize, String);

fn first_unseen(source: &str) -> Option<Unseen> {
    let tokens: Vec<TokenTree> = source.parse::<TokenStream>().ok()?.into_iter().collect();
    let mut made = BTreeSet::new();
    names_made(&tokens, &mut made);
    Reader { made }.unseen(&tokens, 0)
}

/// The names of modules and `as`: what a path of this file may begin with, because it is looked at where it is made.
fn names_made(tokens: &[TokenTree], made: &mut BTreeSet<String>) {
    for (nth, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => names_made(&group.stream().into_iter().collect::<Vec<_>>(), made),
            TokenTree::Ident(word) if matches!(text(word).as_str(), "mod" | "as") => {
                made.extend(tokens.get(nth + 1).and_then(ident).map(text));
            }
            _ => {}
        }
    }
}

/// A raw identifier is the same word.
fn text(word: &Ident) -> String {
    let text = word.to_string();
    text.strip_prefix("r#").map(str::to_string).unwrap_or(text)
}

fn ident(token: &TokenTree) -> Option<&Ident> {
    if let TokenTree::Ident(word) = token { Some(word) } else { None }
}

fn is_punct(token: Option<&TokenTree>, char: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == char)
}

/// Whether `::` stands there.
fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let is_joint = matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint);
    is_joint && is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

/// Whether `::` stands before it.
fn is_after_colons(tokens: &[TokenTree], at: usize) -> bool {
    at >= 2 && is_colons(tokens, at - 2)
}

struct Reader {
    made: BTreeSet<String>,
}

impl Reader {
    /// `depth`: in how many modules of the file's own.
    fn unseen(&self, tokens: &[TokenTree], depth: usize) -> Option<Unseen> {
        tokens.iter().enumerate().find_map(|(at, token)| match token {
            TokenTree::Group(group) => {
                let is_mod = group.delimiter() == Delimiter::Brace
                    && at >= 2
                    && ident(&tokens[at - 2]).is_some_and(|word| text(word) == "mod");
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                self.unseen(&inside, depth + usize::from(is_mod))
            }
            // `'static` is a lifetime.
            TokenTree::Ident(_) if at > 0 && is_punct(tokens.get(at - 1), '\'') => None,
            TokenTree::Ident(word) => {
                let what = self.is_unseen(tokens, at, &text(word), depth)?;
                Some((word.span().start().line, what))
            }
            _ => None,
        })
    }

    fn is_unseen(&self, tokens: &[TokenTree], at: usize, word: &str, depth: usize) -> Option<String> {
        if let Some((_, what)) = UNSEEN.iter().find(|(unseen, _)| *unseen == word) {
            return Some((*what).to_string());
        }
        if word == "mod" && is_punct(tokens.get(at + 2), ';') {
            return Some("another file".to_string());
        }
        if word == "use" {
            return self.first_of_use(&tokens[at + 1..]);
        }
        let is_root = !BEFORE.contains(&word)
            && is_colons(tokens, at + 1)
            && !is_punct(tokens.get(at + 3), '<')
            && !goes_on(tokens, at);
        if is_root { self.root(&tokens[at..], word, depth) } else { None }
    }

    /// `use name;`, and `use {name, ...};`: a crate, without a `::` behind it.
    fn first_of_use(&self, tokens: &[TokenTree]) -> Option<String> {
        let tokens = if is_colons(tokens, 0) { &tokens[2..] } else { tokens };
        let first = next(tokens, 0, &|word| self.may_begin(word));
        first.map(|word| format!("`{word}`"))
    }

    fn may_begin(&self, word: &str) -> bool {
        let is_type = word.starts_with(|first: char| first.is_uppercase());
        is_type
            || ROOTS.contains(&word)
            || ["super", "std", "core", "alloc"].contains(&word)
            || OF_STD.contains(&word) // imported by its name
            || self.made.contains(word)
    }

    /// A path that begins with this word, at the beginning of `tokens`.
    fn root(&self, tokens: &[TokenTree], word: &str, depth: usize) -> Option<String> {
        let (mut at, mut up) = (3, 1);
        match word {
            "std" | "core" | "alloc" => {
                next(tokens, 3, &|name| OF_STD.contains(&name)).map(|bad| format!("`{word}::{bad}`"))
            }
            "super" => {
                while tokens.get(at).and_then(ident).is_some_and(|word| text(word) == "super") {
                    (at, up) = (at + 3, up + 1);
                }
                let is_own = up <= depth;
                let bad = next(tokens, at, &|name| is_own || up == depth + 1 && ["given", "shim", "*"].contains(&name));
                bad.map(|bad| format!("`{}{bad}`", "super::".repeat(up)))
            }
            _ if self.may_begin(word) => None,
            _ => Some(format!("`{word}`")),
        }
    }
}

/// Whether a path goes on here that began before: `a::b`, or `<T as A>::b`, but not `use ::a` or `(::a`.
fn goes_on(tokens: &[TokenTree], at: usize) -> bool {
    if !is_after_colons(tokens, at) {
        return false;
    }
    match at.checked_sub(3).map(|before| &tokens[before]) {
        Some(TokenTree::Ident(word)) => !BEFORE.contains(&text(word).as_str()),
        before => is_punct(before, '>'),
    }
}

/// The first of the names that stand there, one or a group of them, that is not fine.
fn next(tokens: &[TokenTree], at: usize, is_fine: &dyn Fn(&str) -> bool) -> Option<String> {
    let names: Vec<String> = match tokens.get(at)? {
        TokenTree::Group(group) => {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            heads(&inside).filter(|word| word != "self").collect()
        }
        TokenTree::Ident(word) => vec![text(word)],
        other => vec![other.to_string()],
    };
    names.into_iter().find(|name| !is_fine(name))
}

/// The first word of each part of a list with commas.
fn heads(tokens: &[TokenTree]) -> impl Iterator<Item = String> {
    let is_head = |at: &usize| *at == 0 || is_punct(tokens.get(*at - 1), ',');
    (0..tokens.len()).filter(is_head).map(|at| match &tokens[at] {
        TokenTree::Ident(word) => text(word),
        other => other.to_string(),
    })
}
