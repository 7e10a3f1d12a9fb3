//! Runs on one axis: step n stands over step n, whatever else lies between, and the first difference is where they part.

use super::html::Element;
use super::{book, odd_book, odd_runs, run, shown};
use crate::report::model::Run;
use crate::report::timeline::{self, Column, Layout, Steps};

fn steps(run: &Run) -> Steps {
    timeline::steps(run, None)
}

/// Turns of `a` and `b`, and a jump before each step that is named.
fn turns(tasks: &str, jumps: &[usize]) -> Run {
    let (mut ms, mut lines) = (0, Vec::new());
    for (nth, task) in tasks.split(' ').enumerate() {
        if jumps.contains(&(nth + 1)) {
            ms += 10;
            lines.push(format!("{ms} {task} woken"));
        }
        lines.push(format!("{ms} {task} polled\n{ms} {task} said turn {nth}\n{ms} {task} rested"));
    }
    run("done", &lines.join("\n"))
}

/// For each film: where its steps begin, and where they end.
fn places(films: &[&Steps]) -> Vec<Vec<(i32, i32)>> {
    let layouts = Layout::aligned(films);
    let of = |(steps, layout): (&&Steps, &Layout)| {
        let ends = layout.ends(steps);
        assert_eq!(ends.len(), steps.n_steps());
        let starts = (1..=steps.n_steps()).map(|step| layout.start(steps, step).unwrap());
        starts.zip(ends).collect::<Vec<_>>()
    };
    films.iter().zip(&layouts).map(of).collect()
}

/// Panics unless each step of each film stands where the longest film has it, and they follow one another.
fn assert_aligned(name: &str, films: &[&Steps]) {
    let places = places(films);
    let longest = places.iter().max_by_key(|places| places.len()).unwrap();
    for one in &places {
        assert_eq!(one[..], longest[..one.len()], "{name}: not over one another");
    }
    for pair in longest.windows(2) {
        assert!(pair[0].0 < pair[0].1 && pair[0].1 < pair[1].0, "{name}: {pair:?} overlap");
    }
}

#[test]
fn step_n_of_one_stands_over_step_n_of_every_other() {
    let runs: Vec<(&str, Run)> = odd_runs();
    let all: Vec<Steps> = runs.iter().map(|(_, run)| steps(run)).collect();
    for (one, (name, _)) in all.iter().zip(&runs) {
        for (other, (beside, _)) in all.iter().zip(&runs).filter(|(other, _)| other.n_steps() > 0) {
            assert_aligned(&format!("{name} and {beside}"), &[one, other]);
        }
    }
    let films: Vec<&Steps> = all.iter().collect();
    assert_aligned("all of them", &films);
    let widths: Vec<i32> = Layout::aligned(&films).iter().map(|layout| layout.width).collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "one axis is longer than another: {widths:?}");
}

/// What is one film's own lies between the same two steps in the other, as a gap.
#[test]
fn a_jump_of_one_film_does_not_part_it_from_the_other() {
    let with = steps(&turns("a b a b", &[1, 3]));
    let without = steps(&turns("a b a b", &[]));
    let elsewhere = steps(&turns("a b a b", &[2, 3, 4]));
    assert_eq!((with.columns.len(), without.columns.len(), elsewhere.columns.len()), (6, 4, 7));
    for films in [[&with, &without, &elsewhere], [&without, &elsewhere, &with], [&elsewhere, &with, &without]] {
        assert_aligned("jumps", &films);
    }
    let alone = places(&[&without]).remove(0);
    let beside = places(&[&without, &with]).remove(0);
    assert!(beside[0].0 > alone[0].0, "there is room for the jump before the first step");
    let (gap, wider) = (alone[2].0 - alone[1].1, beside[2].0 - beside[1].1);
    assert!(wider > gap, "and for the one before the third");
    assert_eq!(beside[1].0 - beside[0].1, alone[1].0 - alone[0].1, "and none where nobody jumps");
}

/// Both jump after the same step, so both jumps take the same place.
#[test]
fn jumps_after_the_same_step_share_their_place() {
    let one = steps(&turns("a b a", &[2]));
    let other = steps(&turns("a b a", &[2, 3]));
    let (both, single) = (places(&[&one, &other]).remove(0), places(&[&one]).remove(0));
    assert_eq!(both[1], single[1], "nothing is wider up to the second step");
    assert!(both[2].0 > single[2].0, "room for the other's second jump");
}

#[test]
fn a_run_that_is_cut_leaves_the_others_steps_where_they_are() {
    let cut = steps(&run("deadlock", "0 a polled\n0 a rested\n0 b polled\n0 b rested\n0 a left-over\n0 b left-over"));
    assert!(matches!(cut.columns[2], Column::Stop { .. }));
    let whole = steps(&turns("a b a b a", &[]));
    assert_aligned("cut", &[&cut, &whole]);
    assert_aligned("cut", &[&whole, &cut]);
}

#[test]
fn lanes_of_different_number_share_the_axis_and_not_the_height() {
    let two = steps(&turns("a b a", &[]));
    let four = steps(&turns("a b c d", &[]));
    assert_aligned("lanes", &[&two, &four]);
    let layouts = Layout::aligned(&[&two, &four]);
    assert!(layouts[0].height < layouts[1].height);
    assert_eq!(layouts[0].width, layouts[1].width);
}

#[test]
fn the_first_difference_is_a_step_or_none() {
    let base = "0 a polled\n0 a said one\n0 a rested\n0 b polled\n0 b said two\n0 b rested\n0 a polled\n0 a ended";
    let difference = |other: &str| steps(&run("done", base)).first_difference(&steps(&run("done", other)));
    assert_eq!(difference(base), None);
    let beginnings = |text: &str, with: &str| difference(&base.replacen(text, with, 1));
    assert_eq!(beginnings("said one", "said another"), Some(1), "another text");
    assert_eq!(beginnings("0 a said one\n", ""), Some(1), "nothing said");
    assert_eq!(
        beginnings("0 b polled\n0 b said two\n0 b rested", "0 c polled\n0 c said two\n0 c rested"),
        Some(2),
        "who"
    );
    assert_eq!(beginnings("0 b polled\n0 b said", "0 b polled\n5 b said"), Some(2), "blocked");
    assert_eq!(beginnings("0 a ended", "0 a failed boom"), Some(3), "how it ended");
    assert_eq!(beginnings("0 a polled\n0 a ended", "0 a polled\n0 a rested"), Some(3), "it did not end");
    assert_eq!(difference(&format!("{base}\n0 c polled\n0 c rested")), Some(4), "one is longer");
    assert_eq!(difference("0 a polled\n0 a said one\n0 a rested"), Some(2), "one is shorter");
    assert_eq!(difference(""), Some(1), "one is empty");
    let mechanics = base.replace("0 a rested", "0 a holds Lock 1\n0 a waits Event 1\n0 a rested");
    assert_eq!(difference(&mechanics), None, "what nobody sees is no difference");
    let later = base.replace("0 a polled\n0 a ended", "7 a woken\n7 a polled\n7 a ended");
    assert_eq!(difference(&later), Some(3), "another time");
}

/// The films of each stage of a page.
fn stages(page: &Element) -> Vec<(&Element, Vec<&Element>)> {
    page.all("div.stage").into_iter().map(|stage| (stage, stage.all("div.film"))).collect()
}

fn edges(film: &Element) -> Vec<i32> {
    let picture = film.elements().find(|svg| svg.get("data-x").is_some()).unwrap();
    picture.get("data-x").unwrap().split_whitespace().map(|x| x.parse().unwrap()).collect()
}

#[test]
fn on_the_page_every_step_reaches_as_far_as_the_others_do() {
    let page = shown(&odd_book());
    let mut n_pairs = 0;
    for (stage, films) in stages(&page) {
        let id = stage.get("id").unwrap();
        let edges: Vec<Vec<i32>> = films.iter().map(|film| edges(film)).collect();
        let longest = edges.iter().max_by_key(|edges| edges.len()).unwrap();
        assert_eq!(stage.get("data-steps").unwrap(), longest.len().to_string(), "{id}");
        for one in &edges {
            n_pairs += 1;
            // After its last step a film is seen to its end.
            let (last, before) = one.split_last().map_or((0, &[][..]), |(last, before)| (*last, before));
            assert_eq!(*before, longest[..before.len()], "{id}");
            assert!(one.is_empty() || longest.last() == Some(&last), "{id}: {last} is not the end of {longest:?}");
        }
        let names = films.iter().map(|film| film.one("svg.names").get("width").unwrap());
        assert_eq!(names.clone().min(), names.max(), "{id}: names of different width push the pictures apart");
    }
    assert!(n_pairs > 40, "only {n_pairs} films");
}

/// The first film and its cure have their line, which stands right before the step.
#[test]
fn on_the_page_the_first_difference_is_marked_in_both() {
    let (model, mut n_marks) = (book(), 0);
    let page = shown(&model);
    for scenario in model.scenarios() {
        let steps: Vec<Steps> = scenario.plays.iter().map(|play| steps(&play.run)).collect();
        let cure = scenario.plays.iter().skip(1).position(|play| play.name == "fixed").map_or(1, |nth| nth + 1);
        let differs = steps[0].first_difference(&steps[cure]);
        let stage = page.one(&format!("#{}.stage", scenario.id));
        assert_eq!(stage.get("data-differs").map(str::to_string), differs.map(|step| step.to_string()));
        let films: Vec<&Steps> = steps.iter().collect();
        let layouts = Layout::aligned(&films);
        for (nth, film) in stage.all("div.film").into_iter().enumerate() {
            let marks: Vec<&Element> = film.all("path.differs");
            let start =
                differs.and_then(|step| layouts[nth].start(&steps[nth], step)).filter(|_| nth == 0 || nth == cure);
            assert_eq!(marks.len(), usize::from(start.is_some()), "{}: film {nth}", scenario.id);
            n_marks += marks.len();
            if let Some(x) = start {
                assert!(marks[0].get("d").unwrap().starts_with(&format!("M{} ", (x - 8).max(5))), "{}", scenario.id);
            }
        }
    }
    assert!(n_marks > 8, "only {n_marks} marks");
}
