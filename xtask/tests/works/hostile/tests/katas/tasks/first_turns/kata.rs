//! Say what the play will do.

pub const ORDER: &[&str] = &["0 main ÿ"];
pub const ORDERS: usize = 0;
