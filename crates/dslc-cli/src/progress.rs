//! A progress bar on standard error for a statement that takes its time.
//!
//! It is drawn only where a person watches: on a terminal, and after half a second. Elsewhere nothing is written and no
//! thread is started. When the statement ends the line is cleared, so that what is printed next stands where it would
//! have stood without a bar.

use std::fmt;
use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// A statement that ends sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);
/// The time between two pictures.
const PERIOD: Duration = Duration::from_millis(100);
/// A rest of a hundred days or more is not told: its loop ends in another way.
const LONG: Duration = Duration::from_secs(100 * 86_400);

/// A bar that may appear, as long as this value lives.
#[derive(Debug)]
pub(crate) struct Progress {
    watcher: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Watches a computation. `read` gives how many turns of its loop are done, and of how many; an extent of 0 or less
    /// says that no one knows.
    pub(crate) fn watch(read: impl Fn() -> (i64, i64) + Send + 'static) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { watcher: None };
        }
        Self::draw_on(ProgressDrawTarget::stderr(), PATIENCE, read)
    }

    fn draw_on(
        target: ProgressDrawTarget,
        patience: Duration,
        read: impl Fn() -> (i64, i64) + Send + 'static,
    ) -> Self {
        if target.is_hidden() {
            return Self { watcher: None };
        }
        let (end, ended) = channel();
        let thread = std::thread::Builder::new().name("progress".into());
        // Without a thread there is no bar, and the program runs all the same.
        let watcher = thread.spawn(move || draw(target, patience, &ended, &read)).ok();
        Self { watcher: watcher.map(|thread| (end, thread)) }
    }
}

impl Drop for Progress {
    /// Ends the thread at once, and waits until the line is cleared.
    fn drop(&mut self) {
        if let Some((end, thread)) = self.watcher.take() {
            drop(end);
            let _ = thread.join();
        }
    }
}

/// Draws until the other end of `ended` is dropped.
fn draw(target: ProgressDrawTarget, patience: Duration, ended: &Receiver<()>, read: &dyn Fn() -> (i64, i64)) {
    let begun = Instant::now();
    let sleep = |time| matches!(ended.recv_timeout(time), Err(RecvTimeoutError::Timeout));
    if !sleep(patience) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, target);
    // The style asks for these words when the bar is drawn, so that bar and words are of one moment.
    let words = Arc::new(Mutex::new(String::new()));
    // The loop that is watched: its extent, its last turn, when it was first seen and at which turn.
    let mut watched: Option<(i64, i64, Instant, i64)> = None;
    loop {
        let (index, extent) = read();
        let (_, _, since, from) = match watched {
            Some(w) if w.0 == extent && w.1 <= index => w,
            Some(_) => (extent, index, Instant::now(), index),
            None => (extent, index, begun, 0),
        };
        if watched.is_none_or(|w| (w.0 > 0) != (extent > 0)) {
            bar.set_style(style(extent > 0, &words));
        }
        watched = Some((extent, index, since, from));
        let (index, extent) = (index.clamp(0, extent.max(0)), extent.max(0));
        if let Ok(mut words) = words.lock() {
            *words = told(begun.elapsed(), since.elapsed(), index.saturating_sub(from), (index, extent));
        }
        bar.update(|state| {
            state.set_len(extent.unsigned_abs());
            state.set_pos(index.unsigned_abs());
        });
        if !sleep(PERIOD) {
            break;
        }
    }
    bar.finish_and_clear();
}

/// How far a loop is and how long it has taken; if it has made turns in the time that it was seen, how long the rest
/// takes at that pace. Without an extent only the time.
fn told(elapsed: Duration, seen: Duration, turns: i64, (index, extent): (i64, i64)) -> String {
    if extent <= 0 {
        return clock(elapsed);
    }
    let percent = i128::from(index) * 100 / i128::from(extent);
    let left = seen.as_secs_f64() * (extent - index) as f64 / turns as f64;
    let rest = match Duration::try_from_secs_f64(left) {
        Ok(left) if turns > 0 && left < LONG => format!(", {} left", clock(left)),
        _ => String::new(),
    };
    format!("{index}/{extent} {percent}% {}{rest}", clock(elapsed))
}

/// A time in seconds, from a minute on in minutes, from an hour on in hours.
fn clock(time: Duration) -> String {
    let s = time.as_secs();
    match s {
        0..60 => format!("{s}s"),
        60..3600 => format!("{}:{:02}", s / 60, s % 60),
        _ => format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60),
    }
}

/// A bar where the extent is known, else only a sign of life. The templates are fixed, so what does not parse would be
/// a mistake here; the library's own style is the way out.
fn style(known: bool, words: &Arc<Mutex<String>>) -> ProgressStyle {
    let template = if known { "{bar:40} {words}" } else { "{spinner} {words}" };
    let words = words.clone();
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━╸ ").with_key("words", move |_: &ProgressState, out: &mut dyn fmt::Write| {
        // A key has no way to fail; an unreadable word is left out.
        let _ = words.lock().map(|w| out.write_str(&w));
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use indicatif::TermLike;

    use super::*;

    /// A terminal that notes what is written.
    #[derive(Clone, Debug, Default)]
    struct Paper(Arc<Mutex<String>>);

    impl Paper {
        fn note(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn text(&self) -> String {
            self.0.lock().unwrap().clone()
        }
        fn target(&self) -> ProgressDrawTarget {
            ProgressDrawTarget::term_like_with_hz(Box::new(self.clone()), 255)
        }
    }

    impl TermLike for Paper {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.note(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.note(text)
        }
        fn clear_line(&self) -> io::Result<()> {
            self.note("<clear>")
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is written while a computation is read `turns` times, each time one turn further.
    fn written(extent: i64, turns: usize) -> String {
        let paper = Paper::default();
        let (told, tell) = channel();
        let count = Arc::new(AtomicUsize::new(0));
        let read = move || {
            let k = count.fetch_add(1, Ordering::Relaxed);
            let _ = told.send(());
            (k as i64 * 25, extent)
        };
        let progress = Progress::draw_on(paper.target(), Duration::ZERO, read);
        for _ in 0..turns {
            tell.recv().unwrap();
        }
        drop(progress);
        paper.text()
    }

    #[test]
    fn without_a_terminal_there_is_no_thread() {
        let progress = Progress::draw_on(ProgressDrawTarget::hidden(), Duration::ZERO, || unreachable!());
        assert!(progress.watcher.is_none());
    }

    #[test]
    fn a_quick_statement_shows_nothing() {
        let paper = Paper::default();
        let patience = Duration::from_secs(100_000);
        drop(Progress::draw_on(paper.target(), patience, || unreachable!()));
        assert_eq!(paper.text(), "");
    }

    #[test]
    fn a_long_one_shows_how_far_it_is_and_is_cleared() {
        let text = written(100, 3);
        assert!(text.contains("0/100") && text.contains("25/100 25%"), "{text:?}");
        assert!(text.trim_end().ends_with("<clear>"), "{text:?}");
        let text = written(0, 2);
        assert!(text.contains('s') && !text.contains('%'), "{text:?}");
        assert!(text.trim_end().ends_with("<clear>"), "{text:?}");
    }

    #[test]
    fn the_rest_takes_its_share_of_the_time() {
        let s = Duration::from_secs;
        assert_eq!(told(s(5), s(5), 25, (25, 100)), "25/100 25% 5s, 15s left");
        // A second loop, seen for 10 seconds from its turn 50 on.
        assert_eq!(told(s(3700), s(10), 10, (60, 260)), "60/260 23% 1:01:40, 3:20 left");
        assert_eq!(told(s(1), s(1), 0, (0, 9)), "0/9 0% 1s");
        assert_eq!(told(s(61), s(61), 0, (0, 0)), "1:01");
        assert_eq!(told(s(9), s(9), 3, (3, i64::MAX)), "3/9223372036854775807 0% 9s");
        assert_eq!(told(s(1), s(1), i64::MAX, (i64::MAX, i64::MAX)).split(' ').nth(1), Some("100%"));
    }

    #[test]
    fn more_turns_than_there_are_stay_at_the_end() {
        let text = written(30, 4);
        assert!(text.contains("30/30 100%") && !text.contains("50/30"), "{text:?}");
    }
}
