//! Colours for Rust and Python: comments, strings and keywords, and nothing that a parser would be needed for.
//!
//! What it promises is that it changes no code: without its tags the text is the source, whatever the source is.

use super::timeline::escape;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Rust,
    Python,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Plain,
    Comment,
    Text,
    Keyword,
}

/// The source as HTML: an `<i>` around each comment, an `<em>` around each string, a `<b>` around each keyword, line by line.
pub(super) fn highlight(source: &str, language: Language) -> String {
    let mut html = String::with_capacity(source.len() * 2);
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (class, length) = token(rest, first, language);
        let (token, after) = rest.split_at(length);
        let tag = match class {
            Class::Plain => None,
            Class::Comment => Some("i"),
            Class::Text => Some("em"),
            Class::Keyword => Some("b"),
        };
        match tag {
            None => html.push_str(&escape(token)),
            // A line can then be marked by itself.
            Some(tag) => {
                let lines: Vec<String> =
                    token.split('\n').map(|line| format!("<{tag}>{}</{tag}>", escape(line))).collect();
                html.push_str(&lines.join("\n"));
            }
        }
        rest = after;
    }
    html
}

/// The class and the length, never 0, of what the text begins with.
fn token(text: &str, first: char, language: Language) -> (Class, usize) {
    let special = match language {
        Language::Rust => rust(text),
        Language::Python => python(text),
    };
    if let Some(special) = special {
        return special;
    }
    if first.is_alphabetic() || first == '_' {
        let word: usize = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
        let is_keyword = keywords(language).contains(&&text[..word]);
        return (if is_keyword { Class::Keyword } else { Class::Plain }, word);
    }
    // A number in one piece, so that the `r` of `0r"` begins no string.
    let number: usize = text.chars().take_while(char::is_ascii_alphanumeric).map(char::len_utf8).sum();
    (Class::Plain, number.max(first.len_utf8()))
}

fn rust(text: &str) -> Option<(Class, usize)> {
    if text.starts_with("//") {
        return Some((Class::Comment, line(text)));
    }
    if text.starts_with("/*") {
        return Some((Class::Comment, nested(text)));
    }
    let prefix = ["br", "cr", "b", "c", "r"].into_iter().find(|prefix| text.starts_with(prefix)).unwrap_or("");
    let after = &text[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = after.len() - after.trim_start_matches('#').len();
        if after[hashes..].starts_with('"') {
            let end = format!("\"{}", &after[..hashes]);
            return Some((Class::Text, prefix.len() + hashes + 1 + until(&after[hashes + 1..], &end)));
        }
    } else if after.starts_with('"') {
        return Some((Class::Text, prefix.len() + quoted(after, '"', true)));
    }
    // `'a'` is a character, `'a` a lifetime.
    let mut quote = text.strip_prefix('\'')?.chars();
    let (one, two) = (quote.next()?, quote.next());
    (one == '\\' || two == Some('\'')).then(|| (Class::Text, quoted(text, '\'', false)))
}

fn python(text: &str) -> Option<(Class, usize)> {
    if text.starts_with('#') {
        return Some((Class::Comment, line(text)));
    }
    let letters = text.len() - text.trim_start_matches(|c: char| "rRbBfFuU".contains(c)).len();
    let after = &text[letters..];
    for quote in ["\"\"\"", "'''"] {
        if letters <= 2 && after.starts_with(quote) {
            return Some((Class::Text, letters + quote.len() + until(&after[quote.len()..], quote)));
        }
    }
    let quote = after.chars().next().filter(|quote| letters <= 2 && matches!(quote, '"' | '\''))?;
    Some((Class::Text, letters + quoted(after, quote, false)))
}

fn line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Up to and with `end`, or all.
fn until(text: &str, end: &str) -> usize {
    text.find(end).map_or(text.len(), |at| at + end.len())
}

/// From an opening quote to the closing one, past what is escaped. An unclosed one ends with its line, if lines end it.
fn quoted(text: &str, quote: char, lines: bool) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' if !lines && !escaped => return at,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// Rust's block comments stand inside each other.
fn nested(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

fn keywords(language: Language) -> &'static [&'static str] {
    match language {
        Language::Rust => &[
            "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "false", "fn", "for",
            "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self",
            "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while",
        ],
        Language::Python => &[
            "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class", "continue",
            "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
            "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
        ],
    }
}
