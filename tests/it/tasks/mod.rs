//! Tasks: alone and several, in one order, in every order, and outside a run.

mod explored;
mod group_called;
mod heard;
mod hops;
mod jobs;
mod many;
mod owned;
mod plain;
mod real;
mod scopes;
mod several;
mod task;
mod threads;
mod trees;
mod turns;
mod wakers;
