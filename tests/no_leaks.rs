//! No planted value comes out: not on standard output, not on standard error, in no encoding.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use rig::{KEY, Machine};
use serde_json::json;

/// Letters and digits around characters that mean something to a parser or to a terminal.
fn secret() -> impl Strategy<Value = String> {
    let special = prop::sample::select(
        "\"'`\\#$%&/:=?@{}[]()<>;,|~!*+^é🔑\u{a0}\u{202e} -_."
            .chars()
            .collect::<Vec<_>>(),
    );
    let piece = ("[A-Za-z0-9]{2,3}", special).prop_map(|(word, special)| format!("{word}{special}"));
    (vec(piece, 3..10), "[A-Za-z0-9]{2}").prop_map(|(pieces, end)| pieces.concat() + &end)
}

/// The ways to look at a machine.
const LOOKS: &[&[&str]] = &[
    &["-v"],
    &["--json"],
    &["--format", "markdown"],
    &["--format", "github"],
    &["--format", "junit"],
    &["--format", "prometheus"],
    &["env"],
    &["env", "--json"],
    &["config"],
    &["config", "--json"],
    &["explain", KEY],
];

/// How many secrets [`plant`] takes.
const PLANTED: usize = 16;

/// Plants a secret into every source. What is no valid line of its file is as welcome.
fn plant(secrets: &[String], broken_config: bool) -> Machine {
    let mut machine = Machine::usual();
    let mut next = secrets.iter().cycle();
    let mut take = || next.next().unwrap().clone();
    machine.set(KEY, &take());
    machine.set("HTTPS_PROXY", &format!("http://user:{}@proxy.invalid:3128", take()));
    machine.put(
        "home/.openclaw/.env",
        &format!("{KEY}={}\nOTHER_API_KEY=\"{}\"\nmalformed {}\n", take(), take(), take()),
    );
    machine.put(
        "home/.config/openclaw/gateway.env",
        &format!("export {KEY}='{}'\n", take()),
    );
    machine.put("cwd/.env", &format!("{KEY}: {}\n", take()));
    machine.put(
        "home/.bashrc",
        &format!("export {KEY}=\"{}\"\nalias x='curl -H \"Bearer {}\"'\n", take(), take()),
    );
    machine.put("home/extra.env", &format!("{KEY}={}\n{} stray\n", take(), take()));
    let drop_in = format!(
        "[Service]\nEnvironment=\"{KEY}={}\" 'A={}'\nEnvironment={}\n",
        take(),
        take(),
        take()
    );
    machine.put("home/.config/systemd/user/openclaw-gateway.service.d/10.conf", &drop_in);
    let profile = json!({ "version": 1, "profiles": { "cloudflare-ai-gateway:default":
        { "type": "api_key", "provider": "cloudflare-ai-gateway", "key": take() } } });
    machine.put(
        "home/.openclaw/agents/main/agent/auth-profiles.json",
        &profile.to_string(),
    );
    let mut config = json!({
        "gateway": { "mode": "local", "port": 28_762, "auth": { "mode": "token", "token": take() } },
        "env": { "vars": { "OTHER_API_KEY": take(), KEY: take() } },
        "models": { "providers": { "cloudflare-ai-gateway": {
            "baseUrl": format!("https://user:{}@gateway.ai.cloudflare.com/v1/acc/gw/anthropic", take()),
            "api": "anthropic-messages", "apiKey": take(),
            "headers": { "cf-aig-authorization": format!("Bearer {}", take()) },
            "models": [{ "id": "m", "name": "M" }] } } },
        "unknownField": take(),
    })
    .to_string();
    if broken_config {
        config.push_str(&format!(" \"{}\" }}", take()));
    }
    machine.put("home/.openclaw/openclaw.json", &config);
    let show = "Id=openclaw-gateway.service\nLoadState=loaded\nActiveState=failed\nSubState=failed\nMainPID=0\n\
                NRestarts=2\nResult=exit-code\nExecMainStatus=1\n";
    machine.tools(show, &format!("{KEY}={}\nANOTHER={}\n", take(), take()));
    // The log repeats what the process was given.
    machine.put("log", &format!("refused: key {}\n{KEY}={}\n", secrets[0], secrets[0]));
    machine.tool("journalctl", "/bin/cat {root}/log");
    machine
}

fn base64(bytes: &[u8], table: &[u8; 64]) -> String {
    let groups = bytes
        .chunks_exact(3)
        .map(|group| u32::from_be_bytes([0, group[0], group[1], group[2]]));
    let digits = groups.flat_map(|group| [18, 12, 6, 0].map(|shift| table[(group >> shift) as usize & 63]));
    digits.map(char::from).collect()
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_URLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Forms under which a text could come out. Base64 in the three alignments, whole groups alone.
fn forms(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    };
    let percent = |keep: fn(u8) -> bool| {
        bytes.iter().fold(String::new(), |mut made, byte| {
            let _ = if keep(*byte) {
                write!(made, "{}", char::from(*byte))
            } else {
                write!(made, "%{byte:02X}")
            };
            made
        })
    };
    let json = serde_json::to_string(text).unwrap();
    let units = text.encode_utf16().fold(String::new(), |mut made, unit| {
        let _ = match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => write!(made, "{}", char::from(byte)),
            _ => write!(made, "\\u{unit:04x}"),
        };
        made
    });
    let mut forms = vec![
        text.to_owned(),
        json[1..json.len() - 1].to_owned(),
        units,
        hex(bytes),
        hex(bytes).to_uppercase(),
        percent(|byte| byte.is_ascii_alphanumeric()),
        percent(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)),
        percent(|byte| byte.is_ascii_alphanumeric() || b"-_.~!*'();:@&=+$,/?#[]".contains(&byte)),
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;"),
    ];
    for skipped in 0..3.min(bytes.len()) {
        forms.push(base64(&bytes[skipped..], STANDARD));
        forms.push(base64(&bytes[skipped..], FOR_URLS));
    }
    let lower: Vec<String> = forms
        .iter()
        .filter(|form| form.contains('%'))
        .map(|form| form.to_lowercase())
        .collect();
    forms.extend(lower);
    forms.retain(|form| form.len() >= 8);
    forms
}

/// Parts of a text: what a parser that stops early, or an excerpt, would show.
fn parts(text: &str) -> impl Iterator<Item = String> + '_ {
    let chars: Vec<char> = text.chars().collect();
    let width = chars.len().min(9);
    (0..=chars.len() - width).map(move |at| chars[at..at + width].iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 44, failure_persistence: None, max_shrink_iters: 30, ..ProptestConfig::default() })]

    #[test]
    fn no_planted_value_comes_out(
        secrets in vec(secret(), PLANTED..=PLANTED + 8),
        look in prop::sample::select(LOOKS),
        broken in prop::bool::weighted(0.3),
    ) {
        let machine = plant(&secrets, broken);
        let ran = machine.doctor(&[look, &["--offline", "--service-manager", "systemd"][..]].concat());
        let all = format!("{}\n{}", String::from_utf8_lossy(&ran.stdout), ran.err());
        prop_assert!(matches!(ran.code, Some(0 | 1 | 3)), "{:?}: {}", ran.code, all);
        prop_assert!(all.len() > 100, "{}", all);
        for secret in &secrets {
            for form in forms(secret).into_iter().chain(parts(secret)) {
                let at = all.split_once(&form).map(|(before, after)| {
                    let before: Vec<char> = before.chars().rev().take(300).collect();
                    let before: String = before.into_iter().rev().collect();
                    format!("{before}[*]{}", after.chars().take(100).collect::<String>())
                });
                prop_assert_eq!(at, None, "{:?} of {:?} comes out with {:?}", form, secret, look);
            }
        }
    }
}
