//! How a kata's file is mounted beside what it is given and what judges it; answers are judged in the same way.

/// `kata!(name, Kind, "unit/name", "its/folder", "file.rs")`, the folder from here and the file from the folder. It stands
/// in a module whose path is `katas`.
///
/// The learner's file stands in a module that forbids `unsafe`, beside `given` (what it may use) and `judge`.
macro_rules! kata {
    ($name:ident, $kind:ident, $id:expr, $folder:literal, $file:literal) => {
        kata!($name, $kind, $id, $folder, $file, {});
    };
    ($name:ident, $kind:ident, $id:expr, $folder:literal, $file:literal, { $($more:item)* }) => {
        #[path = $folder]
        #[allow(
            dead_code,
            missing_docs,
            unreachable_pub,
            reason = "a learner writes what he likes, and reads no lints of ours"
        )]
        #[allow(clippy::duplicate_mod, reason = "the same judge judges every answer")]
        pub mod $name {
            #[allow(unused_imports, reason = "what is given need not be taken")]
            pub mod given;
            mod judge;
            #[path = $file]
            #[forbid(unsafe_code)]
            pub mod kata;

            $($more)*

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

/// As `kata!`, for a file that is built from `given::shim`. It is compiled a second time, where the shim is loom's, beside
/// `models`, which run it there.
macro_rules! kata_with_models {
    ($name:ident, $kind:ident, $id:expr, $folder:literal, $file:literal) => {
        kata!($name, $kind, $id, $folder, $file, {
            pub use crate::model::plain as shim;

            #[path = "."]
            pub mod under_loom {
                pub use crate::model::watched as shim;

                #[allow(unused_imports, reason = "what is given need not be taken")]
                pub mod given;
                #[path = $file]
                #[forbid(unsafe_code)]
                pub mod kata;
                pub mod models;
            }
        });
    };
}
