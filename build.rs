//! Compresses the tables that most runs never open: settings of channels and plugins, and those of older releases.

// The bans are for the doctor; a build script reads and writes files.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use std::path::Path;
use std::{env, fs, io};

const FOLDER: &str = "src/config/table";

fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    for name in ["plugins", "older"] {
        let table = format!("{FOLDER}/{name}.txt");
        println!("cargo:rerun-if-changed={table}");
        let packed = miniz_oxide::deflate::compress_to_vec(&fs::read(table)?, 10);
        fs::write(Path::new(&out).join(format!("{name}.z")), packed)?;
    }
    Ok(())
}
