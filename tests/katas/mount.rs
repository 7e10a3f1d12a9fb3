//! How a kata's file is mounted beside what it is given and what judges it; answers are judged in the same way.

/// `kata!(name, Kind, "unit/name", "unit" / "folder", "file.rs")`, in a module whose path is `katas`.
///
/// The learner's file stands in a module that forbids `unsafe`, beside `given` (what it may use) and `judge`.
macro_rules! kata {
    ($name:ident, $kind:ident, $id:expr, $unit:literal / $folder:literal, $file:literal) => {
        kata!($name, $kind, $id, $unit / $folder, $file, {}, {});
    };
    (
        $name:ident, $kind:ident, $id:expr, $unit:literal / $folder:literal, $file:literal,
        { $($given:item)* }, { $($beside:item)* }
    ) => {
        #[path = $unit]
        #[allow(
            dead_code,
            missing_docs,
            unreachable_pub,
            reason = "a learner writes what he likes, and reads no lints of ours"
        )]
        #[allow(clippy::duplicate_mod, reason = "the same judge judges every answer")]
        pub mod $name {
            #[path = $folder]
            pub mod judged {
                $($given)*

                #[allow(unused_imports, reason = "what is given need not be taken")]
                pub mod given;
                pub mod judge;
                #[path = $file]
                #[forbid(unsafe_code)]
                pub mod kata;

                pub const SOURCE: &str = include_str!(concat!("katas/", $unit, "/", $folder, "/", $file));
            }

            $($beside)*

            pub const KATA: async_kata::kata::Kata = async_kata::kata::Kata {
                id: $id,
                kind: async_kata::kata::Kind::$kind,
                file: concat!("tests/katas/", $unit, "/", $folder, "/", $file),
                source: judged::SOURCE,
                stub: include_str!(concat!("katas/", $unit, "/", $folder, "/stub.rs")),
                checks: judged::judge::checks,
                limit: async_kata::kata::Kata::LIMIT,
            };
        }
    };
}

/// As `kata!`, for a file that is built from `given::shim`. It is compiled a second time, where the shim is loom's,
/// beside `models`, which run it there.
#[allow(unused_macros, reason = "not everybody who mounts katas mounts these")]
macro_rules! kata_with_models {
    ($name:ident, $kind:ident, $id:expr, $unit:literal / $folder:literal, $file:literal) => {
        kata!(
            $name,
            $kind,
            $id,
            $unit / $folder,
            $file,
            {
                pub use crate::model::plain as shim;
            },
            {
                #[path = $folder]
                pub mod under_loom {
                    pub use crate::model::watched as shim;

                    #[allow(unused_imports, reason = "what is given need not be taken")]
                    pub mod given;
                    #[path = $file]
                    #[forbid(unsafe_code)]
                    pub mod kata;
                    pub mod models;
                }
            }
        );
    };
}
