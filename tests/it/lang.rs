//! The book in Ukrainian: every text has its translation, and no translation is without its text.

use super::scenarios::{explored, run};
use async_kata::scenarios::{self, CHAPTERS, Chapter, Divergence, Lang, Play, Scenario, Standing};
use async_kata::sim::End;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const CURE: &str = "a chapter's texts stand in its uk.md, in the form that src/scenarios/lang.rs shows; statements in \
    statements.uk.md; ends and standing divergences beside their English";

/// What a section has, or should have: the keys of its lists.
#[derive(Debug, Default, PartialEq)]
struct Section {
    id: &'static str,
    /// The plays that have a claim, in order.
    claims: Vec<&'static str>,
    /// The labels, sorted.
    labels: Vec<&'static str>,
    /// The plays of the divergences, in order.
    reasons: Vec<&'static str>,
}

/// What a `uk.md` has, read line by line and not as the library reads it.
fn sections(chapter: &'static Chapter) -> Vec<Section> {
    let key = |item: &'static str| item.strip_prefix('`')?.split_once("`: ").map(|cut| cut.0);
    // An item without its key counts as a key that nobody asks for; of claims not, as prose may have lists, too.
    let item = |line: &'static str, mark| line.strip_prefix(mark).map(|item| key(item).unwrap_or(item));
    let mut found: Vec<Section> = Vec::new();
    for line in chapter.uk.lines() {
        if let Some(id) = line.strip_prefix('`').and_then(|line| line.strip_suffix('`')).filter(|id| !id.contains('`'))
        {
            found.push(Section { id, ..Section::default() });
        } else if let Some(section) = found.last_mut() {
            section.claims.extend(line.strip_prefix("- ").and_then(key));
            section.labels.extend(item(line, "- = "));
            section.reasons.extend(item(line, "- ≠ "));
        }
    }
    found.iter_mut().for_each(|section| section.labels.sort_unstable());
    found
}

/// The names of the ends, which are the labels of plays that do not come to their own.
fn ends() -> [&'static str; 6] {
    let (stuck, task) = (Vec::new, || "a".into());
    let panicked: End<()> = End::Panicked { task: task(), message: String::new() };
    let stopped = [End::Deadlock(stuck()), End::Horizon(stuck()), End::Spin(task()), End::Flood(task())];
    let [deadlock, horizon, spin, flood] = stopped.map(|end: End<()>| end.name());
    [End::Done(()).name(), deadlock, horizon, spin, flood, panicked.name()]
}

/// Each scenario's own labels: those of all outcomes of all its plays, and of the paused runs.
static LABELS: LazyLock<BTreeMap<&'static str, BTreeSet<String>>> = LazyLock::new(|| {
    let of_play = |play: &Play| {
        let (Ok(paused) | Err(paused)) = scenarios::judge(&run(play).end);
        explored(play).outcomes.into_iter().map(|outcome| outcome.label).chain([paused])
    };
    let own = |label: &String| !ends().contains(&label.as_str());
    scenarios::all()
        .map(|scenario| (scenario.id, scenario.plays.iter().flat_map(of_play).filter(own).collect()))
        .collect()
});

#[test]
fn every_scenario_has_a_section_with_its_lists_and_the_reverse() {
    for chapter in CHAPTERS {
        let of_book = |scenario: &&'static Scenario| Section {
            id: scenario.id,
            claims: scenario.plays.iter().map(|play| play.name).collect(),
            labels: LABELS[scenario.id].iter().map(String::as_str).collect(),
            reasons: scenario.differs.iter().map(|divergence| divergence.play).collect(),
        };
        let book: Vec<Section> = chapter.scenarios.iter().map(of_book).collect();
        assert_eq!(
            sections(chapter),
            book,
            "{}: left what its uk.md has, right what the book has: {CURE}",
            chapter.name
        );
        let titles = chapter.uk.lines().filter(|line| line.starts_with("## ")).count();
        assert_eq!(titles, book.len(), "{}: a title too many, or too few: {CURE}", chapter.name);
    }
}

#[test]
fn every_statement_has_a_line_and_the_reverse() {
    let lines = include_str!("../../src/scenarios/statements.uk.md").lines().filter(|line| line.starts_with('-'));
    let ids: Vec<&str> = lines.map(|line| line.split('`').nth(1).unwrap_or(line)).collect();
    let book: Vec<&str> = scenarios::statements().iter().map(|statement| statement.id).collect();
    assert_eq!(ids, book, "left the lines of src/scenarios/statements.uk.md, right the statements");
}

/// Every text of the book, as it is in English and as it is in Ukrainian, with its name for a message.
fn pairs() -> Vec<(String, String, String)> {
    let uk = Lang::Uk;
    let pair = |name: String, en: &str, uk: &str| (name, en.to_string(), uk.to_string());
    let mut pairs = Vec::new();
    for chapter in CHAPTERS {
        pairs.push(pair(format!("the title of the chapter {}", chapter.name), chapter.title, chapter.title_in(uk)));
    }
    for scenario in scenarios::all() {
        let id = scenario.id;
        pairs.push(pair(format!("the title of {id}"), scenario.title(), scenario.title_in(uk)));
        pairs.push(pair(format!("the prose of {id}"), &scenario.prose(), &scenario.prose_in(uk)));
        for play in scenario.plays {
            pairs.push(pair(format!("the claim of {id}:{}", play.name), play.claim, scenario.claim_in(play, uk)));
        }
        for label in &LABELS[id] {
            pairs.push(pair(format!("the label `{label}` of {id}"), label, scenario.label_in(label, uk)));
        }
        for one in scenario.differs {
            pairs.push(pair(format!("a divergence of {id}:{}", one.play), one.why, scenario.why_in(one, uk)));
        }
    }
    let statements = scenarios::statements().iter();
    pairs.extend(statements.map(|one| pair(format!("the statement {}", one.id), one.text, one.text_in(uk))));
    let standing = [Standing::DroppedIsCancelled, Standing::LeftOverIsCancelled, Standing::PanicIsException];
    pairs.extend(standing.map(|one| pair(format!("{one:?}"), one.text(), one.text_in(uk))));
    pairs.extend(ends().map(|end| pair(format!("the end {end}"), end, scenarios::end_in(end, uk))));
    pairs
}

/// Its letters outside of code are mostly Cyrillic, and none is one that Ukrainian does not have.
fn is_ukrainian(text: &str) -> bool {
    let plain: String = text.split('`').step_by(2).collect();
    let cyrillic = plain.chars().filter(|letter| ('\u{400}'..='\u{4ff}').contains(letter)).count();
    let latin = plain.chars().filter(char::is_ascii_alphabetic).count();
    cyrillic > 2 * latin && !plain.to_lowercase().contains(['ы', 'э', 'ъ', 'ё'])
}

fn numbers(text: &str) -> Vec<&str> {
    text.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| !digits.is_empty()).collect()
}

#[test]
fn every_text_is_in_ukrainian_and_has_the_numbers_of_the_english_one() {
    for (name, en, uk) in pairs() {
        assert!(is_ukrainian(&uk), "{name} is not in Ukrainian: {CURE}\n{uk}");
        let lost: Vec<&str> = numbers(&en).into_iter().filter(|number| !numbers(&uk).contains(number)).collect();
        assert!(lost.is_empty(), "{name} has lost {lost:?}: {CURE}\n{en}\n{uk}");
    }
}

#[test]
fn the_ukrainian_texts_have_the_form_of_the_english_ones() {
    for (name, en, uk) in pairs() {
        assert_eq!(uk.ends_with('.'), en.ends_with('.'), "{name} does not end as a sentence does: {CURE}\n{uk}");
        let most = if name.starts_with("the prose") { usize::MAX } else { 130 };
        assert!(uk.chars().count() <= most, "{name} is too long: {CURE}\n{uk}");
        assert!(uk.chars().count() * 2 > en.chars().count(), "{name} has lost half of it: {CURE}\n{uk}");
        assert!(uk.lines().all(|line| line.chars().count() <= 120 || most < usize::MAX), "{name}: wrap it at 120");
    }
}

#[test]
fn a_language_is_known_by_its_code() {
    for lang in [Lang::En, Lang::Uk] {
        assert_eq!(lang.to_string().parse(), Ok(lang));
    }
    assert_eq!(Lang::default(), Lang::En);
    assert_eq!("UK".parse::<Lang>().unwrap_err().to_string(), "there is no book in `UK`: take en or uk");
}

const fn why(play: &'static str, why: &'static str) -> Divergence {
    Divergence { play, ours: &["0 a said x"], cpython: &[], why }
}

/// A scenario of somebody else's speaks English in every language.
#[test]
fn what_is_not_translated_is_in_english() {
    let source = "//! A title.\n//!\n//! Prose.\n\nuse std::fmt;\n";
    const DIFFERS: &[Divergence] = &[why("naive", "one reason"), why("naive", "another")];
    for id in ["pitfalls/of-my-own", "elsewhere/of-my-own", "pitfalls"] {
        let scenario = Scenario { id, source, covers: &[], plays: &[], twin: None, differs: DIFFERS };
        assert_eq!((scenario.title_in(Lang::Uk), scenario.prose_in(Lang::Uk)), ("A title.", "Prose.".to_string()));
        let naive = scenarios::find("pitfalls/lost-update").unwrap().play("naive").unwrap();
        assert_eq!(scenario.claim_in(naive, Lang::Uk), naive.claim);
        assert_eq!(scenario.label_in("one update lost", Lang::Uk), "one update lost");
        assert_eq!(scenario.why_in(&DIFFERS[0], Lang::Uk), "one reason");
    }
}

/// The reasons of one play stand in the order of its divergences; one too many has none, and neither has a foreign one.
#[test]
fn a_reason_is_found_by_its_play_and_its_place() {
    const DIFFERS: &[Divergence] =
        &[why("spawned", "first"), why("naive", "second"), why("naive", "third"), why("fixed", "fourth")];
    let book = scenarios::find("pitfalls/forgotten-await").unwrap();
    let scenario = Scenario { id: book.id, source: "", covers: &[], plays: &[], twin: None, differs: DIFFERS };
    let uk = |of: &Scenario, one| of.why_in(one, Lang::Uk);
    let [naive, spawned] = book.differs else { panic!("the book has two") };
    assert_eq!((uk(&scenario, &DIFFERS[0]), uk(&scenario, &DIFFERS[1])), (uk(book, spawned), uk(book, naive)));
    assert_eq!((uk(&scenario, &DIFFERS[2]), uk(&scenario, &DIFFERS[3])), ("third", "fourth"));
    assert_eq!(uk(&scenario, naive), naive.why);
}
