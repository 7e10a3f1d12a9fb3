//! The primitives on real threads: whatever the machine made of it, one order of the calls explains all the answers.
//!
//! `threads` plays many short rounds with a few threads and writes down each call; `checker` looks for an order. A file a
//! primitive says what it does when calls come one at a time, and what the threads do. `refused` sees to it that histories
//! which must not be are not explained. In `parked` threads really sleep until they are woken.
//!
//! loom tries every schedule of a few steps; this tries few schedules of many steps, with the real memory of a real machine,
//! and is what `cargo xtask ci --deep` runs under address sanitizer and memcheck. `ASYNC_KATA_ROUNDS` asks for more.

mod checker;
mod threads;

mod barrier;
mod condition;
mod event;
mod lock;
mod parked;
mod queue;
mod refused;
mod semaphore;
