//! Property lists and answers of launchd.

pub mod launchctl_misc;
pub mod launchctl_print;
pub mod plist_bounded;
pub mod plist_file;
