//! Each check is seen green on a page in order, and red on the same page with one thing changed.
//!
//! These tests need a Chromium, and fail without one: a check that nobody has seen red is no check.

mod bad;

use super::checks::{CHECKS, Check};
use super::page::Page;
use super::process::{Browser, found, fresh_folder};
use super::{TOLD, failure_text};
use crate::out::Exit;
use std::fs;
use std::path::Path;

const GOOD: &str = include_str!("good.html");

/// A page in a folder of its own, which goes with it.
struct Put(std::path::PathBuf);

impl Put {
    fn page(text: &str) -> (Self, Page) {
        let put = Self(fresh_folder().expect("a folder"));
        let file = put.0.join("a page.html");
        fs::write(&file, text).expect("it can be written to");
        (put, Page::of(&file).expect("it is there"))
    }
}

impl Drop for Put {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn named(name: &str) -> &'static Check {
    CHECKS.iter().find(|check| check.name == name).expect("a check of this name")
}

fn browser() -> Browser {
    Browser::start().unwrap_or_else(|failure| panic!("{}", failure.message))
}

/// What a check finds on a page.
fn findings(browser: &Browser, check: &Check, text: &str) -> Vec<String> {
    let (_put, page) = Put::page(text);
    (check.run)(browser, &page).unwrap_or_else(|failure| panic!("{}: {}", check.name, failure.message))
}

/// Each of them changes one thing of the page in order, and the check must say so in these words.
fn all_found(name: &str, bad: &[(&str, &str, &str)]) {
    let (browser, check) = (browser(), named(name));
    for (part, changed, words) in bad {
        assert!(GOOD.contains(part), "the page in order has no {part}");
        let found = findings(&browser, check, &GOOD.replacen(part, changed, 1));
        let is_found = found.iter().any(|finding| finding.contains(words));
        assert!(is_found, "{name}: {part:?} for {changed:?} must be told with {words:?}, and is: {found:#?}");
    }
}

#[test]
fn a_page_in_order_passes_every_check() {
    let browser = browser();
    for check in CHECKS {
        let found = findings(&browser, check, GOOD);
        assert!(found.is_empty(), "{}: {found:#?}", check.name);
    }
}

#[test]
fn a_failure_says_what_must_hold_where_it_does_not_and_the_cure() {
    let found: Vec<String> = (0..TOLD + 2).map(|nth| format!("finding {nth}\nsecond line")).collect();
    let text = failure_text(named("theme"), &found);
    assert!(text.starts_with("    not so: Light and dark can be chosen"), "{text}");
    assert!(text.contains("      - finding 0\n        second line\n"), "{text}");
    assert!(text.contains("      and 2 more\n    cure: let the radios"), "{text}");
}

#[test]
fn each_check_has_a_name_of_its_own_a_sentence_and_a_cure() {
    for (nth, check) in CHECKS.iter().enumerate() {
        assert!(CHECKS[..nth].iter().all(|other| other.name != check.name), "{}", check.name);
        assert!(check.sentence.ends_with('.') && !check.cure.is_empty(), "{}", check.name);
    }
}

#[test]
fn a_missing_browser_is_told_with_its_cure() {
    let nowhere = found(None, "/nowhere").expect_err("nothing is there");
    assert_eq!(nowhere.exit, Exit::Usage);
    assert!(nowhere.message.contains("apt-get install chromium-headless-shell"), "{}", nowhere.message);
    let named = found(Some(Path::new("/nowhere/chromium")), "").expect_err("it is not there");
    assert_eq!(named.exit, Exit::Usage);
    assert!(named.message.contains("ASYNC_KATA_CHROMIUM"), "{}", named.message);
}

/// A browser leaves nothing behind, also when it was in the middle of something.
#[test]
fn what_was_started_is_ended_and_its_profile_removed() {
    let (profile, group) = {
        let browser = browser();
        let (_put, page) = Put::page(GOOD);
        let tab = super::tab::Tab::open(&browser).expect("a tab");
        tab.load(&page).expect("it loads");
        browser.traces()
    };
    assert!(!profile.exists(), "{}", profile.display());
    let alive = std::process::Command::new("sh").args(["-c", "kill -0 -- \"-$0\" 2>/dev/null", &group]).status();
    assert!(!alive.expect("sh").success(), "somebody of group {group} is left");
}

/// The report's own page, with a mistake in its script: the small page above has no such player.
#[test]
fn a_player_that_says_something_else_is_found() {
    let model = crate::report::gather(&crate::out::root().join("snapshots")).expect("every play runs");
    let page = crate::report::page(&model, async_kata::scenarios::Lang::En);
    let (before, after) = page.split_once("script-src 'sha256-").expect("a policy");
    let (_, after) = after.split_once('\'').expect("a hash");
    let page = format!("{before}script-src 'unsafe-inline'{after}");
    let mistakes = [
        ("state.k + 1)", "state.k + 2)", "after 2 steps"),
        ("film.ends.length) - 1]", "film.ends.length)]", "is covered from"),
        (": ${told}</p>", "</p>", "does not say"),
        ("go(Number(stage.dataset.differs))", "go(1)", "the first difference leads to 1"),
        ("const right = is ===", "const right = true || is ===", "the wrong answer is told"),
        ("all(ready, \"b\").length ?", "all(ready, \"b\").length >= 0 ?", "the right answer is told"),
        ("if (!asks()) state.k", "if (asks()) state.k", "predicting ends at step"),
    ];
    let browser = browser();
    let told = named("told");
    assert_eq!(findings(&browser, told, &page), [""; 0]);
    for (right, wrong, said) in mistakes {
        assert!(page.contains(right), "{right} is no longer in page.js");
        let found = findings(&browser, told, &page.replace(right, wrong));
        assert!(found.iter().any(|finding| finding.contains(said)), "{wrong}: {found:#?}");
    }
}
