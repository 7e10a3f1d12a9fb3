//! The shortest that fails beside the shortest that passes, and what the page says of the search.

use super::html::Element;
use super::plays::played;
use super::{book, of_book, shown, shown_alone, word};
use crate::report::json;
use crate::report::model::{Choice, Entry, Play, Sides};

/// The book's first: `a b b a` beside `a a b b`.
fn naive() -> Play {
    of_book("pitfalls/lost-update:naive")
}

/// Where they part, in words.
fn parting(play: Play, lang: &str) -> Option<String> {
    let page = shown_alone(play);
    let said = page.all("p.parts").into_iter().map(|said| said.text(lang)).collect::<Vec<_>>();
    assert!(said.len() < 2, "{said:?}");
    said.into_iter().next()
}

fn parts(sides: Sides) -> Option<String> {
    parting(Play { sides: Some(sides), ..naive() }, "en")
}

/// Whose turns a film draws, step by step, and what is said in them.
fn turns(film: &Element) -> Vec<String> {
    let rows = film.elements().filter(|row| row.elements().filter(|cell| cell.tag == "td").count() > 0);
    rows.map(|row| {
        let cells: Vec<String> = row.elements().map(Element::words).collect();
        format!("{} {} {}", cells[0], cells[2], cells[3]).trim().to_string()
    })
    .collect()
}

#[test]
fn two_schedules_stand_on_one_axis_and_the_first_difference_is_marked() {
    let page = shown_alone(naive());
    let id = "#pitfalls/lost-update:naive.sides";
    let stage = page.one(id);
    let heads: Vec<String> = stage.all("figcaption").into_iter().map(Element::words).collect();
    assert_eq!(heads, ["the shortest that fails ✗ one update lost", "the shortest that passes ✓ both updates counted"]);
    let films: Vec<Vec<String>> = stage.all("tbody").into_iter().map(turns).collect();
    let same = ["1 main started, waits for a", "2 a started, read 0"];
    let failing = ["3 b started, read 0", "4 b wrote 1, ended", "5 a wrote 1, ended"];
    let passing = ["3 a wrote 1, ended", "4 main waits for b", "5 b started, read 1"];
    assert_eq!(films[0][..5], [&same[..], &failing[..]].concat());
    assert_eq!(films[1][..5], [&same[..], &passing[..]].concat());
    assert_eq!(stage.get("data-differs"), Some("3"));
    let said = parting(naive(), "en").unwrap();
    assert_eq!(said, "≠ They part at step 3, choice 2 (b, a could run): above b goes on, below a goes on.");
    let said = parting(naive(), "uk").unwrap();
    assert_eq!(
        said,
        "≠ Вони розходяться на кроці 3, виборі 2 (іти далі могли: b, a): вгорі далі йде b, внизу далі йде a."
    );
}

#[test]
fn the_words_move_with_the_first_difference() {
    let Some(sides) = naive().sides else { panic!("it has two sides") };
    let same = Sides { failing: sides.passing.clone(), ..sides.clone() };
    assert_eq!(parts(same.clone()), None, "nothing differs");
    for nth in 0..4 {
        let mut other = same.clone();
        let entry = Entry { ms: 0, task: "a".into(), kind: "said".into(), what: "only here".into(), at: None };
        other.failing.steps[nth].story.push(entry);
        other.failing.steps[3].choice = word(&["b"]).remove(0);
        let expected =
            format!("≠ They part at choice {}: it is the same one, and something else comes of it.", nth + 1);
        assert_eq!(parts(other), Some(expected));
    }
    let mut shorter = same.clone();
    shorter.passing.steps.pop();
    assert!(parts(shorter).unwrap().ends_with("above b goes on, below it is over."));
    let mut late = same;
    late.failing.steps[2].choice = Choice { spelled: "+tick".into(), task: None };
    assert!(parts(late).unwrap().ends_with("above +tick is taken, below b goes on."));
}

/// There is nothing to compare with.
#[test]
fn where_all_fail_or_none_does_there_is_one_side_only() {
    let fixed = of_book("pitfalls/lost-update:fixed");
    let all_fail = played("itself");
    assert_eq!((fixed.explored.failing, all_fail.explored.failing, all_fail.explored.schedules), (0, 1, 1));
    for play in [fixed, all_fail] {
        assert!(play.sides.is_none());
        let page = shown_alone(play);
        assert!(page.all("p.parts").is_empty());
        assert_eq!(page.all("div.stage").len(), 1, "the one in the paused order");
    }
    assert_eq!(shown_alone(naive()).all("div.stage").len(), 2);
}

/// A run that was cut shows where, and what is left over after that, in its picture's own steps.
#[test]
fn a_run_that_was_cut_says_so_in_its_caption_and_its_table() {
    let page = shown_alone(played("abba"));
    let stage = page.one("#stuck/abba:abba.sides");
    assert!(stage.all("figcaption")[0].words().contains("the shortest that fails ✗ deadlock"));
    let told = turns(stage.all("tbody")[0]);
    assert_eq!(told[told.len() - 3..], ["6 main left over", "a left over", "b left over"]);
}

/// The outcomes of a play, each with its share and its shortest word.
#[test]
fn every_outcome_has_its_count_and_its_shortest_word() {
    let page = shown_alone(naive());
    let rows: Vec<String> = page.one("table.outcomes").one("tbody").all("tr").into_iter().map(Element::words).collect();
    assert_eq!(
        rows,
        [
            "✗ one update lost4 (67 %)a b b a 4 turns, 2 switches",
            "✓ both updates counted2 (33 %)a a b b 4 turns, 1 switch"
        ]
    );
    assert_eq!(page.all("code.command").len(), 1);
    let command = page.one("code.command").words();
    assert_eq!(command, "cargo xtask explore pitfalls/lost-update:naive --replay \"a b b a\"");
}

/// A pick is nobody's turn, and a task may have the name of a late tick.
#[test]
fn picks_and_ticks_have_nobodys_colour() {
    let mut play = played("picks");
    let shortest = play.shortest.clone().unwrap();
    let spelled: Vec<&str> = shortest.word.iter().map(|choice| choice.spelled.as_str()).collect();
    assert_eq!(spelled, ["reply", "reply", "pick:2", "\"+tick\""]);
    let of_failing = play.explored.outcomes.iter_mut().find(|outcome| !outcome.passes).unwrap();
    of_failing.example.push(Choice { spelled: "+tick".into(), task: None });
    let page = shown_alone(play);
    let words = page.all("span.word");
    let word = words.iter().find(|word| word.words().contains("pick:2")).unwrap();
    let choices: Vec<(&str, String)> = word.elements().map(|it| (it.get("class").unwrap(), it.words())).collect();
    let expected = [("t1", "reply"), ("t1", "reply"), ("choice", "pick:2"), ("t2", "\"+tick\""), ("choice", "+tick")];
    assert_eq!(choices, expected.map(|(class, text)| (class, text.to_string())));
    assert!(page.one("p.parts").words().ends_with("above pick:2 is taken, below pick:0 is taken."));
    assert!(page.one("code.command").words().ends_with("--replay 'reply reply pick:2 \"+tick\"'"));
}

/// A word that nobody would read to its end is cut, and says so.
#[test]
fn a_long_word_is_cut() {
    let mut play = naive();
    play.explored.outcomes[0].example = word(&["a"; 45]);
    play.explored.outcomes[1].example = Vec::new();
    let page = shown_alone(play);
    let words: Vec<String> = page.all("span.word").into_iter().map(Element::words).collect();
    assert_eq!(words[0], format!("{}and 5 more", "a ".repeat(40)));
    assert_eq!(words[1], "no choice at all");
}

#[test]
fn the_search_says_how_far_it_went_and_what_it_saw() {
    let said = |play: Play| shown_alone(play).all("section.orders")[0].words();
    let play = played("abba");
    assert_eq!((play.explored.stories, play.explored.orders), (4, 1));
    let text = said(play);
    assert!(
        text.contains(
            "Explored 6 schedules, main goes on whenever it can (in the picture on top it waits for its turn); these are all. They tell 4 different stories."
        ),
        "{text}"
    );
    assert!(text.contains("a b b a 4 turns, 2 switches") && text.contains("a a b b 4 turns, 1 switch"));
    let mut play = naive();
    (play.explored.stories, play.explored.orders) = (5, 3);
    assert!(said(play).contains("They tell 5 different stories. What is said comes in 3 orders."));
    let mut play = naive();
    (play.explored.stories, play.explored.orders) = (6, 1);
    let text = said(play);
    assert!(
        text.contains("No two of them tell the same story. What is said always comes in the same order."),
        "{text}"
    );
}

#[test]
fn the_data_has_the_extent_the_lengths_and_both_sides() {
    let json: serde_json::Value = serde_json::from_str(&json(&book())).unwrap();
    let play = &json["chapters"][0]["scenarios"][0]["plays"][0];
    let choice = |task: &str| serde_json::json!({ "spelled": task, "task": task });
    let explored = &play["explored"];
    assert_eq!((&explored["complete"], &explored["schedules"]), (&true.into(), &6.into()));
    assert_eq!((&explored["bounds"]["schedules"], &explored["bounds"]["late_ticks"]), (&100_000.into(), &0.into()));
    assert_eq!((&explored["orders"], &explored["stories"]), (&6.into(), &6.into()));
    let example = &explored["outcomes"][0];
    assert_eq!((&example["polls"], &example["example"][0]), (&4.into(), &choice("a")));
    let passing = &play["sides"]["passing"];
    assert_eq!((&passing["spelled"], &passing["switches"]), (&"a a b b".into(), &1.into()));
    assert_eq!((&passing["steps"][1]["choice"], &passing["steps"][1]["could_run"][0]), (&choice("a"), &"b".into()));
}

/// Every schedule of two tasks with two steps each, and of the same under a lock, where a turn before a closed door counts, too.
#[test]
fn where_there_are_few_schedules_all_are_listed() {
    let words = |id: &str| -> Vec<String> {
        let listed = of_book(id).explored.words;
        let spelled = |word: &[Choice]| word.iter().map(|choice| choice.spelled.clone()).collect::<String>();
        listed.iter().map(|it| format!("{}{}", if it.passes { '+' } else { '-' }, spelled(&it.word))).collect()
    };
    assert_eq!(words("pitfalls/lost-update:naive"), ["+aabb", "-abab", "-abba", "-baab", "-baba", "+bbaa"]);
    assert_eq!(words("pitfalls/lost-update:fixed"), ["+aabb", "+ababb", "+babaa", "+bbaa"]);
    assert_eq!(words("errors/gather-vs-task-group:naive"), [""; 0], "21 are too many to be read");
    assert_eq!(words("timeouts/shield:naive"), [""; 0], "one needs no list");
    for play in book().scenarios().flat_map(|scenario| &scenario.plays) {
        let failing = play.explored.words.iter().filter(|it| !it.passes).count();
        assert!(play.explored.words.is_empty() || failing == play.explored.failing, "{}", play.id);
    }
    let page = shown(&book());
    let list = page.one("#pitfalls/lost-update").all("p.words")[0].words();
    assert!(list.contains("✗fails a b a b") && list.contains("✓passes b b a a"), "{list}");
    let says_why = |id: &str| page.one(id).words().contains("More than twelve schedules");
    assert!(says_why("#errors/gather-vs-task-group") && !says_why("#pitfalls/lost-update"));
}
