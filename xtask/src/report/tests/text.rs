//! Coloured code and prose: nothing is lost, nothing becomes markup.

use super::html::{parse, unescape};
use super::{alone, book, of_book, shown};
use crate::report::code::{Language, highlight};
use crate::report::model::Run;
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
    let book = listings.flatten().flat_map(|code| &code.pieces).map(|piece| piece.text.clone());
    NASTY.map(String::from).into_iter().chain(book).chain([include_str!("../code.rs").into()]).collect()
}

#[test]
fn without_its_tags_the_code_is_the_source() {
    for source in sources() {
        for language in [Language::Rust, Language::Python] {
            let html = highlight(&source, language);
            // The one thing that is changed on purpose: what no page can show.
            let shown = source.replace('\r', "\u{fffd}");
            assert_eq!(parse("the code", &html).text("en"), shown, "{language:?}");
            // A line can be marked by itself: no tag is open at its end.
            html.split('\n').for_each(|line| drop(parse("a line of code", line)));
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
                assert_eq!(parse("the code", &html).text("en"), source[..end].replace('\r', "\u{fffd}"));
            }
        }
    }
}

#[test]
fn comments_strings_and_keywords_are_coloured_and_nothing_else() {
    let rust = highlight("async fn f<'a>() { g(\"//\", 'x', r#\"\"\"#); } // end", Language::Rust);
    assert_eq!(
        rust,
        "<b>async</b> <b>fn</b> f&lt;&#39;a&gt;() { g(<em>&quot;//&quot;</em>, <em>&#39;x&#39;</em>, \
         <em>r#&quot;&quot;&quot;#</em>); } <i>// end</i>"
    );
    let python = highlight("async def f(): log(f\"# {x}\")  # end", Language::Python);
    assert_eq!(python, "<b>async</b> <b>def</b> f(): log(<em>f&quot;# {x}&quot;</em>)  <i># end</i>");
    assert_eq!(highlight("/* a\nb */", Language::Rust), "<i>/* a</i>\n<i>b */</i>");
}

/// The page shows the code of the plays, and the declaration's contents in its other parts. Each piece knows its lines.
#[test]
fn the_code_is_all_but_the_declaration() {
    for scenario in book().scenarios() {
        let declared = async_kata::scenarios::find(&scenario.id).unwrap();
        let file: Vec<&str> = declared.source.lines().collect();
        let mut kept: Vec<&str> = Vec::new();
        for piece in &scenario.rust.pieces {
            for (nth, line) in piece.text.lines().enumerate() {
                assert_eq!(file.get(piece.line - 1 + nth), Some(&line), "{}: line {}", scenario.id, piece.line + nth);
                assert!(!line.contains("SCENARIO"), "{}", scenario.id);
                kept.push(line);
            }
        }
        assert!(kept.iter().any(|line| line.contains("async fn naive")), "{}", scenario.id);
        let lost = declared.code().lines().filter(|line| !line.is_empty() && !kept.contains(line));
        let foreign: Vec<&str> =
            lost.filter(|line| !line.starts_with([' ', '}']) && !line.contains("SCENARIO")).collect();
        assert!(foreign.is_empty(), "{}: lost with the declaration: {foreign:?}", scenario.id);
    }
}

/// The lines that did something are marked with the play and the step, and no other line is.
#[test]
fn the_lines_that_speak_are_marked() {
    let mut model = alone(of_book("pitfalls/lost-update:naive"));
    let scenario = &mut model.chapters[0].scenarios[0];
    let (path, piece) = (scenario.rust.path.clone(), scenario.rust.pieces.last().unwrap().clone());
    let run = &mut scenario.plays[0].run;
    run.entries.iter_mut().for_each(|entry| entry.at = None);
    let says = |run: &mut Run, what: &str, nth: usize, at: String| {
        let mut said = run.entries.iter_mut().filter(|entry| entry.what == what);
        said.nth(nth).unwrap().at = Some(at);
    };
    let line = |nth: usize, column: usize| format!("{path}:{}:{column}", piece.line + nth);
    says(run, "read 0", 0, line(1, 3));
    says(run, "read 0", 1, line(1, 3));
    says(run, "counter is 1", 0, line(2, 9));
    says(run, "wrote 1", 0, format!("src/other.rs:{}:1", piece.line));
    says(run, "wrote 1", 1, line(10_000, 1));
    let page = shown(&model);
    let listing = page.all("figure.listing")[0];
    let marks = listing.all("mark");
    let marked: Vec<(&str, String)> = marks.iter().map(|mark| (mark.get("data-k").unwrap(), mark.text("en"))).collect();
    let lines: Vec<&str> = piece.text.lines().collect();
    assert_eq!(marked, [("0:2 0:3", lines[1].to_string()), ("0:6", lines[2].to_string())]);
    let code: Vec<String> =
        model.chapters[0].scenarios[0].rust.pieces.iter().map(|it| it.text.trim_end().into()).collect();
    assert_eq!(listing.one("pre").text("en"), code.join("\n\n"), "a mark changes no code");
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
