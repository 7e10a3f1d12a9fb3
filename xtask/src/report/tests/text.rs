//! Coloured code and prose: nothing is lost, nothing becomes markup.

use super::{assert_balanced, book, unescape, untagged};
use crate::report::code::{Language, highlight};
use crate::report::prose;
use crate::report::timeline::escape;

/// Sources that a tokenizer can stumble over.
const NASTY: [&str; 16] = [
    "",
    "'",
    "\"",
    "\\",
    "r#\"a \" b\"# c",
    "b'\\'' 'a' 'static '\\u{1F600}' '''",
    "/* /* */ still */ out /* open",
    "let x: &'a str = \"\\\"<b>&amp;\"; // it's",
    "\"unclosed\nnext line",
    "r\"unclosed",
    "0x1f 1e5 a0r\"b\"",
    "f'{x!r}' rb\"\" \"\"\"doc 'a' \"\" \"\"\" '''",
    "# a comment without an end",
    "def f(): return 'it\\'s' # yes\n\tpass\r\n",
    "під_час = 'чекає' # так 🙂",
    "crate::r#type b c r br",
];

fn sources() -> Vec<String> {
    let model = book();
    let listings = model.scenarios().flat_map(|scenario| [Some(&scenario.rust), scenario.python.as_ref()]);
    let book = listings.flatten().map(|code| code.text.clone());
    NASTY.map(String::from).into_iter().chain(book).chain([include_str!("../code.rs").into()]).collect()
}

#[test]
fn without_its_tags_the_code_is_the_source() {
    for source in sources() {
        for language in [Language::Rust, Language::Python] {
            let html = highlight(&source, language);
            // The one thing that is changed on purpose: what no page can show.
            let shown = source.replace('\r', "\u{fffd}");
            assert_eq!(untagged(&html), shown, "{language:?}");
            assert_balanced("code", &html);
        }
    }
}

/// Cut off anywhere, as an editor sees it: every beginning of every source.
#[test]
fn every_beginning_of_a_source_survives_too() {
    for source in NASTY {
        for (end, _) in source.char_indices() {
            for language in [Language::Rust, Language::Python] {
                let html = highlight(&source[..end], language);
                assert_eq!(untagged(&html), source[..end].replace('\r', "\u{fffd}"));
            }
        }
    }
}

#[test]
fn comments_strings_and_keywords_are_coloured_and_nothing_else() {
    let rust = highlight("async fn f<'a>() { g(\"//\", 'x', r#\"\"\"#); } // end", Language::Rust);
    assert_eq!(
        rust,
        "<span class=\"k\">async</span> <span class=\"k\">fn</span> f&lt;&#39;a&gt;() { g(<span class=\"s\">&quot;//&quot;\
         </span>, <span class=\"s\">&#39;x&#39;</span>, <span class=\"s\">r#&quot;&quot;&quot;#</span>); } \
         <span class=\"c\">// end</span>"
    );
    let python = highlight("async def f(): log(f\"# {x}\")  # end", Language::Python);
    assert_eq!(
        python,
        "<span class=\"k\">async</span> <span class=\"k\">def</span> f(): log(<span class=\"s\">f&quot;# {x}&quot;</span>)  \
         <span class=\"c\"># end</span>"
    );
}

/// The page shows the code of the plays, and the declaration's contents in its other parts.
#[test]
fn the_code_is_all_but_the_declaration() {
    for scenario in book().scenarios() {
        assert!(!scenario.rust.text.contains("SCENARIO"), "{}", scenario.id);
        assert!(scenario.rust.text.contains("async fn naive"), "{}", scenario.id);
        let declared = async_kata::scenarios::find(&scenario.id).unwrap();
        let kept: Vec<&str> = scenario.rust.text.lines().collect();
        let lost = declared.code().lines().filter(|line| !line.is_empty() && !kept.contains(line));
        let foreign: Vec<&str> =
            lost.filter(|line| !line.starts_with([' ', '}']) && !line.contains("SCENARIO")).collect();
        assert!(foreign.is_empty(), "{}: lost with the declaration: {foreign:?}", scenario.id);
    }
}

#[test]
fn prose_has_paragraphs_lists_and_code() {
    let html =
        prose::paragraphs("One `a < b`\nline.\n\nTwo:\n- first,\n  goes on\n- [`Lock`](crate::sync::Lock)\n\n3 ` 4");
    assert_eq!(
        html,
        "<p>One <code>a &lt; b</code>\nline.</p>\n<p>Two:</p>\n<ul><li>first,\n  goes on</li><li><code>Lock</code></li></ul>\n\
         <p>3 ` 4</p>\n"
    );
}

#[test]
fn escaping_keeps_the_text_and_drops_what_xml_cannot_hold() {
    let text = "<script>&\"'</script>\t\n";
    assert_eq!(unescape(&escape(text)), text);
    assert_eq!(escape("a\u{0}b\u{7f}\u{fffe}"), "a\u{fffd}b\u{fffd}\u{fffd}");
}
