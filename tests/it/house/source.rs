//! A Rust file as the house rules see it: its tokens, without comments.

use super::ROOT;
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use syn::visit::Visit;

/// One source file.
pub(super) struct Source {
    /// From the root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    tokens: TokenStream,
}

/// Every Rust file under a folder, sorted by path. Katas and compile-fail cases are not ours to judge.
pub(super) fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&Path::new(ROOT).join(folder), &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty(), "{folder} has no Rust file: the rules would pass on nothing");
    found
}

/// Every Python file of ours, with its lines that are neither blank nor a comment.
pub(super) fn python_files() -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for root in ["src", "xtask/src"] {
        python_in(&Path::new(ROOT).join(root), &mut found);
    }
    assert!(!found.is_empty(), "there is no Python file: the rule would pass on nothing");
    found
}

fn python_in(folder: &Path, found: &mut Vec<(String, usize)>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            python_in(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).count();
            found.push((path.strip_prefix(ROOT).unwrap().to_str().unwrap().replace('\\', "/"), code));
        }
    }
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let relative = path.strip_prefix(ROOT).unwrap().to_str().unwrap().replace('\\', "/");
        if ["tests/katas", "tests/ui", "xtask/tests/works"].contains(&relative.as_str()) {
            continue;
        }
        if path.is_dir() {
            collect(&path, found);
        } else if relative.ends_with(".rs") {
            let text = fs::read_to_string(&path).unwrap();
            let tokens = text.parse().unwrap_or_else(|error| panic!("{relative}: {error}"));
            found.push(Source { path: relative, text, tokens });
        }
    }
}

impl Source {
    /// The folder under `src`.
    pub(super) fn room(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default().trim_end_matches(".rs")
    }

    /// Whether it is this part of `src`, a file or a folder, or lies in it: `conformance/laws`.
    pub(super) fn is_in(&self, part: &str) -> bool {
        let rest = self.path.strip_prefix("src/").and_then(|path| path.strip_prefix(part));
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    /// The rooms that are named from the crate's root, by `crate::` or by enough `super::`, with the line.
    pub(super) fn rooms_named(&self) -> Vec<(usize, String)> {
        let inside = self.path.trim_end_matches(".rs").trim_end_matches("/mod").split('/').count() - 1;
        let mut named = Vec::new();
        rooms(self.tokens.clone(), inside, &mut named);
        named
    }

    /// Paths that begin with one of these names: `tokio::...`, with the line.
    pub(super) fn paths_from(&self, crates: &[&str]) -> Vec<(usize, String)> {
        let starts: Vec<String> = crates.iter().map(|name| format!("{name}::")).collect();
        let starts: Vec<&str> = starts.iter().map(String::as_str).collect();
        let found = self.sequences(&starts).into_iter();
        found.map(|(line, what)| (line, what.trim_end_matches(':').to_string())).collect()
    }

    /// Where these token sequences stand, written without blanks; never in a comment or a text.
    pub(super) fn sequences(&self, wanted: &[&str]) -> Vec<(usize, String)> {
        let mut tokens = Vec::new();
        flatten(self.tokens.clone(), &mut tokens);
        let mut found = Vec::new();
        for (at, (line, _)) in tokens.iter().enumerate() {
            for sequence in wanted {
                let mut rest = *sequence;
                let mut here = tokens[at..].iter();
                // `x::tokio::y` is no path from `tokio`; `::tokio::y` is.
                let named = |at: usize| tokens[at].1.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '>');
                let inner = at > 2 && tokens[at - 1].1 == ":" && named(at - 3) && sequence.ends_with("::");
                while let Some((_, token)) = here.next()
                    && let Some(after) = rest.strip_prefix(token.as_str())
                    && !inner
                {
                    rest = after;
                    if rest.is_empty() {
                        found.push((*line, (*sequence).to_string()));
                        break;
                    }
                }
            }
        }
        found
    }

    /// Lines that hold code: not blank, not comment, not documentation.
    pub(super) fn code_lines(&self) -> usize {
        let mut lines = BTreeSet::new();
        occupied(self.tokens.clone(), &mut lines);
        lines.len()
    }

    /// Each function with its lines of code.
    pub(super) fn functions(&self) -> Vec<(String, usize)> {
        let mut lines = BTreeSet::new();
        occupied(self.tokens.clone(), &mut lines);
        let file = syn::parse_file(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.path));
        let mut functions = Functions { lines, found: Vec::new() };
        functions.visit_file(&file);
        functions.found
    }
}

/// Finds `crate::room`, `crate::{room, room}`, and the same by `super`. `depth`: modules between here and the root.
fn rooms(stream: TokenStream, depth: usize, named: &mut Vec<(usize, String)>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            // The body of an inline `mod name { .. }` is one module deeper.
            let deeper = at >= 2 && is(&tokens, at - 2, "mod") && group.delimiter() == Delimiter::Brace;
            rooms(group.stream(), depth + usize::from(deeper), named);
        } else if let Some(next) = after_root(&tokens, at, depth) {
            first_names(tokens.get(next), named);
        }
    }
}

fn is(tokens: &[TokenTree], at: usize, word: &str) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Ident(ident)) if ident == word)
}

fn is_path_sign(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    colon(at) && colon(at + 1)
}

/// If a path from the crate's root begins here: where its next part stands.
fn after_root(tokens: &[TokenTree], at: usize, depth: usize) -> Option<usize> {
    if at >= 2 && is_path_sign(tokens, at - 2) {
        return None; // the middle of a path
    }
    if is(tokens, at, "crate") && is_path_sign(tokens, at + 1) {
        return Some(at + 3);
    }
    let mut next = at;
    while is(tokens, next, "super") && is_path_sign(tokens, next + 1) {
        next += 3;
    }
    let supers = (next - at) / 3;
    (supers > 0 && supers >= depth).then_some(next)
}

/// `room`, or each of `{room::.., room}`.
fn first_names(part: Option<&TokenTree>, named: &mut Vec<(usize, String)>) {
    match part {
        Some(TokenTree::Ident(room)) => named.push((room.span().start().line, room.to_string())),
        Some(TokenTree::Group(group)) => {
            let mut first = true;
            for inner in group.stream() {
                let comma = matches!(&inner, TokenTree::Punct(p) if p.as_char() == ',');
                if let (true, TokenTree::Ident(_)) = (first, &inner) {
                    first_names(Some(&inner), named);
                }
                first = comma;
            }
        }
        _ => {}
    }
}

/// All tokens in a row, each with its line; documentation left out.
fn flatten(stream: TokenStream, into: &mut Vec<(usize, String)>) {
    for token in without_docs(stream) {
        let line = token.span().start().line;
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                into.push((line, open.into()));
                flatten(group.stream(), into);
                into.push((group.span_close().start().line, close.into()));
            }
            TokenTree::Literal(_) => into.push((line, "\"\"".into())),
            other => into.push((line, other.to_string())),
        }
    }
}

/// The lines on which a token stands.
fn occupied(stream: TokenStream, lines: &mut BTreeSet<usize>) {
    for token in without_docs(stream) {
        if let TokenTree::Group(group) = &token {
            lines.insert(group.span_open().start().line);
            lines.insert(group.span_close().end().line);
            occupied(group.stream(), lines);
        } else {
            lines.extend(token.span().start().line..=token.span().end().line);
        }
    }
}

/// The tokens without `#[doc = ".."]` and `#![doc = ".."]`, which is what a doc comment is.
fn without_docs(stream: TokenStream) -> Vec<TokenTree> {
    let is_doc = |token: &TokenTree| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            let mut inner = group.stream().into_iter();
            matches!(inner.next(), Some(TokenTree::Ident(doc)) if doc == "doc")
                && matches!(inner.next(), Some(TokenTree::Punct(p)) if p.as_char() == '=' && p.spacing() == Spacing::Alone)
        }
        _ => false,
    };
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in stream {
        if is_doc(&token) {
            while matches!(kept.last(), Some(TokenTree::Punct(p)) if ['#', '!'].contains(&p.as_char())) {
                kept.pop();
            }
        } else {
            kept.push(token);
        }
    }
    kept
}

struct Functions {
    lines: BTreeSet<usize>,
    found: Vec<(String, usize)>,
}

impl Functions {
    fn count(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let (from, to) = (signature.fn_token.span.start().line, body.brace_token.span.close().end().line);
        self.found.push((signature.ident.to_string(), self.lines.range(from..=to).count()));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.count(&function.sig, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.count(&function.sig, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }
}
