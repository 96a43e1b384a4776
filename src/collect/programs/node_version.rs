//! The version of a Node, from files beside it or from its path. It is not run: the service names
//! the program, and this user may be another one.

use std::path::Path;

use crate::base::fact::Fact;
use crate::collect::ownership::By;
use crate::parse::semver;
use crate::platform::node;

/// Largest header or manifest that is read.
const CAP: u64 = 256 << 10;
/// Largest list of installed packages; Debian's grows to a few MB.
const LIST_CAP: u64 = 32 << 20;

/// Returns the version of the Node at a path, such as `24.16.0`.
pub(in crate::collect) fn of_node(by: By, program: &str) -> Fact<String> {
    let how = format!("{program} --version");
    let Ok(real) = std::fs::canonicalize(program) else {
        return match node::version_in(program) {
            Some(version) => Fact::known(version),
            None => Fact::unreadable("it does not exist, or may not be looked at", String::new()),
        };
    };
    let by = by.along(Path::new(program));
    let shown = real.to_string_lossy();
    if node::is_shim(program) || node::is_shim(&shown) || is_script(by, &real) {
        return Fact::unreadable("it is a script or a shim, which picks the version when it is run", how);
    }
    let prefix = real.parent().and_then(Path::parent);
    let found = prefix
        .and_then(|prefix| from_header(by, prefix).or_else(|| from_npm(by, prefix)))
        .or_else(|| node::version_in(&shown))
        .or_else(|| shown.starts_with("/usr/bin/").then(from_dpkg).flatten());
    match found {
        Some(version) => Fact::known(version),
        None => Fact::unreadable("no file beside it tells its version", how),
    }
}

fn text(by: By, path: &Path, cap: u64) -> Option<String> {
    let file = by.read(path, cap).ok()?;
    Some(String::from_utf8_lossy(&file.bytes).into_owned())
}

/// A real Node is far larger than what is read here.
fn is_script(by: By, real: &Path) -> bool {
    text(by, real, CAP).is_some_and(|text| text.starts_with("#!"))
}

/// Node's own archives, and most tools that unpack them, bring its headers along.
fn from_header(by: By, prefix: &Path) -> Option<String> {
    let text = text(by, &prefix.join("include/node/node_version.h"), CAP)?;
    let part = |name: &str| {
        let start = format!("#define NODE_{name}_VERSION ");
        let line = text.lines().find_map(|line| line.strip_prefix(&start))?;
        line.trim().parse::<u32>().ok()
    };
    Some(format!("{}.{}.{}", part("MAJOR")?, part("MINOR")?, part("PATCH")?))
}

/// The npm package `node`, and those of one system that it pulls in.
fn from_npm(by: By, prefix: &Path) -> Option<String> {
    let manifest: serde_json::Value = serde_json::from_str(&text(by, &prefix.join("package.json"), CAP)?).ok()?;
    let word = |name: &str| manifest.get(name).and_then(serde_json::Value::as_str);
    let name = word("name")?;
    let is_node = name == "node"
        || ["node-linux-", "node-darwin-", "node-bin-"]
            .iter()
            .any(|start| name.starts_with(start));
    let version = word("version").filter(|version| is_node && semver::version(version).is_some())?;
    Some(version.to_owned())
}

/// Debian's list of packages, for a Node that came without headers.
fn from_dpkg() -> Option<String> {
    let list = text(By::Asker, Path::new("/var/lib/dpkg/status"), LIST_CAP)?;
    debian_version(&list, "nodejs")
}

/// Returns the upstream version of an installed package: `24.16.0` of `1:24.16.0-1nodesource1`.
fn debian_version(list: &str, package: &str) -> Option<String> {
    let start = format!("Package: {package}\n");
    let stanza = list
        .split("\n\n")
        .map(str::trim_start)
        .find(|stanza| stanza.starts_with(&start))?;
    let field = |name: &str| stanza.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    field("Status:").filter(|status| status.ends_with(" installed"))?;
    let version = field("Version:")?;
    let version = version.split_once(':').map_or(version, |(_, version)| version);
    let end = version
        .find(|c: char| c != '.' && !c.is_ascii_digit())
        .unwrap_or(version.len());
    let upstream = version.get(..end)?;
    semver::version(upstream).map(|_| upstream.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::collect::testkit::put;

    fn version(program: &Path) -> Option<String> {
        of_node(By::Asker, program.to_str().unwrap()).get().cloned()
    }

    /// A file that is no script and larger than what is read.
    fn node(root: &Path, path: &str) -> PathBuf {
        let program = root.join(path);
        put(&program, vec![0x7f; CAP as usize + 1]);
        std::fs::canonicalize(program).unwrap()
    }

    #[test]
    fn versions_come_from_beside_it_or_from_the_path() {
        let home = tempfile::tempdir().unwrap();
        let program = node(home.path(), "v1/bin/node");
        assert_eq!(version(&program), None);
        let header = "#define NODE_MAJOR_VERSION 24\n#define NODE_MINOR_VERSION 1\n#define NODE_PATCH_VERSION 0\n";
        put(&home.path().join("v1/include/node/node_version.h"), header);
        assert_eq!(version(&program).as_deref(), Some("24.1.0"));

        let program = node(home.path(), "versions/node/v22.3.1/bin/node");
        assert_eq!(version(&program).as_deref(), Some("22.3.1"));

        let program = node(home.path(), "node_modules/node/bin/node");
        let manifest = home.path().join("node_modules/node/package.json");
        put(&manifest, r#"{"name":"node","version":"26.10.0"}"#);
        assert_eq!(version(&program).as_deref(), Some("26.10.0"));
        put(&manifest, r#"{"name":"other","version":"26.10.0"}"#);
        assert_eq!(version(&program), None);
    }

    #[test]
    fn stand_ins_are_not_believed() {
        let home = tempfile::tempdir().unwrap();
        let header = "#define NODE_MAJOR_VERSION 24\n#define NODE_MINOR_VERSION 1\n#define NODE_PATCH_VERSION 0\n";
        put(&home.path().join("a/include/node/node_version.h"), header);
        put(
            &home.path().join("a/bin/node"),
            "#!/bin/sh\nexec asdf exec node \"$@\"\n",
        );
        let shim = of_node(By::Asker, home.path().join("a/bin/node").to_str().unwrap());
        assert!(shim.why_unknown().unwrap().contains("picks the version"));
        // A program that is gone still has the version its path names.
        let gone = home.path().join(".nvm/versions/node/v24.16.0/bin/node");
        assert_eq!(version(&gone).as_deref(), Some("24.16.0"));
        assert_eq!(version(&home.path().join("gone/bin/node")), None);
    }

    #[test]
    fn debians_list() {
        let list = "Package: nodejs-doc\nStatus: install ok installed\nVersion: 1.2.3\n\nPackage: nodejs\nStatus: install ok \
                    installed\nVersion: 1:24.16.0+dfsg-1~deb13u1\n\nPackage: gone\nStatus: deinstall ok \
                    config-files\nVersion: 2.0.0\n";
        assert_eq!(debian_version(list, "nodejs").as_deref(), Some("24.16.0"));
        assert_eq!(debian_version(list, "gone"), None);
        assert_eq!(debian_version(list, "absent"), None);
        assert_eq!(debian_version("", "nodejs"), None);
    }
}
