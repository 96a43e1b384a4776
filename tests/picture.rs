//! The picture in README.md shows what the program prints today; `scripts/readme-picture` draws it again.

#![expect(
    clippy::disallowed_methods,
    reason = "a test of the repository starts the program and reads the picture"
)]

use std::process::Command;

/// Without blanks: where a line is broken is the picture's affair.
fn dense(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The words of the picture from left to right and from top to bottom, as they stand in the file.
fn words(svg: &str) -> String {
    let runs = svg.lines().filter(|line| line.starts_with("<text"));
    let texts = runs.filter_map(|line| line.split_once('>')?.1.strip_suffix("</text>"));
    let joined: Vec<&str> = texts.collect();
    let plain = joined.join("").replace("&lt;", "<").replace("&gt;", ">");
    plain.replace("&amp;", "&")
}

#[test]
fn the_picture_is_what_the_sample_prints() {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_openclaw"));
    let output = Command::new(program)
        .args(["doctor", "--from", "sample", "--color=never"])
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("PATH", program.parent().unwrap())
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    let printed = format!(
        "$ openclaw doctor --from sample\n{}",
        String::from_utf8(output.stdout).unwrap()
    );
    let picture = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.svg")).unwrap();
    let hint = "run scripts/readme-picture target/debug/openclaw";
    assert_eq!(dense(&words(&picture)), dense(&printed), "{hint}");
}
