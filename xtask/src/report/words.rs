//! The page's own sentences, in both languages.

use super::both::{Both, plural};
use super::model::{Entry, Explored, Mark, Play, Record, one_line};

/// How a play fared.
pub(super) struct Fared {
    /// For colour.
    pub class: &'static str,
    /// For the eye, without colour.
    pub glyph: &'static str,
    pub words: Both,
}

pub(super) fn verdict(play: &Play) -> Fared {
    let declared_to_fail = play.expect.failing > 0;
    let (class, glyph, en, uk) = match (play.run.verdict.passes, declared_to_fail, play.surprises.is_empty()) {
        (true, _, false) => ("surprise", "!", "passes, but not as it should", "вдається, але не так, як мало б"),
        (false, _, false) => ("surprise", "!", "fails, and not as it should", "не вдається, і не так, як мало б"),
        (false, true, true) => ("fails", "✗", "fails, as it should", "не вдається, як і має бути"),
        (true, true, true) => (
            "fails",
            "✗",
            "passes in this order, and fails in others, as it should",
            "у цьому порядку вдається, а в інших ні, як і має бути",
        ),
        (true, false, true) => ("passes", "✓", "passes", "вдається"),
        (false, false, true) => ("surprise", "!", "fails, and should not", "не вдається, а мало б"),
    };
    Fared { class, glyph, words: Both::new(en, uk) }
}

/// `4 of 6`, and what of them.
pub(super) fn counts(explored: &Explored) -> (Both, Both) {
    let (failing, all) = (explored.failing, explored.schedules);
    let words = match (failing, all) {
        (_, 1) if explored.complete => {
            Both::new("schedule fails: there is only the one", "не вдається: порядок лише один")
        }
        (1, _) => Both::new("schedules fails", "порядків не вдається"),
        _ => Both::new("schedules fail", "порядків не вдаються"),
    };
    (Both::new(format!("{failing} of {all}"), format!("{failing} з {all}")), words)
}

/// `4 of 6 fail`, for where there is little room.
pub(super) fn failing_of(explored: &Explored) -> Both {
    let (failing, all) = (explored.failing, explored.schedules);
    let s = if failing == 1 && all == 1 { "fails" } else { "fail" };
    Both::new(format!("{failing} of {all} {s}"), format!("не вдається {failing} з {all}"))
}

/// What was explored, and what was not.
pub(super) fn explored(play: &Play) -> Both {
    let Explored { schedules, complete, orders, stories, .. } = play.explored;
    let mut said = vec![extent(&play.explored, play.main_competes)];
    if complete && schedules == 1 {
        said.push(Both::new(
            "Whoever can run, there is nothing to choose.",
            "Хоч би хто міг іти далі, вибирати немає з чого.",
        ));
    }
    match (stories, schedules) {
        (_, 1) => {}
        (1, _) => said.push(Both::new("They tell one and the same story.", "Усі вони розповідають те саме.")),
        (n, all) if n == all => {
            said.push(Both::new("No two of them tell the same story.", "Жодні два не розповідають того самого."));
        }
        (n, _) => said.push(Both::new(format!("They tell {n} different stories."), format!("Різних історій {n}."))),
    }
    let is_silent = play.run.entries.iter().all(|entry| entry.kind != "said");
    match (orders, schedules) {
        (_, 1) => {}
        (1, _) if is_silent => {}
        (1, _) => {
            said.push(Both::new("What is said always comes in the same order.", "Сказане завжди йде в одному порядку."))
        }
        (n, _) => said.push(Both::new(
            format!("What is said comes in {n} orders."),
            format!("Сказане йде в {n} {}.", plural(n, "порядку", "порядках", "порядках")),
        )),
    }
    if play.main_competes {
        said.push(Both::new(
            "When `main` goes on was a choice like every other.",
            "Коли `main` іде далі, теж було вибором, як і решта.",
        ));
    }
    Both::join(&said, " ")
}

/// How far the exploration went: never that anything was proved.
fn extent(explored: &Explored, main_competes: bool) -> Both {
    let (n, bounds) = (explored.schedules, &explored.bounds);
    let s = |n: usize| if n == 1 { "" } else { "s" };
    let mut parts = vec![Both::new(
        format!("Explored {n} schedule{}", s(n)),
        format!("Досліджено {n} {}", plural(n, "порядок", "порядки", "порядків")),
    )];
    if let Some(bound) = bounds.preemptions.filter(|_| !explored.complete) {
        parts.push(Both::new(format!("at preemption bound {bound}"), format!("не більше витіснень, ніж {bound}")));
    }
    if let Some(depth) = bounds.depth.filter(|_| !explored.complete) {
        parts.push(Both::new(format!("to a depth of {depth}"), format!("до глибини {depth}")));
    }
    if explored.before > 0 {
        let before = explored.before;
        parts.push(Both::new(format!("after {before} at lower bounds"), format!("після {before} за менших меж")));
    }
    if bounds.late_ticks > 0 {
        let n = bounds.late_ticks;
        parts.push(Both::new(format!("with up to {n} late tick{}", s(n)), format!("запізнілих тактів не більше {n}")));
    }
    if !main_competes {
        parts.push(Both::new(
            "main goes on whenever it can (in the picture on top it waits for its turn)",
            "main іде далі, щойно може (на діаграмі вгорі вона чекає свого ходу)",
        ));
    }
    let gaps = Both::join(&explored.gaps, "; ");
    let all = if explored.complete {
        Both::new("these are all", "інших немає")
    } else {
        Both::new(format!("these are not all: {}", gaps.en), format!("це не всі: {}", gaps.uk))
    };
    let parts = Both::join(&parts, ", ");
    Both::new(format!("{}; {}.", parts.en, all.en), format!("{}; {}.", parts.uk, all.uk))
}

/// How long a schedule is: `4 polls, 2 switches`.
pub(super) fn length(polls: usize, switches: usize) -> Both {
    let s = |n: usize, one: &'static str, more: &'static str| if n == 1 { one } else { more };
    Both::new(
        format!("{polls} {}, {switches} {}", s(polls, "turn", "turns"), s(switches, "switch", "switches")),
        format!(
            "{polls} {}, {switches} {}",
            plural(polls, "хід", "ходи", "ходів"),
            plural(switches, "перемикання", "перемикання", "перемикань"),
        ),
    )
}

/// What there is to say of a play without a record.
pub(super) fn record(record: &Record) -> Both {
    match record {
        Record::Read { .. } => {
            Both::new("CPython has no counterpart to this play.", "У CPython немає відповідника цього запуску.")
        }
        Record::NoTwin => {
            Both::new("CPython has no counterpart to this scenario.", "У CPython немає відповідника цього сценарію.")
        }
        Record::Missing { file } => Both::new(
            format!("CPython was not asked: there is no record `{file}`. Make it with `cargo xtask oracle --record`."),
            format!("CPython не питали: запису `{file}` немає. Його створить `cargo xtask oracle --record`."),
        ),
        Record::Unreadable { why } => Both::new(
            format!("CPython's record tells nothing: {why}."),
            format!("Запис CPython прочитати не вдалося: `{why}`."),
        ),
    }
}

/// The sign between our entry and CPython's, and how it reads aloud.
pub(super) fn mark(mark: Mark) -> (&'static str, Both) {
    match mark {
        Mark::Same => ("=", Both::new("same", "так само")),
        Mark::Standing => ("≈", Both::new("a standing difference", "постійна відмінність")),
        Mark::Named => ("≈", Both::new("a named difference", "названа відмінність")),
        Mark::Differs => ("≠", Both::new("differs", "інакше")),
    }
}

/// What a task waits for, as a report names it: `Lock 1`, `task a`, `the clock, until 30 ms`.
pub(super) fn thing(name: &str) -> Both {
    if let Some(task) = name.strip_prefix("task ") {
        return Both::new(name, format!("задачу {task}"));
    }
    let until = name.strip_prefix("the clock, until ").and_then(|until| until.strip_suffix(" ms"));
    match until {
        Some(until) => Both::new(name, format!("годинник, до {until} мс")),
        None => Both::same(name),
    }
}

/// The same by itself, and not as what somebody waits for.
pub(super) fn called(name: &str) -> Both {
    match name.strip_prefix("task ") {
        Some(task) => Both::new(name, format!("задача {task}")),
        None => thing(name),
    }
}

/// Above the line of a task that waits.
pub(super) fn waits_for(things: &[String]) -> Both {
    if things.is_empty() {
        return Both::new("waits", "чекає");
    }
    let until = |name: &String| {
        name.strip_prefix("the clock, until ").and_then(|until| until.strip_suffix(" ms")).map(str::to_string)
    };
    if let [name] = things
        && let Some(ms) = until(name)
    {
        return Both::new(format!("until {ms} ms"), format!("до {ms} мс"));
    }
    let name = |name: &String| match (until(name), name.strip_prefix("task ")) {
        (Some(ms), _) => Both::new(format!("the clock, until {ms} ms"), format!("годинник, до {ms} мс")),
        (None, Some(task)) => Both::same(task),
        (None, None) => Both::same(name),
    };
    let things = Both::join(&things.iter().map(name).collect::<Vec<_>>(), ", ");
    Both::new(format!("waits for {}", things.en), format!("чекає на {}", things.uk))
}

/// An entry in words: what was said as it was said, and what happened in a few words. `by` is who woke, where the entry does
/// not say it.
pub(super) fn entry(entry: &Entry, by: Option<&str>) -> Both {
    let what = one_line(&entry.what);
    let named = thing(&what);
    match (&*entry.kind, by) {
        ("said", _) => Both::same(what),
        ("started", _) => Both::new("started", "почалася"),
        ("ended", _) => Both::new("ended", "завершилася"),
        ("cancelled", _) => Both::new("cancelled", "скасована"),
        ("left-over", _) => Both::new("left over", "покинута"),
        ("failed", _) => Both::new(format!("failed: {what}"), format!("помилка: {what}")),
        ("polled", _) => Both::new("is polled", "виконується"),
        ("rested", _) => Both::new("rests: the poll returned Pending", "спиняється: poll повернув Pending"),
        ("spawned", _) if what.is_empty() => Both::new("is there", "є"),
        ("spawned", _) => Both::new(format!("spawned by {what}"), format!("її створила {what}")),
        ("woken", Some(by)) => Both::new(format!("woken by {by}"), format!("її будить {by}")),
        ("woken", None) if what.is_empty() => Both::new("woken from outside the tasks", "її будить не задача"),
        ("woken", None) => Both::new(format!("woken by {what}"), format!("її будить {what}")),
        ("waits", _) => Both::new(format!("waits for {what}"), format!("чекає на {}", named.uk)),
        ("leaves", _) => Both::new(format!("no longer waits for {what}"), format!("більше не чекає на {}", named.uk)),
        ("holds", _) => Both::new(format!("takes {what}"), format!("бере {what}")),
        ("frees", _) => Both::new(format!("gives {what} back"), format!("звільняє {what}")),
        (kind, _) => Both::same(kind),
    }
}

/// `4` of `6` as `67 %`; what is there is never 0 %.
pub(super) fn share(count: usize, all: usize) -> String {
    match (200 * count + all) / (2 * all.max(1)) {
        0 if count > 0 => "< 1 %".into(),
        share => format!("{share} %"),
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
