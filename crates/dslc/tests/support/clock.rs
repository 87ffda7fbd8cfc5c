//! Interrupts what runs for too long.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Interrupts what has run for longer than its turn.
pub(crate) struct Clock {
    turn: Duration,
    running: Mutex<Option<(Instant, Arc<AtomicBool>)>>,
}

impl Clock {
    pub(crate) fn start(&self, flag: &Arc<AtomicBool>) {
        flag.store(false, Ordering::Relaxed);
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), flag.clone()));
    }
    pub(crate) fn stop(&self) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
    fn tick(&self) {
        if let Some((since, flag)) = &*self.running.lock().unwrap_or_else(PoisonError::into_inner)
            && since.elapsed() > self.turn
        {
            flag.store(true, Ordering::Relaxed);
        }
    }
}

/// Stops the clock when the work has ended, by a panic too.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does work beside a clock.
pub(crate) fn clocked<T>(turn: Duration, work: impl FnOnce(&Clock) -> T) -> T {
    let (clock, done) = (Clock { turn, running: Mutex::default() }, AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                std::thread::sleep(turn / 10);
                clock.tick();
            }
        });
        let _done = Done(&done);
        work(&clock)
    })
}
