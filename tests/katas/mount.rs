//! How a kata's file is mounted beside what it is given and what judges it; the same judge judges answers and wrong answers.

/// `kata!(name, Kind, "unit/name", "its/folder", "file.rs")`, the folder from here and the file from the folder. It stands in
/// a module whose path is `katas`.
///
/// The learner's file stands in a module that forbids `unsafe`, beside `given` (what it may use) and `judge`.
macro_rules! kata {
    ($name:ident, $kind:ident, $id:expr, $folder:literal, $file:literal) => {
        #[path = $folder]
        #[allow(
            dead_code,
            missing_docs,
            unreachable_pub,
            reason = "a learner writes what he likes, and reads no lints of ours"
        )]
        #[allow(clippy::duplicate_mod, reason = "the same judge judges every answer")]
        pub mod $name {
            pub mod given;
            mod judge;
            #[path = $file]
            #[forbid(unsafe_code)]
            pub mod kata;

            pub const SOURCE: &str = include_str!(concat!("katas/", $folder, "/", $file));

            pub const KATA: async_kata::kata::Kata = async_kata::kata::Kata {
                id: $id,
                kind: async_kata::kata::Kind::$kind,
                file: concat!("tests/katas/", $folder, "/", $file),
                source: SOURCE,
                stub: include_str!(concat!("katas/", $folder, "/stub.rs")),
                checks: judge::checks,
                limit: async_kata::kata::Kata::LIMIT,
            };
        }
    };
}
