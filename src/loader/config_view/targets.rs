//! SecretRefs of source file, exec and store: what they lead to, as far as it can be looked at. Files are read, programs
//! are never run; entries of the store are looked up later, in the state database.

use serde_json::Value;
use zeroize::Zeroizing;

use super::marks::{self, Mark, Marks};
use super::refs;
use crate::base::fact::Fact;
use crate::config::document::Document;
use crate::config::{Gone, OUTSIDE, ProviderOf, outside_trusted_dirs, provider_of};
use crate::loader::answers::{Answers, Ask, FileAnswer};
use crate::model::snapshot::{Located, RefFlaw, SecretRef};
use crate::secret::value::is_env_name;

/// Most names of a `passEnv`.
const LIMIT: usize = 64;
/// What a provider of source file reads where it sets no `maxBytes` (SecretRef contract, 2026.9.6).
const MOST_BYTES: u64 = 1 << 20;

/// Lists SecretRefs of source file, exec and store.
pub(super) fn elsewhere(
    document: &Document,
    marks: &Marks,
    answers: &Answers,
    user_path: &dyn Fn(&str) -> String,
) -> Result<Vec<Located<SecretRef>>, Box<Ask>> {
    let mut found = Vec::new();
    // The definitions of the providers themselves are no references.
    let outside = |mark: &Mark| mark.path.first().is_none_or(|section| section != "secrets");
    for (mark, value) in marks.values(document).filter(|(mark, _)| outside(mark)) {
        if let Some(secret) = marks::secret_ref(value).filter(|secret| secret.source != "env") {
            let place = refs::place(document, &mark.path);
            found.push(Located {
                path: mark.path.join("."),
                value: SecretRef {
                    place: place.clone(),
                    ..secret
                },
                place,
            });
        }
    }
    for entry in &mut found {
        follow(document, &mut entry.value, answers, user_path)?;
    }
    found.extend(channel_files(document, answers, user_path)?);
    Ok(found)
}

/// Why the Gateway gets nothing for a SecretRef, where that is known.
pub(super) fn nothing_behind(
    document: &Document,
    secret: &SecretRef,
    state_dir: &str,
    answers: &Answers,
    user_path: &dyn Fn(&str) -> String,
) -> Result<Option<Gone>, Box<Ask>> {
    let provider = match provider_of(&document.value, &secret.source, Some(&secret.provider)) {
        ProviderOf::Entry(entry) => Some(entry),
        ProviderOf::BuiltIn => None,
        // Told as a fault of the config.
        ProviderOf::Missing | ProviderOf::OtherSource => return Ok(None),
    };
    let file = provider
        .and_then(|provider| provider.get("path"))
        .and_then(Value::as_str);
    Ok(match (secret.source.as_str(), &secret.target, secret.flaw) {
        ("store", ..) => {
            let names = answers.store(state_dir)?;
            let gone = names.is_some_and(|names| !names.contains(&secret.id));
            gone.then_some(Gone::Entry)
        }
        ("file", Fact::Absent, _) => Some(Gone::File),
        ("file", Fact::Known { .. }, Some(_)) => Some(Gone::InFile),
        // Read here, and refused there; what could not be read here may be fine.
        ("file", Fact::Unreadable { .. }, _) => match file.map(|file| answers.file(&user_path(file))).transpose()? {
            Some(FileAnswer::Bytes { .. }) => Some(Gone::InFile),
            _ => None,
        },
        ("exec", Fact::Unreadable { .. }, _) => Some(Gone::Program),
        _ => None,
    })
}

/// Fields of channels that name a file with a credential.
const FILE_FIELDS: [&str; 4] = ["tokenFile", "secretFile", "botSecretFile", "serviceAccountFile"];
/// Those of which the documents say that a link is refused.
const NO_LINKS: [&str; 2] = ["tokenFile", "secretFile"];
/// Fields that answer in place of such a file.
const INLINE: [&str; 6] = [
    "botToken",
    "token",
    "channelAccessToken",
    "channelSecret",
    "botSecret",
    "serviceAccount",
];

/// Files that channels and their accounts name for their credentials, as references without a provider. What is off is
/// left out, and a file of the whole channel where every account has its own.
fn channel_files(
    document: &Document,
    answers: &Answers,
    user_path: &dyn Fn(&str) -> String,
) -> Result<Vec<Located<SecretRef>>, Box<Ask>> {
    let off = |section: &Value| section.get("enabled").is_some_and(|on| on == false);
    let has = |section: &Value, field: &str| section.get(field).is_some_and(|value| !value.is_null());
    let mut found = Vec::new();
    let channels = document.value.get("channels").and_then(Value::as_object);
    for (id, section) in channels.into_iter().flatten().filter(|(_, section)| !off(section)) {
        let accounts = section.get("accounts").and_then(Value::as_object).into_iter().flatten();
        let accounts: Vec<(&String, &Value)> = accounts.filter(|(_, account)| !off(account)).collect();
        for field in FILE_FIELDS {
            let own = |account: &Value| has(account, field) || INLINE.iter().any(|inline| has(account, inline));
            let shared = accounts.is_empty() || accounts.iter().any(|(_, account)| !own(account));
            let of_channel = shared.then(|| (vec!["channels", id.as_str(), field], section));
            let of_accounts = accounts.iter().map(|(name, account)| {
                (
                    vec!["channels", id.as_str(), "accounts", name.as_str(), field],
                    *account,
                )
            });
            for (path, holder) in of_channel.into_iter().chain(of_accounts).take(LIMIT) {
                let Some(file) = holder.get(field).and_then(Value::as_str).map(str::trim) else {
                    continue;
                };
                // A relative path depends on the Gateway's folder, one with a variable on its environment.
                if !(file.starts_with('/') || file.starts_with("~/")) || file.contains('$') {
                    continue;
                }
                let (target, flaw) = credential_file(&user_path(file), NO_LINKS.contains(&field), answers)?;
                let place = document.place(&path);
                found.push(Located {
                    path: path.join("."),
                    value: SecretRef {
                        source: "file".to_owned(),
                        provider: String::new(),
                        id: "value".to_owned(),
                        place: place.clone(),
                        target,
                        flaw,
                        pass_env: Vec::new(),
                    },
                    place,
                });
            }
        }
    }
    Ok(found)
}

/// A file with one credential, of which neither mode nor links count (`tryReadSecretFileSync` of 2026.9.6). What this user
/// may not read, the Gateway's may.
fn credential_file(path: &str, no_links: bool, answers: &Answers) -> Result<(Fact<String>, Option<RefFlaw>), Box<Ask>> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(match answers.file(path)? {
        FileAnswer::Bytes { bytes, real_path, .. } => {
            let linked = no_links && name(path) != name(real_path);
            let empty = String::from_utf8_lossy(bytes).trim().is_empty();
            let flaw = linked.then_some(RefFlaw::Link).or(empty.then_some(RefFlaw::NoText));
            (Fact::known(path.to_owned()), flaw)
        }
        FileAnswer::Missing => (Fact::Absent, None),
        FileAnswer::Ignored(why) => (Fact::not_asked(format!("{path}: {why}")), None),
        FileAnswer::Denied => (Fact::not_asked(format!("{path}: this user may not read it")), None),
    })
}

fn follow(
    document: &Document,
    secret: &mut SecretRef,
    answers: &Answers,
    user_path: &dyn Fn(&str) -> String,
) -> Result<(), Box<Ask>> {
    let provider = match provider_of(&document.value, &secret.source, Some(&secret.provider)) {
        ProviderOf::Entry(entry) => entry,
        ProviderOf::BuiltIn => {
            secret.target = Fact::known("the secret store".to_owned());
            return Ok(());
        }
        ProviderOf::Missing | ProviderOf::OtherSource => {
            secret.target = Fact::not_asked(format!("no secrets.providers.{} of this source", secret.provider));
            return Ok(());
        }
    };
    let text = |name: &str| provider.get(name).and_then(Value::as_str);
    match (secret.source.as_str(), text("path"), text("command")) {
        ("file", Some(path), _) => {
            let single = text("mode") == Some("singleValue");
            let owner = owner_of_config(document, answers);
            (secret.target, secret.flaw) = file(&user_path(path), &secret.id, single, owner, answers)?;
            let most = provider.get("maxBytes").and_then(Value::as_u64).unwrap_or(MOST_BYTES);
            if matches!(answers.file(&user_path(path))?, FileAnswer::Bytes { bytes, .. } if bytes.len() as u64 > most)
                && !matches!(secret.flaw, Some(RefFlaw::HardLinks | RefFlaw::Link))
            {
                secret.flaw = Some(RefFlaw::TooLarge);
            }
        }
        ("exec", _, Some(command)) if command.starts_with('/') => {
            answers.look_at_commands(&[command.to_owned()])?;
            let trusted = outside_trusted_dirs(provider, command, user_path).then(|| OUTSIDE.to_owned());
            secret.target = match answers.command_fault(command).or(trusted) {
                Some(why) => Fact::unreadable(format!("{command}: {why}"), String::new()),
                None => Fact::known(command.to_owned()),
            };
            let own = provider.get("env").and_then(Value::as_object);
            let names = provider.get("passEnv").and_then(Value::as_array).into_iter().flatten();
            secret.pass_env = names
                .filter_map(Value::as_str)
                .filter(|name| is_env_name(name) && own.is_none_or(|own| !own.contains_key(*name)))
                .map(str::to_owned)
                .take(LIMIT)
                .collect();
        }
        ("store", ..) => secret.target = Fact::known("the secret store".to_owned()),
        _ => {
            secret.target = Fact::not_asked(format!(
                "secrets.providers.{} names no file or program",
                secret.provider
            ))
        }
    }
    Ok(())
}

/// The account that the config belongs to, which is the Gateway's.
fn owner_of_config(document: &Document, answers: &Answers) -> Option<u32> {
    match answers.file(&document.place(&[])?.path).ok()? {
        FileAnswer::Bytes { stat, .. } => Some(stat.uid),
        _ => None,
    }
}

/// The file must be private, regular, of one link, and have the value (SecretRef contract, 2026.9.6).
fn file(
    path: &str,
    id: &str,
    single: bool,
    owner: Option<u32>,
    answers: &Answers,
) -> Result<(Fact<String>, Option<RefFlaw>), Box<Ask>> {
    let look = || format!("ls -l {}", shlex::try_quote(path).unwrap_or_default());
    Ok(match answers.file(path)? {
        FileAnswer::Bytes { stat, .. } if stat.mode & 0o077 != 0 => {
            let why = format!("{path} is open to others (mode {:o}); OpenClaw refuses it", stat.mode);
            let quoted = shlex::try_quote(path).unwrap_or_default().into_owned();
            // A file of another account is not closed: the Gateway could not read it any more. It gets a copy of its own.
            let command = match owner == Some(stat.uid) {
                true => format!("chmod 600 {quoted}"),
                false => look(),
            };
            (Fact::unreadable(why, command), None)
        }
        FileAnswer::Bytes {
            bytes,
            links,
            real_path,
            ..
        } => {
            let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
            let flaw = match () {
                () if *links > 1 => Some(RefFlaw::HardLinks),
                () if name(path) != name(real_path) => Some(RefFlaw::Link),
                () => content_flaw(bytes, id, single),
            };
            (Fact::known(path.to_owned()), flaw)
        }
        FileAnswer::Missing => (Fact::Absent, None),
        FileAnswer::Ignored(why) => (Fact::unreadable(format!("{path}: {why}"), look()), None),
        FileAnswer::Denied => (
            Fact::unreadable(format!("{path}: this user may not read it"), look()),
            None,
        ),
    })
}

fn content_flaw(bytes: &[u8], id: &str, single: bool) -> Option<RefFlaw> {
    secret_in_file(bytes, id, single).err()
}

/// Returns the text of an id in a secret file, a JSON object or, with `single`, one value without the line end behind it.
pub(crate) fn secret_in_file(bytes: &[u8], id: &str, single: bool) -> Result<Zeroizing<String>, RefFlaw> {
    if single && id != "value" {
        return Err(RefFlaw::WrongId);
    }
    if single {
        let text = Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let filled = !text.trim().is_empty();
        return filled.then(|| Zeroizing::new(text.to_owned())).ok_or(RefFlaw::NoText);
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let value = serde_json::from_slice::<Value>(bytes).ok().filter(Value::is_object);
    let value = value.ok_or(RefFlaw::NotJson)?;
    match value.pointer(id) {
        _ if !id.starts_with('/') => Err(RefFlaw::PointerMissing),
        None => Err(RefFlaw::PointerMissing),
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Zeroizing::new(text.clone())),
        Some(_) => Err(RefFlaw::NoText),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_must_be_where_the_reference_points() {
        let json = br#"{"providers":{"openai":{"apiKey":"k"},"a/b":"x","n":7,"e":""}}"#;
        for (id, flaw) in [
            ("/providers/openai/apiKey", None),
            ("/providers/a~1b", None),
            ("/providers/openai/key", Some(RefFlaw::PointerMissing)),
            ("value", Some(RefFlaw::PointerMissing)),
            ("/providers/n", Some(RefFlaw::NoText)),
            ("/providers/e", Some(RefFlaw::NoText)),
        ] {
            assert_eq!(content_flaw(json, id, false), flaw, "{id}");
        }
        assert_eq!(content_flaw(b"not json", "/a", false), Some(RefFlaw::NotJson));
        assert_eq!(content_flaw(b"[1]", "/0", false), Some(RefFlaw::NotJson));
        assert_eq!(content_flaw(b"key\n", "value", true), None);
        assert_eq!(content_flaw(b" \n", "value", true), Some(RefFlaw::NoText));
        assert_eq!(content_flaw(b"key", "/a", true), Some(RefFlaw::WrongId));
    }
}
