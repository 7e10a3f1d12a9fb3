//! The page with fewer bytes: what HTML lets one leave out is left out, and nothing else.

/// Elements whose end is where the next of their kind begins, or their parent ends.
const WITHOUT_END: [&str; 7] = ["</td>", "</th>", "</tr>", "</tbody>", "</li>", "</dt>", "</dd>"];

/// Leaves out quotes around plain words, and ends of cells, rows and items. What stands in the page as text begins no tag with
/// `<`, for that is escaped; the script and the style stay as they are.
pub(super) fn squeeze(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag_on) = rest.split_at(at);
        out.push_str(text);
        let end = tag_on.find('>').map_or(tag_on.len(), |end| end + 1);
        let (tag, after) = tag_on.split_at(end);
        rest = after;
        if !WITHOUT_END.contains(&tag) {
            tag_with_fewer_quotes(tag, &mut out);
        }
        let verbatim = ["script", "style"].into_iter().find(|name| tag.strip_prefix('<') == Some(&format!("{name}>")));
        if let Some(end) = verbatim.and_then(|name| rest.find(&format!("</{name}>"))) {
            let (inside, after) = rest.split_at(end);
            out.push_str(inside);
            rest = after;
        }
    }
    // The template's engine escapes more than text and attributes in double quotes need.
    (out + rest).replace("&#x2f;", "/").replace("&#39;", "'").replace("&#x27;", "'")
}

fn tag_with_fewer_quotes(tag: &str, out: &mut String) {
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let Some((value, behind)) = after.split_once('"') else { break };
        let value = value.replace("&#x2f;", "/");
        let is_plain = !value.is_empty()
            && value.chars().all(|c| c.is_alphanumeric() || "-_.:#/".contains(c))
            && !value.ends_with('/');
        out.push_str(before);
        if is_plain {
            out.push_str(&format!("={value}"));
            // `<path d=x/>` would be a value that ends with a slash.
            out.push_str(if behind.starts_with('/') { " " } else { "" });
        } else {
            out.push_str(&format!("=\"{value}\""));
        }
        rest = behind;
    }
    out.push_str(rest);
}
