//! Wrong: every line is right, but the task that was cancelled is not missed: what it would have said is never said.

pub const ORDER: &[&str] = &[
    "0 tea kettle on",
    "0 egg in the pot",
    "50 tea kettle off",
    "60 tea kettle cold",
    "60 main drinks water",
    "65 main eats bread",
    "70 egg is done",
    "70 main eats the egg",
];

pub const NEVER: &[&str] = &["main drinks tea", "main peels the egg", "main has no egg"];
