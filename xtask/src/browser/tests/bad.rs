//! The bad pages: of each check every kind of thing that it must find, each with the words in which it is told.

use super::{GOOD, all_found, browser, findings, named};

/// In a paragraph where nothing else is checked.
const HERE: &str = "<p>2</p>";
/// Before the page's script.
const SCRIPT: &str = "<script>\n";

#[test]
fn requests_and_words_in_the_console_are_found() {
    all_found(
        "quiet",
        &[
            (SCRIPT, "<script>\nconsole.error('is', 7, 'bad');\n", "console.error: is"),
            (SCRIPT, "<script>\nconsole.warn('rather bad');\n", "console.warning: rather bad"),
            (SCRIPT, "<script>\nnothing.at.all();\n", "a script threw: ReferenceError: nothing is not defined"),
            (
                SCRIPT,
                "<script>\nfetch('http://127.0.0.1:9/data').catch(() => {});\n",
                "it asks for http://127.0.0.1:9/data",
            ),
            (HERE, "<img alt='' src='beside.png'>", "beside.png"),
            (HERE, "<script src='https://localhost:9/a.js'></script>", "it asks for https://localhost:9/a.js"),
            // Only when somebody uses it.
            (
                "event.preventDefault();",
                "new Image().src = 'http://127.0.0.1:9/k';",
                "it asks for http://127.0.0.1:9/k",
            ),
            (
                SCRIPT,
                "<script>\naddEventListener('hashchange', () => console.error('lost'));\n",
                "console.error: lost [#",
            ),
        ],
    );
}

#[test]
fn ids_that_are_not_unique_and_references_that_lead_nowhere_are_found() {
    all_found(
        "references",
        &[
            (HERE, "<p id='one'>2</p>", "id=\"one\" stands 2 times"),
            ("href=\"#two\"", "href=\"#tow\"", "href=\"#tow\", and there is no id=\"tow\""),
            ("aria-labelledby=\"two-title\"", "aria-labelledby=\"two-titel\"", "aria-labelledby=\"two-titel\""),
            (HERE, "<p aria-describedby='one nowhere'>2</p>", "there is no id=\"nowhere\""),
            ("for=\"lang-uk\"", "for=\"lang-ua\"", "for=\"lang-ua\""),
            ("<circle", "<circle fill='url(#shade)'", "there is no id=\"shade\""),
        ],
    );
}

#[test]
fn what_axe_finds_is_told_in_each_state() {
    all_found(
        "accessible",
        &[
            (HERE, "<img src='data:,'>", "image-alt: "),
            ("--back: #111; --fore: #eee; } }", "--back: #111; --fore: #333; } }", "[dark, #one]"),
            (
                "<span lang=\"uk\">Інша",
                "<span lang='uk' style='color: #ccc; background: #fff'>Інша",
                "[Ukrainian, #two]",
            ),
            ("[data-step=\"0\"] circle", "[data-step=\"3\"] button { color: #ccc } circle", "at step 3]"),
            ("a { color: inherit; }", "html:not(.js) h1 { color: #ccc; }", "[without script]"),
        ],
    );
}

#[test]
fn players_that_do_not_obey_the_keys_are_found() {
    let less_motion = "@media (prefers-reduced-motion: no-preference)";
    all_found(
        "keys",
        &[
            ("data-player", "data-film", "the page has no player"),
            ("keydown", "keypress", "End at the beginning leads to step 0, not to 5"),
            ("k + 1", "k + 2", "ArrowRight at step 0 leads to step 2, not to 1"),
            ("k - 1", "k", "ArrowLeft at the last step leads to step 5, not to 4"),
            ("Home: () => 0", "Home: () => 3", "Home before the last step leads to step 3, not to 0"),
            ("Math.min(last, to", "Math.min(last + 1, to", "ArrowRight at the last step leads to step 6, not to 5"),
            ("data-step=\"0\" data-steps", "data-steps", "data-step and data-steps are not both numbers"),
            ("<div tabindex=\"0\"", "<div tabindex=\"-1\"", "cannot have the focus"),
            ("<div tabindex=\"0\"", "<div role='slider' aria-valuenow='0' tabindex='-1'", "Tab goes past"),
            ("[data-step=\"0\"] circle", "[data-player] { display: none } circle", "the player is not seen"),
            (less_motion, "@media all", "circle"),
        ],
    );
}

#[test]
fn what_paper_does_not_show_is_found() {
    let hidden = "<ol class=\"strip\" style=\"display: none\">";
    all_found(
        "paper",
        &[
            ("class=\"strip\"", "class=\"stripe\"", "#one has no .strip that is printed"),
            ("<ol class=\"strip\">", hidden, "#one has no .strip that is printed"),
            ("<li class=\"panel\">4</li>", "", "prints 3 .panel, not 4"),
            ("data-steps=\"5\"", "data-steps=\"2\"", "prints 4 .panel, not 2"),
            (".controls { display: none; }", "", "is printed: no button can be pressed on paper"),
            (".js section.page { display: block; }", "", "#two is not printed"),
            ("#two { break-before: page; }", "", "there is no second sheet of paper"),
            ("class=\"page scenario\"", "class=\"page\"", "the page has no section.scenario"),
        ],
    );
}

#[test]
fn what_is_cut_or_sticks_out_is_found() {
    let narrow = "<p style='width: 60px; overflow: hidden; white-space: nowrap'>cut off in here</p>";
    let low = "<div style='height: 10px; overflow-y: clip'><p>under the edge</p></div>";
    let clamped = "<p style='display: -webkit-box; -webkit-line-clamp: 1; -webkit-box-orient: vertical; overflow: hidden; \
                   width: 80px'>more than one line of words</p>";
    let step = "[data-step=\"0\"] circle";
    let long = "<span lang=\"uk\"><span style='white-space: nowrap'>Інша і дуже довга назва для вузького екрана";
    all_found(
        "fits",
        &[
            (HERE, narrow, "\"cut off in here\" is cut by #two > p"),
            (HERE, low, "\"under the edge\" is cut by"),
            (HERE, "<div style='width: 500px'>2</div>", "the page is 516 px wide [360 px, en, #two]"),
            (HERE, "<p style='position: relative; left: -40px'>left</p>", "\"left\" reaches from -24"),
            ("<span lang=\"uk\">Інша", long, "[360 px, uk, #two]"),
            ("x=\"40\" y=\"20\"", "x=\"12\" y=\"22\"", "\"a\" lies over \"read the zero\""),
            ("x=\"40\" y=\"20\"", "x=\"150\" y=\"20\"", "\"read the zero\" leaves its picture"),
            (HERE, &narrow.replace("width", "text-overflow: ellipsis; width"), "is cut by #two > p"),
            (HERE, clamped, "is cut by #two > p"),
            (step, "[data-step=\"3\"] .said { font-size: 40px } circle", "[360 px, en, #one > div at step 3]"),
            ("<pre>", "<pre style='overflow: hidden; width: 200px'>", "is cut by"),
        ],
    );
}

/// What is told of the one width is not of the others.
#[test]
fn what_scrolls_or_is_for_screen_readers_is_not_cut() {
    let scrolls = "<div class='scroll' style='width: 60px; white-space: nowrap'><p>as long as it may be</p></div>";
    let hidden = "<p class='sr'>only for those who listen to it</p>";
    let found = findings(&browser(), named("fits"), &GOOD.replacen(HERE, &format!("{scrolls}{hidden}"), 1));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_is_left_in_the_other_language_is_found() {
    all_found(
        "languages",
        &[
            (HERE, "<p>This was left in English.</p>", "\"This was left in English\" [uk chosen, #two]"),
            (HERE, "<p>Це лишилося.</p>", "\"Це лишилося.\" [en chosen, #two]"),
            (HERE, "<details><summary>…</summary><p>folded and in English</p></details>", "\"folded and in English\""),
            (":is(main, nav) [lang=en]", ":is(nav) [lang=en]", "has lang=\"en\" and is seen: \"Lost in a race\""),
            ("id=\"lang-uk\"", "id=\"lang-ua\"", "the page has no #lang-uk"),
            ("for=\"lang-uk\"", "for=\"lang-en\"", "no label of #lang-uk is seen"),
            ("name=\"lang\" id=\"lang-uk\"", "name=\"lang\" disabled id=\"lang-uk\"", "does not choose it"),
        ],
    );
}

#[test]
fn a_theme_that_cannot_be_chosen_is_found() {
    all_found(
        "theme",
        &[
            (":root:has(#theme-dark:checked) {", ":root:has(#dark:checked) {", "#theme-dark under a light system"),
            (":root:not(:has(#theme-light:checked))", ":root", "#theme-light under a dark system"),
            ("(prefers-color-scheme: dark)", "(prefers-contrast: more)", "#theme-auto under a dark system"),
            ("id=\"theme-dark\"", "id=\"dark\"", "the page has no #theme-dark"),
        ],
    );
}

#[test]
fn what_only_a_script_shows_is_found() {
    all_found(
        "without script",
        &[
            (".js section.page { display: none; }", "section.page { display: none; }", "#two is not seen"),
            (HERE, "<noscript><p>This page needs JavaScript.</p></noscript>", "makes an excuse"),
            (HERE, "<p>Без скрипту нічого не видно.</p>", "makes an excuse"),
            ("<summary>", "<summary style='display: none'>", "its summary is not seen"),
            ("<details>", "<details inert>", "does not open"),
        ],
    );
}
