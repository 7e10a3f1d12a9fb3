//! Random cases, the same ones in every run.

use proptest::test_runner::{Config, FileFailurePersistence, RngSeed, TestRunner};

/// A runner with a fixed seed. `PROPTEST_RNG_SEED` and `PROPTEST_CASES` ask for other cases and more. What fails is shrunk,
/// and its seed is kept in `regressions`, to be committed and tried first from then on.
pub(crate) fn runner(regressions: &'static str) -> TestRunner {
    let asked = Config::default();
    let rng_seed = if asked.rng_seed == RngSeed::Random { RngSeed::Fixed(20_140_507) } else { asked.rng_seed };
    let failure_persistence = Some(Box::new(FileFailurePersistence::Direct(regressions)) as _);
    TestRunner::new(Config { rng_seed, failure_persistence, ..asked })
}
