//! Progress bars for long work. On anything but a terminal nothing is drawn.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::import::{Progress, Sink};

/// A bar over bytes of files, with what came of them.
pub(super) struct ImportBar(ProgressBar);

impl ImportBar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0);
        let style = "{msg:24!} {wide_bar} {bytes}/{total_bytes} {prefix}";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is right"));
        Self(bar)
    }
}

impl Sink for ImportBar {
    fn show(&mut self, progress: &Progress) {
        let Progress { file, at_byte, n_bytes, taken, known, refused } = progress;
        if file.is_empty() {
            self.0.finish_and_clear();
            return;
        }
        self.0.set_message(file.clone());
        self.0.set_length(*n_bytes);
        self.0.set_position(*at_byte);
        self.0.set_prefix(format!("{taken} taken, {known} known, {refused} refused"));
    }
}

/// A bar over a known number of steps.
pub(super) fn steps(n: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(n);
    let style = ProgressStyle::with_template("{msg:24!} {wide_bar} {pos}/{len} {eta}");
    bar.set_style(style.expect("the template is right"));
    bar.set_message(what);
    bar
}

/// A sign of life for work of unknown length.
pub(super) fn spinner(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
