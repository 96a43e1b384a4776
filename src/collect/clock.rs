//! The clock of the run: the only place that reads it for facts.

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns now in seconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}

/// Returns the moment by which a run of this length must be over.
pub fn deadline(limit: std::time::Duration) -> std::time::Instant {
    std::time::Instant::now() + limit
}

/// Returns how long it is until a moment.
pub fn left(until: std::time::Instant) -> std::time::Duration {
    until.saturating_duration_since(std::time::Instant::now())
}

/// Waits.
pub fn pause(time: std::time::Duration) {
    std::thread::sleep(time);
}

/// Measures how long something takes.
#[derive(Debug, Clone, Copy)]
pub struct Watch(std::time::Instant);

impl Watch {
    /// Starts now.
    pub fn start() -> Self {
        Watch(std::time::Instant::now())
    }

    /// Returns the milliseconds since the start.
    pub fn elapsed_ms(self) -> u64 {
        self.0.elapsed().as_millis() as u64
    }

    /// Returns the time since the start.
    pub fn elapsed(self) -> std::time::Duration {
        self.0.elapsed()
    }
}
