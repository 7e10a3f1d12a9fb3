//! The book in Ukrainian: every scenario has its section, whole, and no section is without a scenario.

use async_kata::scenarios::{self, CHAPTERS, Chapter, Lang, Play, Scenario};

const CURE: &str = "write it in the chapter's uk.md, in the form that src/scenarios/lang.rs shows";

/// What a `uk.md` has, read line by line and not as the library reads it: each id, with the plays that have a claim.
fn sections(chapter: &'static Chapter) -> Vec<(&'static str, Vec<&'static str>)> {
    let quoted = |line: &'static str| line.strip_prefix('`')?.split_once('`');
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in chapter.uk.lines() {
        if let Some((id, "")) = quoted(line) {
            found.push((id, Vec::new()));
        } else if let Some((play, _)) = line.strip_prefix("- ").and_then(quoted) {
            found.last_mut().expect("an id stands before the claims").1.push(play);
        }
    }
    found
}

#[test]
fn every_scenario_has_a_section_with_its_plays_and_the_reverse() {
    for chapter in CHAPTERS {
        let plays = |scenario: &Scenario| scenario.plays.iter().map(|play| play.name).collect();
        let book: Vec<(&str, Vec<&str>)> = chapter.scenarios.iter().map(|one| (one.id, plays(one))).collect();
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

/// Every text of the book, as it is in English and as it is in Ukrainian, with its name for a message.
fn pairs() -> Vec<(String, String, String)> {
    let of_play = |scenario: &'static Scenario, play: &'static Play| {
        let name = format!("the claim of {}:{}", scenario.id, play.name);
        (name, play.claim.to_string(), scenario.claim_in(play, Lang::Uk).to_string())
    };
    let mut pairs: Vec<(String, String, String)> = scenarios::all()
        .flat_map(|scenario| {
            let title = (format!("the title of {}", scenario.id), scenario.title().into());
            let prose = (format!("the prose of {}", scenario.id), scenario.prose());
            let title = (title.0, title.1, scenario.title_in(Lang::Uk).to_string());
            let prose = (prose.0, prose.1, scenario.prose_in(Lang::Uk));
            let claims = scenario.plays.iter().map(move |play| of_play(scenario, play));
            [title, prose].into_iter().chain(claims)
        })
        .collect();
    pairs.extend(CHAPTERS.iter().map(|chapter| {
        let (en, uk) = (chapter.title.to_string(), chapter.title_in(Lang::Uk).to_string());
        (format!("the title of the chapter {}", chapter.name), en, uk)
    }));
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
fn titles_prose_and_claims_have_the_form_of_the_english_ones() {
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

/// A scenario of somebody else's speaks English in every language.
#[test]
fn what_is_not_translated_is_in_english() {
    let source = "//! A title.\n//!\n//! Prose.\n\nuse std::fmt;\n";
    for id in ["pitfalls/of-my-own", "elsewhere/of-my-own", "pitfalls"] {
        let scenario = Scenario { id, source, covers: &[], plays: &[], twin: None, differs: &[] };
        assert_eq!((scenario.title_in(Lang::Uk), scenario.prose_in(Lang::Uk)), ("A title.", "Prose.".to_string()));
        let naive = scenarios::find("pitfalls/lost-update").unwrap().play("naive").unwrap();
        assert_eq!(scenario.claim_in(naive, Lang::Uk), naive.claim);
    }
}
