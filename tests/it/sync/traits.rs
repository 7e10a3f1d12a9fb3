//! What may cross threads, and how much it weighs: checked by the compiler, there is nothing to run.
//!
//! Each line was wrong once in somebody's lock: a guard that is `Sync` for a `Cell` is a data race without `unsafe`.

use std::cell::Cell;
use std::marker::PhantomPinned;
use std::rc::Rc;
use std::sync::Arc;

use async_kata::sync::event::Waiting;
use async_kata::sync::lock::{Guard, Locking};
use async_kata::sync::queue::{Getting, Joining, Putting};
use async_kata::sync::semaphore::Acquiring;
use async_kata::sync::{Barrier, BoundedSemaphore, Condition, Event, Lock, LockGuard, OwnedLockGuard};
use async_kata::sync::{OwnedPermit, Permit, Queue, Semaphore, barrier, condition};

macro_rules! is {
    ($type:ty: $($bound:tt)+) => {
        const _: fn() = || {
            fn is<T: ?Sized + $($bound)+>() {}
            is::<$type>();
        };
    };
}

/// For a type with the trait two impls of `Name` fit, and `Name<_>` is ambiguous: it does not compile.
macro_rules! is_not {
    ($type:ty: $bound:ident) => {
        const _: fn() = || {
            trait Name<Which> {
                fn named() {}
            }
            impl<T: ?Sized> Name<()> for T {}
            struct Has;
            impl<T: ?Sized + $bound> Name<Has> for T {}
            let _ = <$type as Name<_>>::named;
        };
    };
}

/// `Send`, not `Sync`.
type Owned = Cell<u8>;
/// `Sync`, not `Send`.
type Lent = std::sync::MutexGuard<'static, u8>;
/// Neither.
type Bound = Rc<u8>;
/// Not `Unpin`: it must stay where it was pinned. Its lock may lie anywhere, and its guard may move.
type Pinned = PhantomPinned;

type Shared<T> = Arc<Lock<T>>;

// A lock makes one user at a time of many threads: `Send` is all it asks of the value.
is!(Lock<Owned>: Send + Sync + Unpin);
is!(Lock<[u8]>: Send + Sync);
is!(Lock<dyn Send>: Send + Sync);
is_not!(Lock<Lent>: Send);
is_not!(Lock<Lent>: Sync);
is_not!(Lock<Bound>: Send);
is_not!(Lock<Bound>: Sync);

// A guard is a `&mut` to the value.
is!(LockGuard<'static, u8>: Send + Sync + Unpin);
is!(LockGuard<'static, Owned>: Send);
is_not!(LockGuard<'static, Owned>: Sync);
is_not!(LockGuard<'static, Lent>: Send);
is_not!(LockGuard<'static, Bound>: Send);
is_not!(LockGuard<'static, Bound>: Sync);
is_not!(LockGuard<'static, Lent>: Sync);
is!(LockGuard<'static, Pinned>: Send + Sync + Unpin);
is!(LockGuard<'static, [u8]>: Send + Sync + Unpin);

// One that owns its lock may be the last to: it drops the value, wherever it is.
is!(OwnedLockGuard<u8>: Send + Sync + Unpin);
is!(OwnedLockGuard<Owned>: Send);
is_not!(OwnedLockGuard<Owned>: Sync);
is_not!(OwnedLockGuard<Lent>: Send);
is_not!(OwnedLockGuard<Lent>: Sync);
is_not!(OwnedLockGuard<Bound>: Send);
is_not!(OwnedLockGuard<Bound>: Sync);
is!(OwnedLockGuard<Pinned>: Send + Sync + Unpin);
is!(OwnedLockGuard<dyn Send + Sync>: Send + Sync + Unpin);
is!(Guard<u8, Shared<u8>>: Send);

// A future that waits for the lock goes where the lock may be seen from.
is!(Locking<Owned, &'static Lock<Owned>>: Send + Sync + Unpin);
is_not!(Locking<Bound, &'static Lock<Bound>>: Send);
is!(Locking<Pinned, &'static Lock<Pinned>>: Send + Sync + Unpin);
is!(Locking<Owned, Shared<Owned>>: Send + Sync + Unpin);
is!(Locking<Pinned, Shared<Pinned>>: Send + Sync + Unpin);
is_not!(Locking<Lent, Shared<Lent>>: Send);
is_not!(Locking<Bound, Shared<Bound>>: Send);

// A wait for news has a guard, to begin with and in the end.
is!(Condition: Send + Sync + Unpin + Default);
is!(condition::Waiting<'static, u8, &'static Lock<u8>>: Send + Sync + Unpin);
is!(condition::Waiting<'static, u8, Shared<u8>>: Send + Sync + Unpin);
is!(condition::Waiting<'static, Pinned, Shared<Pinned>>: Send + Sync + Unpin);
is!(condition::Waiting<'static, Owned, &'static Lock<Owned>>: Send + Unpin);
is!(condition::Waiting<'static, Owned, Shared<Owned>>: Send + Unpin);
is_not!(condition::Waiting<'static, Owned, &'static Lock<Owned>>: Sync);
is_not!(condition::Waiting<'static, Owned, Shared<Owned>>: Sync);
is_not!(condition::Waiting<'static, Lent, &'static Lock<Lent>>: Send);
is_not!(condition::Waiting<'static, Bound, Shared<Bound>>: Send);

is!(Barrier: Send + Sync + Unpin);
is!(barrier::Waiting<'static>: Send + Sync + Unpin);

is!(Event: Send + Sync + Unpin + Default);
is!(Waiting<'static>: Send + Sync + Unpin);

is!(Semaphore: Send + Sync + Unpin);
is!(BoundedSemaphore: Send + Sync + Unpin);
is!(Acquiring<&'static Semaphore>: Send + Sync + Unpin);
is!(Acquiring<Arc<Semaphore>>: Send + Sync + Unpin);
is!(Permit<&'static Semaphore>: Send + Sync + Unpin);
is!(OwnedPermit: Send + Sync + Unpin);

// A queue hands items from thread to thread and shows none to two: `Send` is all it asks of them.
is!(Queue<Owned>: Send + Sync + Unpin);
is_not!(Queue<Lent>: Send);
is_not!(Queue<Lent>: Sync);
is_not!(Queue<Bound>: Send);
is_not!(Queue<Bound>: Sync);

// A put that waits carries its item along. It is seen by nobody, but the future's `Sync` is the compiler's: that of all
// it has.
is!(Putting<'static, Owned>: Send + Unpin);
is!(Putting<'static, std::marker::PhantomPinned>: Send + Sync + Unpin);
is_not!(Putting<'static, Owned>: Sync);
is_not!(Putting<'static, Lent>: Send);
is_not!(Putting<'static, Bound>: Send);
is!(Getting<'static, Owned>: Send + Sync + Unpin);
is_not!(Getting<'static, Lent>: Send);
is_not!(Getting<'static, Bound>: Send);
is_not!(Getting<'static, Bound>: Sync);
is!(Joining<'static, Owned>: Send + Sync + Unpin);
is_not!(Joining<'static, Bound>: Send);

#[cfg(target_pointer_width = "64")]
const _: () = {
    // Futures are embedded in every caller's state: they stay small. (tokio: 120 bytes.)
    assert!(size_of::<Locking<(), &Lock<()>>>() == 40);
    assert!(size_of::<Waiting<'_>>() == 40);
    assert!(size_of::<LockGuard<'_, ()>>() == 8);
    assert!(size_of::<OwnedLockGuard<()>>() == 8);
    assert!(size_of::<Locking<(), Shared<()>>>() == 40);
    assert!(size_of::<condition::Waiting<'_, (), &Lock<()>>>() == 72);
    assert!(size_of::<condition::Waiting<'_, (), Shared<()>>>() == 72);
    assert!(size_of::<Condition>() <= 96);
    assert!(size_of::<barrier::Waiting<'_>>() == 40);
    assert!(size_of::<Barrier>() <= 152);
    assert!(size_of::<Lock<()>>() <= 112);
    assert!(size_of::<Event>() <= 112);
    assert!(size_of::<Acquiring<&Semaphore>>() == 48);
    assert!(size_of::<Permit<&Semaphore>>() == 16);
    assert!(size_of::<Semaphore>() <= 120);
    // A put: its item and its rank besides.
    assert!(size_of::<Putting<'_, usize>>() == 64);
    assert!(size_of::<Getting<'_, usize>>() == 40);
    assert!(size_of::<Joining<'_, usize>>() == 40);
    assert!(size_of::<Queue<usize>>() <= 368);
};
