//! The conformance kit: what holds for ours, how others differ, and that each law can be broken.

mod ours;
