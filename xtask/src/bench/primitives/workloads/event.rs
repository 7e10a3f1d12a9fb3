//! An event: in one task, and back and forth between two.

use super::{Sample, alone, together};
use crate::bench::primitives::subjects::{Crowd, Event};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Set, waited for and taken back, all by one task.
pub(in crate::bench) fn in_one_task<E: Event>(_: &Runtime, n: u64) -> Sample {
    let event = E::new();
    alone(async {
        let mut done = 0;
        for _ in 0..n {
            event.set();
            event.wait().await;
            event.clear();
            done += 1;
        }
        done
    })
}

/// Everybody is let go, and nobody is there.
pub(in crate::bench) fn nobody_waits<C: Crowd>(_: &Runtime, n: u64) -> Sample {
    let event = C::new(0);
    alone(async {
        let mut done = 0;
        for _ in 0..n {
            event.release();
            done += 1;
        }
        done
    })
}

/// Two tasks wake each other in turn; counts the ways there and back.
pub(in crate::bench) fn ping_pong<E: Event>(runtime: &Runtime, n: u64) -> Sample {
    let pair = Arc::new([E::new(), E::new()]);
    let side = |serves: bool| {
        let pair = pair.clone();
        async move {
            let [mine, yours] = if serves { [&pair[0], &pair[1]] } else { [&pair[1], &pair[0]] };
            let mut done = 0;
            if serves {
                yours.set();
            }
            for round in 1..=n {
                mine.wait().await;
                mine.clear();
                if !serves || round < n {
                    yours.set();
                }
                done += u64::from(serves);
            }
            done
        }
    };
    together(runtime, [side(true), side(false)])
}
