//! A property list as text with its values masked: the tags and keys of launchd.plist(5) stay, and values that
//! cannot be a secret.

use super::mask::{finish, is_known as known, variable};
use crate::redact::MaskedText;
use crate::redact::arguments::arguments;
use crate::secret::names::is_public_name;
use crate::secret::public::{self, WITHHELD, is_number, is_public};

/// Keys of launchd.plist(5), sorted.
const KEYS: &[&str] = &[
    "AbandonProcessGroup",
    "Bonjour",
    "BundleProgram",
    "CFBundleIdentifier",
    "Core",
    "CPU",
    "Crashed",
    "Data",
    "Day",
    "Debug",
    "Disabled",
    "EnableGlobbing",
    "EnablePressuredExit",
    "EnableTransactions",
    "EnvironmentVariables",
    "ExitTimeOut",
    "FileSize",
    "GroupName",
    "HardResourceLimits",
    "Hour",
    "InitGroups",
    "KeepAlive",
    "Label",
    "LaunchOnlyOnce",
    "LegacyTimers",
    "LimitLoadToHardware",
    "LimitLoadToSessionType",
    "LowPriorityBackgroundIO",
    "LowPriorityIO",
    "MachServices",
    "MemoryLock",
    "Minute",
    "Month",
    "NetworkState",
    "Nice",
    "NumberOfFiles",
    "NumberOfProcesses",
    "OnDemand",
    "OtherJobEnabled",
    "PathState",
    "ProcessType",
    "Program",
    "ProgramArguments",
    "QueueDirectories",
    "ResidentSetSize",
    "RootDirectory",
    "RunAtLoad",
    "ServiceIPC",
    "SessionCreate",
    "SoftResourceLimits",
    "Sockets",
    "Stack",
    "StandardErrorPath",
    "StandardInPath",
    "StandardOutPath",
    "StartCalendarInterval",
    "StartInterval",
    "StartOnMount",
    "SuccessfulExit",
    "ThrottleInterval",
    "TimeOut",
    "Umask",
    "UserName",
    "WaitForDebugger",
    "WatchPaths",
    "Weekday",
    "WorkingDirectory",
];

/// Tags that are shown as they are.
const TAGS: &[&str] = &[
    "<plist version=\"1.0\">",
    "<plist>",
    "</plist>",
    "<dict>",
    "</dict>",
    "<dict/>",
    "<array>",
    "</array>",
    "<array/>",
    "<key>",
    "</key>",
    "<string>",
    "</string>",
    "<string/>",
    "<integer>",
    "</integer>",
    "<real>",
    "</real>",
    "<true/>",
    "<false/>",
    "<true></true>",
    "<data>",
    "</data>",
    "<date>",
    "</date>",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    "<?xml version=\"1.0\"?>",
    "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">",
    "<!DOCTYPE plist PUBLIC \"-//Apple Computer//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">",
];

/// Keys whose strings are paths.
const PATHS: &[&str] = &[
    "Program",
    "RootDirectory",
    "StandardErrorPath",
    "StandardInPath",
    "StandardOutPath",
    "WatchPaths",
    "QueueDirectories",
    "WorkingDirectory",
];

/// Keys whose strings are one of few words, or names.
const WORDS: &[&str] = &["GroupName", "LimitLoadToSessionType", "ProcessType", "UserName"];

/// Masks a plist; its lines keep their numbers.
pub fn mask(path: &str, text: &str, secrets: &[&str]) -> MaskedText {
    if text.starts_with("bplist") {
        return finish(path, "(a binary property list; not shown)", secrets);
    }
    let mut masker = Masker {
        shown: String::with_capacity(text.len()),
        open: Vec::new(),
        words: Vec::new(),
    };
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, on) = rest.split_at(at);
        masker.text(before);
        rest = masker.tag(on);
    }
    masker.text(rest);
    finish(path, &masker.shown, secrets)
}

/// One open container or element.
#[derive(Default)]
struct Open {
    tag: &'static str,
    /// The last key of a dictionary.
    key: String,
}

struct Masker {
    shown: String,
    open: Vec<Open>,
    /// The words of the command so far.
    words: Vec<String>,
}

impl Masker {
    /// Takes a tag off the head and returns what follows.
    fn tag<'t>(&mut self, text: &'t str) -> &'t str {
        for (begins, ends) in [("<!--", "-->"), ("<![CDATA[", "]]>")] {
            if let Some(inside) = text.strip_prefix(begins) {
                let end = inside.find(ends).map_or(inside.len(), |end| end + ends.len());
                let (inside, after) = inside.split_at(end);
                let shown = if begins == "<!--" {
                    format!("<!-- {WITHHELD} -->")
                } else {
                    WITHHELD.to_owned()
                };
                self.shown.push_str(&format!("{shown}{}", breaks(inside)));
                return after;
            }
        }
        let end = text.find('>').map_or(text.len(), |end| end + 1);
        let (tag, after) = text.split_at(end);
        let flat: String = tag.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(tag) = TAGS.iter().find(|one| **one == flat).copied() else {
            self.shown.push_str(&format!("<{WITHHELD}>{}", breaks(tag)));
            return after;
        };
        self.shown.push_str(&format!(
            "{tag}{}",
            breaks(text.get(..end).unwrap_or_default()).repeat(usize::from(!tag.contains('\n')))
        ));
        match tag {
            "<dict>" | "<array>" | "<key>" | "<string>" | "<integer>" | "<real>" | "<data>" | "<date>" => {
                if tag == "<array>" {
                    self.words.clear();
                }
                self.open.push(Open {
                    tag,
                    key: String::new(),
                });
            }
            _ if tag.starts_with("</") => {
                let name = tag.get(2..).unwrap_or_default();
                if let Some(at) = self.open.iter().rposition(|open| open.tag.get(1..) == Some(name)) {
                    self.open.truncate(at);
                }
            }
            _ => {}
        }
        after
    }

    /// Text between two tags.
    fn text(&mut self, text: &str) {
        let bare = text.trim();
        if bare.is_empty() {
            self.shown.push_str(text);
            return;
        }
        let shown = match self.open.last().map(|open| open.tag) {
            Some("<key>") => self.key(bare),
            Some("<string>") => self.string(bare),
            Some("<integer>")
                if is_number(bare)
                    && self
                        .path()
                        .iter()
                        .all(|key| KEYS.contains(&key.as_str()) && key != "EnvironmentVariables") =>
            {
                Some(bare.to_owned())
            }
            _ => None,
        };
        let whole = shown.as_deref() == Some(bare);
        let lost = if whole { String::new() } else { breaks(text) };
        self.shown.push_str(if whole {
            text
        } else {
            shown.as_deref().unwrap_or(WITHHELD)
        });
        self.shown.push_str(&lost);
    }

    /// The keys from the outermost dictionary inwards.
    fn path(&self) -> Vec<String> {
        self.open
            .iter()
            .filter(|open| open.tag == "<dict>")
            .map(|open| open.key.clone())
            .collect()
    }

    fn key(&mut self, text: &str) -> Option<String> {
        let variables = self
            .path()
            .iter()
            .rev()
            .nth(1)
            .is_some_and(|key| key == "EnvironmentVariables");
        let at = self.open.iter().rposition(|open| open.tag == "<dict>");
        if let Some(dict) = at.and_then(|at| self.open.get_mut(at)) {
            dict.key = text.to_owned();
        }
        let shown = if variables {
            is_public_name(text, &known)
        } else {
            KEYS.contains(&text)
        };
        shown.then(|| text.to_owned())
    }

    fn string(&mut self, text: &str) -> Option<String> {
        let path = self.path();
        let containers: Vec<&str> = self.open.iter().map(|open| open.tag).collect();
        let keys: Vec<&str> = path.iter().map(String::as_str).collect();
        match (keys.as_slice(), containers.as_slice()) {
            (["ProgramArguments"], ["<dict>", "<array>", "<string>"]) => {
                self.words.push(text.to_owned());
                let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
                arguments(&words, &known).get(words.len() - 1).cloned()
            }
            (["EnvironmentVariables", name], ["<dict>", "<dict>", "<string>"]) => variable(name, text),
            (["Label"], ["<dict>", "<string>"]) => (is_public(text, &known) || label(text)).then(|| text.to_owned()),
            ([key], _) if PATHS.contains(key) => public::path(text, &known),
            ([key], ["<dict>", "<string>"]) if WORDS.contains(key) => is_public(text, &known).then(|| text.to_owned()),
            _ => None,
        }
    }
}

/// `com.example.gateway`: the first label is that of a reversed domain.
fn label(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.len() <= 20 && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    let first = text.split('.').next().unwrap_or_default();
    matches!(
        first,
        "com" | "org" | "net" | "ai" | "io" | "dev" | "me" | "app" | "bot" | "homebrew"
    ) && text.split('.').all(part)
}

/// The line feeds of a text that is not shown, so that line numbers stay right.
fn breaks(text: &str) -> String {
    "\n".repeat(text.matches('\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_go_and_lines_stay() {
        let plist = "<?xml version=\"1.0\"?>\n<!-- s3cr3t\n-->\n<plist><dict>\n<key>Label</key><string>ai.openclaw.gateway</string>\n\
            <key>ProgramArguments</key><array>\n<string>/opt/node</string><string>--token</string><string>s3cr3t</string></array>\n\
            <key>EnvironmentVariables</key>\n<dict><key>HOME</key><string>/Users/me</string><key>MY_KEY</key><string>/path/like</string></dict>\n\
            <key>Note</key><string>a\nb</string><key>Nice</key><integer>5</integer><s3cr3t a=\"s3cr3t\">\n\
            <string><![CDATA[s3cr3t]]></string></dict></plist>\n";
        let masked = mask("p", plist, &[]);
        let text = masked.lines.join("\n");
        assert_eq!(text.lines().count(), plist.lines().count());
        for kept in [
            "ai.openclaw.gateway",
            "/opt/node",
            "--token",
            "/Users/me",
            "MY_KEY",
            ">5<",
        ] {
            assert!(text.contains(kept), "{kept}\n{text}");
        }
        for gone in ["s3cr3t", "/path/like", "a\nb"] {
            assert!(!text.contains(gone), "{gone}\n{text}");
        }
    }
}
