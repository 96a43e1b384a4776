//! Compresses the table of channel and plugin settings, which most runs never open.

// The bans are for the doctor; a build script reads and writes files.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use std::path::Path;
use std::{env, fs, io};

const TABLE: &str = "src/config/table/plugins.txt";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed={TABLE}");
    let packed = miniz_oxide::deflate::compress_to_vec(&fs::read(TABLE)?, 10);
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&out).join("plugins.z"), packed)
}
