//! A scenario's prose as HTML: paragraphs, lists, and code between backticks. Nothing else of Markdown is used there.

use super::timeline::escape;

/// Paragraphs are parted by empty lines; lines that begin with `- ` are a list, also right after a paragraph's own.
pub(super) fn paragraphs(prose: &str) -> String {
    let mut html = String::new();
    for block in prose.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        let block = format!("\n{block}");
        let mut items = block.split("\n- ");
        let text = items.next().unwrap_or_default().trim();
        if !text.is_empty() {
            html.push_str(&format!("<p>{}</p>\n", inline(text)));
        }
        let items: String = items.map(|item| format!("<li>{}</li>", inline(item))).collect();
        if !items.is_empty() {
            html.push_str(&format!("<ul>{items}</ul>\n"));
        }
    }
    html
}

/// One sentence or several, with code between backticks. A backtick without its pair stays one.
pub(super) fn inline(text: &str) -> String {
    let text = unlinked(text);
    let mut html = String::new();
    let mut rest = text.as_str();
    while let Some((before, code, after)) = pair(rest) {
        html.push_str(&format!("{}<code>{}</code>", emphasis(before), escape(code)));
        rest = after;
    }
    html + &emphasis(rest)
}

/// `*So*` is said with stress. A star between blanks is one.
fn emphasis(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('*') {
        let stressed = after.split_once('*').filter(|(word, _)| !word.is_empty() && word.trim() == *word);
        let Some((word, after)) = stressed else {
            html.push_str(&escape(before));
            html.push('*');
            rest = after;
            continue;
        };
        html.push_str(&format!("{}<em>{}</em>", escape(before), escape(word)));
        rest = after;
    }
    html + &escape(rest)
}

fn pair(text: &str) -> Option<(&str, &str, &str)> {
    let (before, after) = text.split_once('`')?;
    let (code, after) = after.split_once('`')?;
    Some((before, code, after))
}

/// rustdoc's links lead nowhere on this page: their text stays.
fn unlinked(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[`") {
        let Some((name, after)) = after.split_once("`]") else { break };
        let target = after.strip_prefix('(').and_then(|target| target.split_once(')'));
        plain.push_str(&format!("{before}`{name}`"));
        rest = target.map_or(after, |(_, after)| after);
    }
    plain + rest
}
