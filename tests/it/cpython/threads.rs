//! CPython's cases of `to_thread`.

use async_kata::sim::{self, End};
use async_kata::tasks::{Ended, gather_all, spawn, to_thread};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// `ToThreadTests.test_to_thread`
///
/// - the function's value comes back.
#[test]
fn the_value_comes_back() {
    let run = sim::run(|| async { to_thread(|| [40, 2].iter().sum::<i32>()).await });
    assert_eq!(run.end, End::Done(Ok(42)));
}

/// `ToThreadTests.test_to_thread_exception`
///
/// - what the function raises is raised where it is awaited, with its text.
#[test]
fn an_error_comes_back() {
    let run = sim::run(|| async {
        let panicked = to_thread(|| -> u8 { panic!("test") }).await;
        let returned = to_thread(|| Err::<u8, _>("test")).await;
        (panicked, returned)
    });
    let panicked = Ended::Panicked { task: "main".into(), message: "test".into() };
    assert_eq!(run.end, End::Done((Err(panicked), Ok(Err("test")))));
}

/// `ToThreadTests.test_to_thread_once`
/// `ToThreadTests.test_to_thread_concurrent`
///
/// - a function is called once;
/// - ten calls that are gathered are ten calls.
#[test]
fn each_is_called_once() {
    let run = sim::run(|| async {
        let calls = Arc::new(AtomicUsize::new(0));
        let call = || {
            let calls = calls.clone();
            to_thread(move || calls.fetch_add(1, SeqCst))
        };
        call().await.unwrap();
        let one = calls.load(SeqCst);
        gather_all((0..10).map(|n| spawn(&n.to_string(), call())).collect::<Vec<_>>()).await;
        (one, calls.load(SeqCst))
    });
    assert_eq!(run.end, End::Done((1, 11)));
}

/// `ToThreadTests.test_to_thread_args_kwargs`
///
/// - the function gets what it is given: a closure takes its arguments with it.
#[test]
fn a_closure_takes_its_arguments_with_it() {
    let run = sim::run(|| async {
        let (text, something) = (String::from("test"), true);
        to_thread(move || format!("{text} {something}")).await
    });
    assert_eq!(run.end, End::Done(Ok("test true".into())));
}
