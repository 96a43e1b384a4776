//! The recorded inputs of the fuzz targets, replayed without a fuzzer.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test of the recorded inputs reads them, and fails where it cannot"
)]

use std::fs;
use std::path::Path;

#[path = "../fuzz/entry.rs"]
mod entry;

/// Runs a target on each of its recorded inputs.
fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let files = fs::read_dir(&folder).unwrap();
    let mut inputs: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    inputs.sort();
    assert!(inputs.len() > 5, "{name} has few recorded inputs");
    for input in inputs {
        // Shown by the harness when the target fails.
        println!("{}", input.display());
        target(&fs::read(&input).unwrap());
    }
}

#[test]
fn config() {
    replay("config", entry::config);
}

#[test]
fn span_index() {
    replay("span_index", entry::span_index);
}

#[test]
fn dotenv() {
    replay("dotenv", entry::dotenv);
}

#[test]
fn env_file() {
    replay("env_file", entry::env_file);
}

#[test]
fn unit() {
    replay("unit", entry::unit);
}

#[test]
fn launchctl() {
    replay("launchctl", entry::launchctl);
}

#[test]
fn mask_of_config() {
    replay("mask_of_config", entry::mask_of_config);
}

#[test]
fn mask_of_unit() {
    replay("mask_of_unit", entry::mask_of_unit);
}

#[test]
fn mask_of_plist() {
    replay("mask_of_plist", entry::mask_of_plist);
}

#[test]
fn mask_of_line() {
    replay("mask_of_line", entry::mask_of_line);
}

#[test]
fn rc() {
    replay("rc", entry::rc);
}

#[test]
fn system() {
    replay("system", entry::system);
}

#[test]
fn files() {
    replay("files", entry::files);
}
