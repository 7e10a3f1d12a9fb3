//! Tasks: alone and several, in one order, in every order, and outside a run.

mod explored;
mod group_called;
mod hops;
mod owned;
mod scopes;
mod several;
mod task;
mod threads;
mod trees;
mod turns;
