//! How a kata's file is mounted beside what it is given and what judges it; the same judge judges answers and wrong answers.

/// `kata!(name, Kind, "unit/name", "unit/name/kata.rs", [folder's] "given.rs", "judge.rs", "stub.rs")`, paths from `tests/katas`.
///
/// The learner's file stands in a module that forbids `unsafe`, beside `given` (what it may use) and `judge`.
macro_rules! kata {
    ($name:ident, $kind:ident, $id:literal, $file:literal, $given:literal, $judge:literal, $stub:literal) => {
        kata!($name, $kind, $id, $file, $given, $judge, $stub, async_kata::kata::Kata::LIMIT);
    };
    ($name:ident, $kind:ident, $id:literal, $file:literal, $given:literal, $judge:literal, $stub:literal, $limit:expr) => {
        #[path = "katas"]
        #[allow(
            dead_code,
            missing_docs,
            unreachable_pub,
            reason = "a learner writes what he likes, and reads no lints of ours"
        )]
        pub mod $name {
            #[path = $given]
            pub mod given;
            #[path = $judge]
            mod judge;
            #[path = $file]
            #[forbid(unsafe_code)]
            pub mod kata;

            pub const SOURCE: &str = include_str!(concat!("katas/", $file));

            pub const KATA: async_kata::kata::Kata = async_kata::kata::Kata {
                id: $id,
                kind: async_kata::kata::Kind::$kind,
                file: concat!("tests/katas/", $file),
                source: SOURCE,
                stub: include_str!(concat!("katas/", $stub)),
                checks: judge::checks,
                limit: $limit,
            };
        }
    };
}
