//! What counts as built from the shim: a file that is not has no points, so neither too little nor too much may be seen.

use crate::check::Checked;
use crate::model::only_the_shim;

/// A learner may write each of these.
const FINE: &[&str] = &[
    "use super::given::shim::{Arc, AtomicBool, Mutex, Ordering};",
    "use super::given::{self, shim}; type M = shim::Mutex<u8>;",
    "use super::*; type M = given::shim::Mutex<u8>;",
    "use std::{mem, task::{self, Poll}}; fn f() { mem::take(&mut Vec::<u8>::new()); task::Poll::Ready(1); }",
    "use core::pin::Pin; use std::collections::{BTreeMap, VecDeque}; use std::future::poll_fn;",
    "mod line { use super::super::given::shim::Mutex; use super::Event; pub fn new() {} } fn f() { line::new() }",
    "use std::task as t; fn f() -> t::Poll<()> { t::Poll::Ready(()) }",
    "pub(crate) struct Event { waiting: Vec<u8> } impl Event { fn f(&'static self) -> usize { usize::MAX } }",
    "fn f() { let path = \"std::sync\"; [1].iter().map(u8::clone).collect::<Vec<_>>(); } // std::sync",
    "fn f<T: ::std::fmt::Debug>(x: T) { <T as ::std::fmt::Debug>::fmt; std::mem::drop(x) }",
    "enum State { On } use State::On; fn f() { match State::On { On => self::f() } }",
];

/// And none of these; with what is said of it.
const UNSEEN: &[(&str, &str)] = &[
    ("use std::sync::Mutex;", "`std::sync`"),
    ("use std::r#sync::Mutex;", "`std::sync`"),
    ("use std::{mem, sync as s};", "`std::sync`"),
    ("fn f() { ::std::thread::yield_now() }", "`std::thread`"),
    ("static WAITING: u8 = 0;", "a static"),
    ("pub struct Event(r#async_kata::r#sync::Event);", "`async_kata`"),
    ("pub struct Event(async_kata::primitives::Event);", "`async_kata`"),
    ("use event_listener::Event;", "`event_listener`"),
    ("extern crate tokio as t;", "another crate"),
    ("use serde_json as json;", "`serde_json`"),
    ("use ::insta;", "`insta`"),
    ("use {proptest::prelude};", "`proptest`"),
    ("fn f() { rustix::process::getpid() }", "`rustix`"),
    ("use std::fs;", "`std::fs`"),
    ("use std::{io::Write, mem};", "`std::io`"),
    ("fn f() { core::intrinsics::abort() }", "`core::intrinsics`"),
    ("use crate::model::plain;", "`crate`"),
    ("macro_rules! m { () => { $crate::model::must(true, \"\") } }", "`crate`"),
    ("use super::judge::checks;", "`super::judge`"),
    ("use super::super::under_loom::kata;", "`super::super::under_loom`"),
    ("mod a { use super::super::super::under_loom; }", "`super::super::super::under_loom`"),
    ("#[path = \"answer.rs\"] mod answer;", "another file"),
    ("mod answer { include!(\"answer.rs\"); }", "another file"),
    ("const A: &str = include_str!(\"answer.rs\");", "another file"),
];

pub(crate) fn alone() -> Checked {
    if let Some((file, wrong)) = FINE.iter().find_map(|file| Some((file, only_the_shim(file).err()?))) {
        return Err(format!("too much is seen: {file}: {wrong}").into());
    }
    for (file, what) in UNSEEN {
        let said = only_the_shim(file).err().map(|wrong| wrong.message).unwrap_or_default();
        if !said.starts_with(&format!("{what} is used")) {
            return Err(format!("it is {what} that is to be seen: {file}: {said:?}").into());
        }
    }
    Ok(())
}
