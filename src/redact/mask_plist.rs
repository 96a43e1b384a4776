//! A property list as text with its values masked.

use super::mask::{Tally, is_plain_word, is_token};
use crate::redact::MaskedText;
use crate::secret::value;

/// Masks a plist. Tags and keys stay; a string stays where it is a path or a label, and below
/// `EnvironmentVariables` only under a public name.
pub(crate) fn mask(path: &str, text: &str, secrets: &[&str]) -> MaskedText {
    let mut tally = Tally::default();
    if text.starts_with("bplist") {
        return tally.text(path, "(a binary property list; not shown)", secrets);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    let mut key = String::new();
    let mut variables: Option<usize> = None;
    let mut depth = 0_usize;
    while let Some(at) = rest.find('<') {
        let (before, tag_on) = rest.split_at(at);
        shown.push_str(&between(before, &mut tally));
        if let Some(comment) = tag_on.strip_prefix("<!--") {
            let end = comment.find("-->").map_or(comment.len(), |end| end + 3);
            let (inside, after) = comment.split_at(end);
            shown.push_str(&format!("<!-- {} -->{}", tally.withhold("comment"), breaks(inside)));
            rest = after;
            continue;
        }
        let end = tag_on.find('>').map_or(tag_on.len(), |end| end + 1);
        let (tag, after) = tag_on.split_at(end);
        shown.push_str(if tag.len() < 200 { tag } else { "<…>" });
        rest = after;
        match tag {
            "<dict>" => depth += 1,
            "</dict>" => {
                depth = depth.saturating_sub(1);
                variables = variables.filter(|outer| depth > *outer);
            }
            "<key>" | "<string>" | "<data>" => {
                let close = rest.find('<').unwrap_or(rest.len());
                let (text, after) = rest.split_at(close);
                if tag == "<key>" {
                    key = text.trim().to_owned();
                    variables = variables.or((key == "EnvironmentVariables").then_some(depth));
                    let plain = key.len() <= 64
                        && key
                            .chars()
                            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
                    shown.push_str(if plain && !is_token(&key) {
                        text
                    } else {
                        tally.withhold("key")
                    });
                } else {
                    let public = match variables {
                        Some(_) => value::is_public(&key) && !is_token(text),
                        None => tag == "<string>" && (is_plain_word(text) || is_label(text)),
                    };
                    shown.push_str(if public { text } else { tally.withhold("string") });
                    if !public {
                        shown.push_str(&breaks(text));
                    }
                }
                rest = after;
            }
            _ => {}
        }
    }
    shown.push_str(&between(rest, &mut tally));
    tally.text(path, &shown, secrets)
}

/// Text between tags: blanks and numbers.
fn between(text: &str, tally: &mut Tally) -> String {
    let trimmed = text.trim();
    if trimmed.len() <= 5 && trimmed.chars().all(|c| c.is_ascii_digit()) {
        return text.to_owned();
    }
    format!("{}{}", tally.withhold("text"), breaks(text))
}

/// The line feeds of a text that was withheld, so that line numbers hold.
fn breaks(text: &str) -> String {
    "\n".repeat(text.matches('\n').count())
}

fn is_label(text: &str) -> bool {
    let part =
        |part: &str| !part.is_empty() && part.len() <= 20 && part.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    text.contains('.') && text.len() <= 60 && text.split('.').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_go_and_lines_stay() {
        let plist = "<?xml version=\"1.0\"?>\n<!-- s3cr3t\n-->\n<plist><dict>\n<key>Label</key><string>ai.openclaw.gateway</string>\n\
            <key>ProgramArguments</key><array>\n<string>/opt/node</string><string>--token</string><string>s3cr3t</string></array>\n\
            <key>EnvironmentVariables</key>\n<dict><key>HOME</key><string>/Users/me</string><key>MY_KEY</key><string>/path/like</string></dict>\n\
            <key>Note</key><string>a\nb</string></dict></plist>\n";
        let masked = mask("p", plist, &[]);
        let text = masked.lines.join("\n");
        assert_eq!(text.lines().count(), plist.lines().count());
        for kept in ["ai.openclaw.gateway", "/opt/node", "--token", "/Users/me", "MY_KEY"] {
            assert!(text.contains(kept), "{kept}\n{text}");
        }
        for gone in ["s3cr3t", "/path/like", "a\nb"] {
            assert!(!text.contains(gone), "{gone}\n{text}");
        }
    }
}
