//! The shortest that fails beside the shortest that passes, and what the page says of the search.

use super::plays::played;
use super::{alone, assert_balanced, attribute, book, tags, untagged, word};
use crate::report::model::{Choice, Entry, Play, Sides, Taken};
use crate::report::{json, page};

const HEADING: &str = "The shortest that fails, beside the shortest that passes";

fn shown(play: Play) -> String {
    let page = page(&alone(play));
    assert_balanced("the page", &page);
    page
}

/// The table's rows, each with its class and its text.
fn rows(page: &str) -> Vec<(String, String)> {
    let table = page.split("<table class=\"sides\"").nth(1).unwrap().split("</tbody>").next().unwrap();
    let rows = table.split("<tbody>").nth(1).unwrap().split("<tr").skip(1);
    rows.map(|row| {
        let row = format!("<tr{row}");
        let class = attribute(tags(&row)[0].1, "class").unwrap_or_default().to_string();
        let cells: Vec<String> = row.split("<td").skip(1).map(|cell| untagged(&format!("<td{cell}"))).collect();
        let text = if cells.is_empty() { untagged(&row) } else { cells.join("|") };
        (class, text.trim().to_string())
    })
    .collect()
}

/// The book's first: `a b b a` beside `a a b b`.
fn naive() -> Play {
    book().chapters[0].scenarios[0].plays[0].clone()
}

fn marked(sides: Sides) -> Vec<(String, String)> {
    rows(&shown(Play { sides: Some(sides), ..naive() }))
}

/// Where the mark stands: in the row after the words, and nowhere else.
fn mark(rows: &[(String, String)]) -> (&str, &str) {
    let words: Vec<usize> = (0..rows.len()).filter(|nth| rows[*nth].0 == "parting").collect();
    let differs: Vec<usize> = (0..rows.len()).filter(|nth| rows[*nth].0 == "differs").collect();
    assert_eq!(words.len(), 1, "{rows:?}");
    assert_eq!(differs, [words[0] + 1], "{rows:?}");
    (&rows[words[0]].1, &rows[differs[0]].1)
}

#[test]
fn two_schedules_stand_side_by_side_and_the_first_difference_is_marked() {
    let rows = rows(&shown(naive()));
    let text: Vec<&str> = rows.iter().map(|row| row.1.as_str()).collect();
    assert_eq!(
        text,
        [
            "|main started|main started",
            "1|astartedread 0could run: a, b|astartedread 0could run: a, b",
            "≠ choice 2: here they part: on the left b goes on, on the right a goes on",
            "differs: ≠ 2|bstartedread 0could run: b, a|awrote 1endedcould run: b, a",
            "3|bwrote 1endedcould run: a, b|bstartedread 1could run: b",
            "4|awrote 1endedmain counter is 1main endedcould run: a|bwrote 2endedmain counter is 2main endedcould run: b",
        ]
    );
    assert_eq!(mark(&rows).0, text[2]);
}

#[test]
fn the_mark_moves_with_the_first_difference() {
    let Some(sides) = naive().sides else { panic!("it has two sides") };
    let same = Sides { failing: sides.passing.clone(), ..sides.clone() };
    assert!(marked(same.clone()).iter().all(|row| row.0.is_empty()), "nothing differs");
    for nth in 0..4 {
        let mut other = same.clone();
        other.failing.steps[nth].story.push(Entry { ms: 0, task: "a".into(), kind: "said", what: "only here".into() });
        other.failing.steps[3].choice = word(&["b"]).remove(0);
        let rows = marked(other);
        let (words, row) = mark(&rows);
        let expected = "here they part: the same choice, and something else comes of it";
        assert_eq!(words, format!("≠ choice {}: {expected}", nth + 1));
        assert!(row.starts_with(&format!("differs: ≠ {}|", nth + 1)) && row.contains("only here"), "{row}");
    }
    let mut shorter = same.clone();
    shorter.passing.steps.pop();
    assert!(mark(&marked(shorter)).0.ends_with("on the left b goes on, on the right it is over"));
    let mut late = same;
    late.failing.steps[2].choice = Choice { spelled: "+tick".into(), task: None };
    let rows = marked(late);
    assert!(mark(&rows).0.ends_with("on the left +tick is taken, on the right b goes on"));
    assert!(mark(&rows).1.contains("but time passes"), "{rows:?}");
}

#[test]
fn a_long_way_together_is_told_in_one_row() {
    let mut sides = naive().sides.unwrap();
    let step = sides.passing.steps[0].clone();
    let steps = |other: &str| -> Vec<Taken> {
        let way = (0..200)
            .map(|nth| Taken { choice: word(&[if nth == 60 { other } else { "a" }]).remove(0), ..step.clone() });
        way.collect()
    };
    (sides.failing.steps, sides.passing.steps) = (steps("b"), steps("a"));
    let page = shown(Play { sides: Some(sides), ..naive() });
    let rows = rows(&page);
    assert_eq!(rows[1].1, "|1 to 54: the same on both sides");
    assert!(mark(&rows).0.starts_with("≠ choice 61: here they part"));
    assert!(rows.len() < 60, "{} rows", rows.len());
    assert!(untagged(&page).contains("100 more choices are not shown."));
}

/// There is nothing to compare with.
#[test]
fn where_all_fail_or_none_does_there_is_one_side_only() {
    let fixed = book().chapters[0].scenarios[0].plays[1].clone();
    let all_fail = played("itself");
    assert_eq!((fixed.explored.failing, all_fail.explored.failing, all_fail.explored.schedules), (0, 1, 1));
    for play in [fixed, all_fail] {
        assert!(play.sides.is_none());
        assert!(!untagged(&shown(play)).contains(HEADING));
    }
    assert!(untagged(&shown(naive())).contains(HEADING));
}

/// What left-overs do where a run was cut is nobody's step; how it ended is said instead.
#[test]
fn a_run_that_was_cut_says_so_in_its_last_row() {
    let rows = rows(&shown(played("abba")));
    assert_eq!(rows.last().unwrap().1, "4|asays nothingdeadlockcould run: a|bendedmain endedcould run: b");
}

/// A pick is nobody's turn, and a task may have the name of a late tick.
#[test]
fn picks_and_ticks_have_nobodys_colour() {
    let mut play = played("picks");
    let spelled: Vec<&str> = play.shortest.as_ref().unwrap().word.iter().map(|it| it.spelled.as_str()).collect();
    assert_eq!(spelled, ["reply", "reply", "pick:2", "\"+tick\""]);
    play.shortest.as_mut().unwrap().word.push(Choice { spelled: "+tick".into(), task: None });
    let page = shown(play);
    let word = page.split("The shortest of them: ").nth(1).unwrap().split("</p>").next().unwrap();
    let choices: Vec<(&str, &str)> = tags(word)
        .iter()
        .filter(|tag| tag.0 == "span")
        .map(|tag| (attribute(tag.1, "class").unwrap(), tag.2))
        .collect();
    let expected = [
        ("word", ""),
        ("t1", "reply"),
        ("t1", "reply"),
        ("choice", "pick:2"),
        ("t2", "&quot;+tick&quot;"),
        ("choice", "+tick"),
    ];
    assert_eq!(choices, expected);
    let rows = rows(&page);
    assert!(mark(&rows).0.ends_with("on the left pick:2 is taken, on the right pick:0 is taken"));
    assert!(mark(&rows).1.contains("one of 3 ways: which reply comes"));
}

#[test]
fn the_search_says_how_far_it_went_and_what_it_saw() {
    let play = played("abba");
    assert_eq!((play.explored.stories, play.explored.orders), (4, 1));
    let text = untagged(&shown(play));
    assert!(text.contains("Explored 6 schedules, main always first (complete: yes). They tell 4 different stories."));
    assert!(text.contains("a b b a 4 polls, 2 switches") && text.contains("a a b b 4 polls, 1 switch"));
    let mut play = naive();
    (play.explored.stories, play.explored.orders) = (5, 3);
    assert!(untagged(&shown(play)).contains("They tell 5 different stories. What is said comes in 3 orders."));
    let mut play = naive();
    (play.explored.stories, play.explored.orders) = (6, 1);
    let text = untagged(&shown(play));
    assert!(text.contains("No two of them tell the same story. What is said always comes in the same order."));
}

#[test]
fn the_data_has_the_extent_the_lengths_and_both_sides() {
    let json: serde_json::Value = serde_json::from_str(&json(&book())).unwrap();
    let play = &json["chapters"][0]["scenarios"][0]["plays"][0];
    let explored = &play["explored"];
    assert_eq!(explored["extent"], "explored 6 schedules, main always first (complete: yes)");
    assert_eq!((&explored["bounds"]["schedules"], &explored["bounds"]["late_ticks"]), (&100_000.into(), &0.into()));
    assert_eq!((&explored["orders"], &explored["stories"]), (&6.into(), &6.into()));
    let example = &explored["outcomes"][0];
    assert_eq!((&example["polls"], &example["example"][0]), (&4.into(), &"a".into()));
    let passing = &play["sides"]["passing"];
    assert_eq!((&passing["spelled"], &passing["switches"]), (&"a a b b".into(), &1.into()));
    assert_eq!((&passing["steps"][1]["choice"], &passing["steps"][1]["could_run"][0]), (&"a".into(), &"b".into()));
}
