//! The examples of `explain`, as data: one line for each check whose own text has none.

use super::check::Check;

/// An example for each check whose own text has none.
const EXAMPLES: &str = include_str!("examples.txt");

impl Check {
    /// Returns the whole text of `explain`: what, why, fix, example.
    pub fn text(&self) -> String {
        let example = EXAMPLES
            .lines()
            .find_map(|line| line.strip_prefix(self.id)?.strip_prefix(": "));
        let example = example.map_or(String::new(), |example| format!("\n\nExample: {example}"));
        format!("{}{example}", self.docs)
    }
}

#[cfg(test)]
mod tests {
    use super::EXAMPLES;
    use crate::checks::ALL;

    #[test]
    fn every_check_tells_what_to_do_and_shows_an_example() {
        for check in ALL {
            let text = check.text();
            let examples = text.matches("\n\nExample: ").count();
            assert_eq!(examples, 1, "{}: {text}", check.id);
            assert!(text.contains("\n\nFix"), "{}: {text}", check.id);
        }
        for line in EXAMPLES.lines().filter(|line| !line.starts_with('#')) {
            let (id, example) = line.split_once(": ").expect(line);
            assert!(
                crate::checks::is_id(id) && example.ends_with('.') && line.len() <= 140,
                "{line}"
            );
        }
    }
}
