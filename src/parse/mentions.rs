//! Lines of a definition (YAML, INI, JavaScript, JSON) that name a variable, told without a parser for each.

use crate::secret::value::is_env_name;

/// Returns each name and its line (from 1) where it is followed by `=` or `:`, or stands alone as an item of a list.
pub fn names(text: &str) -> Vec<(&str, u32)> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        if trimmed.starts_with(['#', ';']) || trimmed.starts_with("//") {
            continue;
        }
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let mut rest = line;
        while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let (before, tail) = rest.split_at(start);
            let end = tail
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(tail.len());
            let (name, after) = tail.split_at(end);
            let follows = after.trim_start_matches(['"', '\'', ' ']);
            let item = before.trim().trim_end_matches(['"', '\'']).trim() == "-" && follows.is_empty();
            // `${NAME:-x}` is a use of the name.
            let used = before.ends_with("${") || before.ends_with('$');
            if is_env_name(name) && !used && (item || follows.starts_with(['=', ':'])) {
                found.push((name, number));
            }
            rest = after;
        }
    }
    found
}

/// Returns the files that `env_file:` of a Compose file or `EnvironmentFile=` of a quadlet names, and the name of the
/// service that mentions OpenClaw.
pub fn compose(text: &str) -> (Vec<String>, Option<String>) {
    let (mut files, mut service, mut candidate) = (Vec::new(), None, None);
    let mut list_indent = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let word = line.trim();
        if word.is_empty() || word.starts_with('#') {
            continue;
        }
        if let Some(limit) = list_indent {
            let item = word.strip_prefix("- ").map(|item| item.trim_start_matches("path:"));
            match item.or(word.strip_prefix("path:")) {
                Some(item) if indent >= limit => {
                    files.push(unquoted(item));
                    continue;
                }
                _ => list_indent = None,
            }
        }
        if let Some(value) = word.strip_prefix("env_file:") {
            let value = value.trim();
            if value.is_empty() {
                list_indent = Some(indent);
            } else {
                files.extend(value.trim_matches(['[', ']']).split(',').map(unquoted));
            }
        }
        if let Some(value) = word.strip_prefix("EnvironmentFile=") {
            files.push(unquoted(value.trim_start_matches('-')));
        }
        if let Some(name) = word.strip_suffix(':').filter(|_| indent > 0 && indent <= 4) {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            if name.chars().all(plain) && !matches!(name, "environment" | "env_file" | "ports" | "volumes") {
                candidate = Some(name.to_owned());
            }
        }
        if service.is_none() && word.to_ascii_lowercase().contains("openclaw") {
            service.clone_from(&candidate);
        }
    }
    (files, service)
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_every_kind_of_definition() {
        let cases = [
            ("environment:\n  - OPENAI_API_KEY=x\n", 2),
            ("environment:\n  - OPENAI_API_KEY\n", 2),
            ("environment:\n  OPENAI_API_KEY: ${OPENAI_API_KEY:-}\n", 2),
            ("{ env: { OPENAI_API_KEY: 'x' } }", 1),
            ("\"OPENAI_API_KEY\": \"x\",", 1),
            ("[program:claw]\nenvironment=A=\"1\",OPENAI_API_KEY=\"x\"", 2),
            ("[Container]\n\nEnvironment=OPENAI_API_KEY=x", 3),
            ("export OPENAI_API_KEY=x", 1),
        ];
        for (text, line) in cases {
            let found: Vec<u32> = names(text)
                .into_iter()
                .filter(|(name, _)| *name == "OPENAI_API_KEY")
                .map(|(_, line)| line)
                .collect();
            assert_eq!(found, [line], "{text}");
        }
        for text in [
            "# OPENAI_API_KEY=x",
            "// OPENAI_API_KEY: x",
            "use ${OPENAI_API_KEY:-x}",
            "a OPENAI_API_KEY b",
        ] {
            assert!(names(text).iter().all(|(name, _)| *name != "OPENAI_API_KEY"), "{text}");
        }
    }

    #[test]
    fn files_and_the_service_of_compose() {
        let text = "services:\n  db:\n    image: x\n  claw:\n    image: ghcr.io/openclaw/openclaw\n    env_file:\n      - .env\n      - path: ./more.env\n    ports: []\n";
        let (files, service) = compose(text);
        assert_eq!(files, [".env", "./more.env"]);
        assert_eq!(service.as_deref(), Some("claw"));
        assert_eq!(
            compose("services:\n  a:\n    env_file: [\"a.env\", b.env]").0,
            ["a.env", "b.env"]
        );
        assert_eq!(compose("[Container]\nEnvironmentFile=%h/x.env").0, ["%h/x.env"]);
        assert_eq!(compose(""), (Vec::new(), None));
    }
}
