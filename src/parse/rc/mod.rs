//! Start-up files of shells.

pub mod rc_file;
pub mod sh_exports;
