//! Copies beside the config: last good, backups, rejected and overwritten ones.

use std::path::Path;

use super::ownership::By;
use super::read::ReadError;
use crate::base::fact::Fact;
use crate::config::copies;
use crate::model::snapshot::{ConfigCopy, FileKind};

/// Copies that are listed, the newest ones.
const LISTED: usize = 8;
/// Entries of the directory that are looked at.
const LOOKED_AT: usize = 4096;
/// Larger files are listed, and not compared.
const COMPARED: u64 = 256 * 1024;

/// Lists the copies beside a config, the newest first.
pub(super) fn collect(by: By, config: &str) -> Vec<ConfigCopy> {
    let path = Path::new(config);
    let (Some(dir), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Vec::new();
    };
    let Ok(entries) = by.entries(dir, LOOKED_AT) else {
        return Vec::new();
    };
    let mut found: Vec<ConfigCopy> = entries
        .into_iter()
        .filter_map(|entry| {
            let file = entry.path;
            let role = copies::role(file.file_name()?.to_str()?.strip_prefix(name)?)?;
            let stat = by.stat(&file);
            stat.get().filter(|stat| stat.kind == FileKind::File)?;
            Some(ConfigCopy {
                path: file.to_str()?.to_owned(),
                role: role.to_owned(),
                stat,
                differs: Fact::not_asked("it is large"),
            })
        })
        .collect();
    let time = |copy: &ConfigCopy| copy.stat.get().map_or(0, |stat| stat.mtime_ms);
    found.sort_by(|a, b| time(b).cmp(&time(a)).then_with(|| a.path.cmp(&b.path)));
    found.truncate(LISTED);
    if found.is_empty() {
        return found;
    }
    let own = by.read(path, COMPARED);
    for copy in &mut found {
        let size = copy.stat.get().map_or(0, |stat| stat.size);
        if size > COMPARED || own.as_ref().is_err_and(|why| matches!(why, ReadError::TooLarge { .. })) {
            continue;
        }
        copy.differs = match (&own, by.read(Path::new(&copy.path), COMPARED)) {
            (Ok(own), Ok(other)) => match copies::differing(&own.bytes, &other.bytes) {
                Ok(keys) => Fact::known(keys),
                Err(why) => Fact::not_asked(why),
            },
            (Err(why), _) => Fact::not_asked(format!("the config itself cannot be read: {why}")),
            (_, Err(why)) => Fact::unreadable(why.to_string(), format!("ls -l {}", copy.path)),
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::put;

    #[test]
    fn copies_are_listed_and_compared() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        put(&at("openclaw.json"), "{gateway: {mode: 'local'}}");
        put(&at("openclaw.json.bak"), "{gateway: {mode: 'remote', port: 1}}");
        put(&at("openclaw.json.rejected.1"), "{gateway: ");
        put(&at("openclaw.json.swp"), "no copy");
        std::fs::create_dir(at("openclaw.json.last-good")).unwrap();
        let found = collect(By::Asker, at("openclaw.json").to_str().unwrap());
        let mut told: Vec<(&str, Option<Vec<String>>)> = found
            .iter()
            .map(|copy| (copy.role.as_str(), copy.differs.get().cloned()))
            .collect();
        told.sort();
        let keys = ["gateway.mode", "gateway.port"].map(str::to_owned).to_vec();
        assert_eq!(told, [("previous version", Some(keys)), ("rejected change", None)]);
        assert!(collect(By::Asker, "/no/such/dir/openclaw.json").is_empty());
    }
}
