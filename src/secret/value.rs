//! What may be said of a value without showing it: shape, flags, and whether its name is public.

use crate::secret::facts::{Shape, ValueFlag};

/// Names whose values carry no secret and may be shown (ports, paths, modes, flags).
/// Every other environment value is treated as a secret (design section 4.2).
const PUBLIC_NAMES: &[&str] = &[
    "HOME",
    "INVOCATION_ID",
    "LANG",
    "LC_ALL",
    "LOGNAME",
    "MANAGERPID",
    "NODE_ENV",
    "OPENCLAW_CLI",
    "OPENCLAW_CONFIG_PATH",
    "OPENCLAW_DEFER_SHELL_ENV_FALLBACK",
    "OPENCLAW_GATEWAY_PORT",
    "OPENCLAW_HOME",
    "OPENCLAW_LOAD_SHELL_ENV",
    "OPENCLAW_PROFILE",
    "OPENCLAW_SERVICE_KIND",
    "OPENCLAW_SERVICE_MANAGED_ENV_KEYS",
    "OPENCLAW_SERVICE_MARKER",
    "OPENCLAW_SERVICE_VERSION",
    "OPENCLAW_SHELL_ENV_TIMEOUT_MS",
    "OPENCLAW_STATE_DIR",
    "OPENCLAW_SYSTEMD_UNIT",
    "PATH",
    "SHELL",
    "SUDO_USER",
    "SUPERVISOR_GROUP_NAME",
    "SUPERVISOR_PROCESS_NAME",
    "SYSTEMD_EXEC_PID",
    "TERM",
    "TMPDIR",
    "USER",
    "XDG_RUNTIME_DIR",
    "pm_id",
];

/// Returns whether the value of `name` may be shown.
pub fn is_public(name: &str) -> bool {
    PUBLIC_NAMES.contains(&name)
}

/// The white space JavaScript's `trim` removes (facts/env-resolution.md section 3.1, WS).
pub fn is_js_space(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}'
    )
}

/// Trims as JavaScript does.
pub fn js_trim(text: &str) -> &str {
    text.trim_matches(is_js_space)
}

/// Returns whether `name` is a portable environment name, `^[A-Za-z_][A-Za-z0-9_]*$`.
pub fn is_env_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The marks that redaction leaves (facts/pings.md section 5, user-pain row 19).
const SENTINELS: &[&str] = &[
    "__OPENCLAW_REDACTED__",
    "REDACTED",
    "xoxb-REDACTED",
    "xapp-REDACTED",
    "***",
    "[redacted]",
    "[REDACTED]",
    "<redacted>",
    "[REDACTED_PRIVATE_KEY]",
    "[REDACTED CREDENTIAL]",
];

/// Returns whether a text is one of the marks that OpenClaw 2026.9.6 takes for no secret.
pub fn is_sentinel(text: &str) -> bool {
    SENTINELS.contains(&js_trim(text))
}

/// Words found in example values of tutorials; compared in lower case.
const PLACEHOLDER_WORDS: &[&str] = &[
    "your-api-key",
    "your_api_key",
    "your-key",
    "your_key",
    "yourkey",
    "your api key",
    "your-token",
    "your_token",
    "api-key-here",
    "api_key_here",
    "key-here",
    "key_here",
    "token-here",
    "token_here",
    "changeme",
    "change-me",
    "change_me",
    "replace-me",
    "replace_me",
    "replaceme",
    "insert-your",
    "insert_your",
    "paste-your",
    "paste_your",
    "placeholder",
    "sk-ant-...",
    "sk-...",
    "xxxxxx",
    "example-key",
    "example_key",
];

/// Words so short that a key can hold them by chance.
const SHORT_WORDS: &[&str] = &["todo", "dummy"];
/// Longest text in which one of them counts.
const SHORT: usize = 24;

pub(super) fn flags(text: &str) -> Vec<ValueFlag> {
    let trimmed = js_trim(text);
    let mut flags = Vec::new();
    let mut mark = |flag, holds: bool| {
        if holds {
            flags.push(flag);
        }
    };
    mark(ValueFlag::Empty, text.is_empty());
    mark(ValueFlag::Blank, !text.is_empty() && trimmed.is_empty());
    mark(ValueFlag::EdgeSpace, !trimmed.is_empty() && trimmed.len() != text.len());
    mark(ValueFlag::InnerSpace, trimmed.contains([' ', '\t']));
    mark(ValueFlag::Hash, text.contains('#'));
    mark(ValueFlag::CommentKept, has_comment(trimmed));
    mark(ValueFlag::CarriageReturn, text.contains('\r'));
    mark(ValueFlag::Newline, text.contains('\n'));
    mark(
        ValueFlag::ControlChar,
        text.chars().any(|c| c.is_control() && !matches!(c, '\r' | '\n' | '\t')),
    );
    mark(ValueFlag::NonLatin1, text.chars().any(|c| c as u32 > 0xff));
    let quotes = quote_state(trimmed);
    mark(ValueFlag::UnbalancedQuote, quotes == Quotes::Unbalanced);
    mark(ValueFlag::Quoted, quotes == Quotes::Wrapped);
    mark(ValueFlag::Sentinel, is_sentinel(trimmed));
    mark(ValueFlag::Placeholder, is_placeholder(trimmed) || is_nothing(trimmed));
    mark(ValueFlag::LiteralReference, literal_reference(text).is_some());
    mark(
        ValueFlag::CommandSubstitution,
        trimmed.starts_with("$(") && trimmed.ends_with(')'),
    );
    mark(ValueFlag::BareVariableName, is_bare_variable_name(trimmed));
    flags.extend(bearer(trimmed));
    flags
}

/// Shortest text before a comment that can be a value of its own.
const BEFORE_COMMENT: usize = 8;

fn has_comment(trimmed: &str) -> bool {
    let Some((before, after)) = trimmed.split_once([' ', '\t']) else {
        return false;
    };
    before.len() >= BEFORE_COMMENT && after.trim_start().starts_with('#')
}

/// What is odd about a header value with the word `Bearer`; nothing for other values
/// (facts/pings.md section 10, value shapes).
fn bearer(trimmed: &str) -> Vec<ValueFlag> {
    const QUOTES: [char; 6] = ['"', '\'', '`', '\u{201c}', '\u{201d}', '\u{2019}'];
    let unquoted = trimmed.trim_matches(QUOTES);
    let (Some(word), Some(rest)) = (unquoted.get(..6), unquoted.get(6..)) else {
        return Vec::new();
    };
    if !word.eq_ignore_ascii_case("bearer") || rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'))
    {
        return Vec::new();
    }
    let token = rest.trim_start_matches([':', '=', ',', ' ', '\t']);
    let first = token.split_whitespace().next().unwrap_or_default();
    let doubled = first.trim_end_matches(':').eq_ignore_ascii_case("bearer");
    let inner = if doubled {
        token.get(first.len()..).unwrap_or_default().trim()
    } else {
        token
    };
    let mut flags = Vec::new();
    let mut mark = |flag, holds: bool| {
        if holds {
            flags.push(flag);
        }
    };
    mark(ValueFlag::BearerAlone, token.is_empty());
    mark(
        ValueFlag::BearerColon,
        !token.is_empty() && (!rest.starts_with(' ') || token.len() + 1 != rest.len()),
    );
    mark(ValueFlag::BearerCase, word != "Bearer");
    mark(ValueFlag::BearerDoubled, doubled);
    mark(
        ValueFlag::BearerQuoted,
        unquoted.len() != trimmed.len() || inner.starts_with(QUOTES) || inner.ends_with(QUOTES),
    );
    mark(
        ValueFlag::BearerTwoWords,
        !doubled && inner.contains(char::is_whitespace),
    );
    let bare = inner.trim_matches(QUOTES);
    let kind = shape(bare);
    mark(
        ValueFlag::Placeholder,
        !bare.is_empty() && (is_stand_in(bare) || is_bare_name(bare)),
    );
    mark(
        ValueFlag::BearerOfProvider,
        kind.is_some_and(|kind| !kind.is_cloudflare() && !matches!(kind, Shape::Url | Shape::BearerHeader)),
    );
    flags
}

/// Returns whether a text is the name of a variable in capitals, where its value is due.
pub fn is_bare_name(text: &str) -> bool {
    is_env_name(text) && text.contains('_') && !text.chars().any(|c| c.is_ascii_lowercase())
}

#[derive(PartialEq)]
enum Quotes {
    None,
    Wrapped,
    Unbalanced,
}

fn quote_state(text: &str) -> Quotes {
    let quote = |c: char| matches!(c, '"' | '\'' | '`' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}');
    let (first, last) = (text.chars().next(), text.chars().next_back());
    match (first.filter(|c| quote(*c)), last.filter(|c| quote(*c))) {
        (Some(_), Some(_)) if text.chars().count() > 1 => Quotes::Wrapped,
        (Some(_), _) | (_, Some('"' | '\'' | '`')) => Quotes::Unbalanced,
        _ => Quotes::None,
    }
}

/// Returns whether a text is left over from an example: `<token>`, `{CF_AIG_TOKEN}`, `[your key]`, `your-api-key`, `xxxx`.
pub fn is_placeholder(text: &str) -> bool {
    let lower = text.to_lowercase();
    let within = |open, close| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    let name = |inner: &str| {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
        inner.len() > 1 && inner.chars().all(plain)
    };
    let bracketed = within('<', '>').is_some_and(|inner| !inner.is_empty())
        || within('{', '}').or(within('[', ']')).is_some_and(name);
    let repeated = text.len() >= 3 && text.chars().all(|c| matches!(c, 'x' | 'X' | '.' | '*' | '-' | '_'));
    let word = PLACEHOLDER_WORDS.iter().any(|word| lower.contains(word))
        || text.len() <= SHORT && SHORT_WORDS.iter().any(|word| lower.contains(word));
    !SENTINELS.contains(&text) && (bracketed || repeated || word)
}

/// Returns whether a text stands where a credential is due and is none, with the word Bearer before it or without: an
/// example, the name of a variable, a reference that was left as it is, what a program prints for no value.
pub fn is_stand_in(text: &str) -> bool {
    let mut rest = js_trim(text);
    while let Some((word, after)) = rest.get(..6).zip(rest.get(6..))
        && word.eq_ignore_ascii_case("bearer")
        && (after.is_empty() || after.starts_with([' ', '\t', ':', '=']))
    {
        rest = after.trim_start_matches([' ', '\t', ':', '=']);
    }
    let bare = js_trim(rest).trim_matches(['"', '\'', '`']);
    bare.is_empty()
        || is_nothing(bare)
        || is_sentinel(bare)
        || is_placeholder(bare)
        || is_bare_variable_name(bare)
        || literal_reference(bare).is_some()
}

/// Returns whether a text is what programs print where they have no value.
fn is_nothing(text: &str) -> bool {
    const WORDS: [&str; 7] = ["undefined", "null", "none", "nil", "nan", "[object object]", "…"];
    WORDS.contains(&text.to_lowercase().as_str())
}

/// Returns the text where the whole value is a reference that no loader expands:
/// `${NAME}`, or `$NAME` in capitals. A reference is a name, so it may be shown.
pub fn literal_reference(text: &str) -> Option<&str> {
    let trimmed = js_trim(text);
    let braced = trimmed
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .filter(|name| name.len() <= 64 && is_env_name(name));
    let bare = trimmed
        .strip_prefix('$')
        .filter(|name| name.len() <= 64 && is_env_name(name) && !name.chars().any(|c| c.is_ascii_lowercase()));
    braced.or(bare).map(|_| trimmed)
}

fn is_bare_variable_name(text: &str) -> bool {
    const ENDINGS: &[&str] = &["_API_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_KEY"];
    is_env_name(text)
        && !text.chars().any(|c| c.is_ascii_lowercase())
        && ENDINGS.iter().any(|ending| text.ends_with(ending))
}

/// Published starts of credentials: how many signs must follow before a text counts as one, and the type's name.
/// A longer start stands before the shorter (facts/pings.md section 10, value shapes).
pub(crate) const SHAPES: &[(&str, usize, Option<Shape>)] = &[
    ("sk-ant-api", 12, Some(Shape::AnthropicApiKey)),
    ("sk-ant-oat", 12, Some(Shape::AnthropicOauthToken)),
    ("sk-ant-admin", 12, Some(Shape::AnthropicAdminKey)),
    ("sk-ant-", 12, Some(Shape::AnthropicApiKey)),
    ("sk-or-", 12, Some(Shape::OpenrouterKey)),
    ("sk-proj-", 12, Some(Shape::OpenaiKey)),
    ("sk-", 16, None),
    ("sk_live_", 12, None),
    ("cfut_", 16, Some(Shape::CloudflareUserToken)),
    ("cfat_", 16, Some(Shape::CloudflareAccountToken)),
    ("cfk_", 16, Some(Shape::CloudflareGlobalKey)),
    ("ghp_", 20, Some(Shape::GithubToken)),
    ("gho_", 20, None),
    ("ghu_", 20, None),
    ("ghs_", 20, None),
    ("ghr_", 20, None),
    ("github_pat_", 20, Some(Shape::GithubToken)),
    ("glpat-", 16, None),
    ("xoxa-", 12, None),
    ("xoxb-", 12, Some(Shape::SlackToken)),
    ("xoxp-", 12, Some(Shape::SlackToken)),
    ("xoxs-", 12, None),
    ("xapp-", 16, None),
    ("AIza", 30, Some(Shape::GoogleKey)),
    ("ya29.", 20, None),
    ("AKIA", 16, None),
    ("ASIA", 16, None),
    ("hf_", 30, None),
    ("npm_", 30, None),
    ("gsk_", 30, None),
    ("xai-", 30, None),
    ("r8_", 30, None),
    ("pplx-", 30, None),
    ("nvapi-", 30, None),
    ("tvly-", 20, None),
    ("AGE-SECRET-KEY-", 20, None),
    ("eyJ", 40, None),
    ("Bearer ", 16, None),
    ("bearer ", 16, None),
    ("Basic ", 20, None),
];

/// Names the public type that a credential shows by its start.
pub fn shape(text: &str) -> Option<Shape> {
    let text = js_trim(text);
    if text.starts_with("http://") || text.starts_with("https://") {
        return Some(Shape::Url);
    }
    if let Some((_, _, shape)) = SHAPES.iter().find(|(start, ..)| text.starts_with(start))
        && shape.is_some()
    {
        return *shape;
    }
    if text.len() > 7 && text.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("bearer ")) {
        return Some(Shape::BearerHeader);
    }
    None
}
