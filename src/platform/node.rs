//! What the path of a Node tells: the tool that put it there, and its version
//! (facts/services.md section 3, user-pain "nvm").

use crate::parse::semver;

/// Parts of paths, in lower case, and the tool they belong to. The product knows most of them;
/// Homebrew keeps one folder for each version too.
const KEEPERS: &[(&str, &str)] = &[
    ("/.nvm/", "nvm"),
    ("/nvm/versions/", "nvm"),
    ("/fnm_multishells/", "fnm"),
    ("/fnm/node-versions/", "fnm"),
    ("/.fnm/", "fnm"),
    ("/.local/share/fnm/", "fnm"),
    ("/library/application support/fnm/", "fnm"),
    ("/.volta/", "volta"),
    ("/.asdf/", "asdf"),
    ("/asdf/installs/", "asdf"),
    ("/mise/", "mise"),
    ("/.n/", "n"),
    ("/n/versions/", "n"),
    ("/.nodenv/", "nodenv"),
    ("/.nodebrew/", "nodebrew"),
    ("/nvs/", "nvs"),
    ("/.nvs/", "nvs"),
    ("/cellar/", "Homebrew"),
];

/// Returns the tool that keeps versions of Node in folders of their own, told by a path.
pub fn version_manager(path: &str) -> Option<&'static str> {
    let lower = format!("{}/", path.to_ascii_lowercase());
    KEEPERS
        .iter()
        .find(|(part, _)| lower.contains(part))
        .map(|(_, name)| *name)
}

/// Returns whether a path goes through a folder that a tool makes for one shell and that ends with it.
pub fn is_of_one_shell(path: &str) -> bool {
    path.contains("/fnm_multishells/")
}

/// Returns whether a program is a stand-in that picks the version when it is run.
pub fn is_shim(path: &str) -> bool {
    path.contains("/shims/") || path.contains("/.volta/bin/") || path.ends_with("/volta-shim")
}

/// Returns the version that a path names, such as that of `~/.nvm/versions/node/v24.16.0/bin/node`.
/// A version counts only where the folders around it say that it is Node's.
pub fn version_in(path: &str) -> Option<String> {
    let words: Vec<&str> = path.split('/').collect();
    let kept = version_manager(path).is_some();
    words.iter().enumerate().rev().find_map(|(at, word)| {
        let above = at
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .copied()
            .unwrap_or_default();
        if let Some(found) = plain(word) {
            return (kept || above.to_ascii_lowercase().contains("node")).then_some(found);
        }
        // `node-v24.16.0-linux-x64`, and `<hash>-nodejs-24.16.0` of Nix.
        ["nodejs-slim-", "nodejs-", "node-"].iter().find_map(|name| {
            let (_, rest) = word.split_once(name)?;
            let rest = rest.strip_prefix('v').unwrap_or(rest);
            plain(rest.split('-').next()?)
        })
    })
}

/// The version that a word is: `v24.16.0`, `24.16.0`, `25.7.0_1` of Homebrew.
fn plain(word: &str) -> Option<String> {
    let word = word.split_once('_').map_or(word, |(version, _)| version);
    let (major, minor, patch) = semver::version(word)?;
    Some(format!("{major}.{minor}.{patch}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_of_every_tool() {
        let cases = [
            (
                "/home/me/.nvm/versions/node/v24.16.0/bin/node",
                Some("nvm"),
                Some("24.16.0"),
            ),
            ("/opt/nvm/versions/node/v24.16.0/bin", Some("nvm"), Some("24.16.0")),
            (
                "/home/me/.local/share/fnm/node-versions/v24.16.0/installation/bin/node",
                Some("fnm"),
                Some("24.16.0"),
            ),
            ("/run/user/1000/fnm_multishells/812_1795/bin/node", Some("fnm"), None),
            (
                "/Users/me/Library/Application Support/fnm/aliases/default/bin",
                Some("fnm"),
                None,
            ),
            (
                "/home/me/.volta/tools/image/node/24.16.0/bin/node",
                Some("volta"),
                Some("24.16.0"),
            ),
            (
                "/home/me/.asdf/installs/nodejs/24.16.0/bin/node",
                Some("asdf"),
                Some("24.16.0"),
            ),
            (
                "/home/me/.local/share/mise/installs/node/24.16.0/bin/node",
                Some("mise"),
                Some("24.16.0"),
            ),
            (
                "/home/me/.nodenv/versions/24.16.0/bin/node",
                Some("nodenv"),
                Some("24.16.0"),
            ),
            (
                "/usr/local/n/versions/node/24.16.0/bin/node",
                Some("n"),
                Some("24.16.0"),
            ),
            (
                "/opt/homebrew/Cellar/node@24/24.16.0_1/bin/node",
                Some("Homebrew"),
                Some("24.16.0"),
            ),
            ("/home/me/.nvm", Some("nvm"), None),
            ("/nix/store/abc123-nodejs-24.16.0/bin/node", None, Some("24.16.0")),
            ("/nix/store/abc123-nodejs-slim-24.16.0/bin/node", None, Some("24.16.0")),
            ("/opt/node-v24.16.0-linux-x64/bin/node", None, Some("24.16.0")),
            ("/usr/bin/node", None, None),
            ("/opt/my-app/1.2.3/bin/node", None, None),
            ("/opt/my-app/v1.2.3/bin/node", None, None),
            ("/home/me/fnmish/bin/node", None, None),
        ];
        for (path, tool, version) in cases {
            assert_eq!(version_manager(path), tool, "{path}");
            assert_eq!(version_in(path).as_deref(), version, "{path}");
        }
        assert!(is_of_one_shell("/run/user/1000/fnm_multishells/812_1795/bin/node"));
        assert!(!is_of_one_shell("/home/me/.local/share/fnm/aliases/default/bin/node"));
        assert!(is_shim("/home/me/.asdf/shims/node") && is_shim("/home/me/.volta/bin/node"));
        assert!(!is_shim("/home/me/.volta/tools/image/node/24.16.0/bin/node"));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(path in any::<String>()) {
            let _ = (version_manager(&path), is_shim(&path));
            let _ = version_in(&format!("/node/{path}/node-v{path}-nodejs-{path}"));
        }
    }
}
