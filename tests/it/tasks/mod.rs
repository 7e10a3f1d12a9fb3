//! Tasks: alone and several, in one order, in every order, and outside a run.

mod task;
