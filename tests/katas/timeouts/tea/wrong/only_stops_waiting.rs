//! Wrong: the deadline is thought to end the wait alone; it cancels the tea, whose water never boils.

pub const ORDER: &[&str] = &[
    "0 tea kettle on",
    "0 egg in the pot",
    "50 main drinks water",
    "55 main eats bread",
    "70 egg is done",
    "70 main eats the egg",
    "100 tea is ready",
];

pub const NEVER: &[&str] = &["main drinks tea", "main peels the egg", "main has no egg"];
