//! A progress bar on standard error for a statement that takes its time.
//!
//! It is drawn only where a person watches: on a terminal, and after half a second. Elsewhere nothing is written and no
//! thread is started. When the statement ends the line is cleared, so that what is printed next stands where it would
//! have stood without a bar.

use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A statement that ends sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);
/// The time between two pictures.
const PERIOD: Duration = Duration::from_millis(100);

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
    let sleep = |time| matches!(ended.recv_timeout(time), Err(RecvTimeoutError::Timeout));
    if !sleep(patience) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, target);
    let mut before: Option<(i64, i64)> = None;
    loop {
        let now = read();
        // Another loop has begun: what is known of the speed belongs to the last one.
        if before.is_none_or(|b| now.1 != b.1 || now.0 < b.0) {
            bar.set_style(style(now.1 > 0));
            bar.set_length(now.1.max(0).unsigned_abs());
            bar.reset_eta();
        }
        bar.set_position(now.0.clamp(0, now.1.max(0)).unsigned_abs());
        bar.tick();
        before = Some(now);
        if !sleep(PERIOD) {
            break;
        }
    }
    bar.finish_and_clear();
}

/// A bar where the extent is known, else only a sign of life and the time. The templates are fixed, so what does not
/// parse would be a mistake here; the library's own style is the way out.
fn style(known: bool) -> ProgressStyle {
    let template =
        if known { "{bar:40} {pos}/{len} {percent}% {elapsed}<{eta}" } else { "{spinner} {elapsed}" };
    let style = ProgressStyle::with_template(template);
    style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸ ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};

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
        assert!(text.contains("0s") && !text.contains('%'), "{text:?}");
        assert!(text.trim_end().ends_with("<clear>"), "{text:?}");
    }

    #[test]
    fn more_turns_than_there_are_stay_at_the_end() {
        let text = written(30, 4);
        assert!(text.contains("30/30 100%") && !text.contains("50/30"), "{text:?}");
    }
}
