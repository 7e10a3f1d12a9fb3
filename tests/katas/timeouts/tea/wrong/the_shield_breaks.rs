//! Wrong: the second deadline is thought to cancel the egg; behind the shield it is left alone.

pub const ORDER: &[&str] = &[
    "0 tea kettle on",
    "0 egg in the pot",
    "50 tea kettle off",
    "60 tea kettle cold",
    "60 main drinks water",
    "65 main eats bread",
    "65 main has no egg",
];

pub const NEVER: &[&str] =
    &["tea is ready", "main drinks tea", "main peels the egg", "egg is done", "main eats the egg"];
