//! Plugins on disk: they decide which variables a login shell is asked for, and whether an
//! external provider exists at all (facts/env-resolution.md section 6).

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::auth_profiles::sqlite::Failure;
use super::context::Context;
use super::ownership::By;
use super::read::ReadError;
use crate::model::snapshot::{PluginFact, PluginOrigin};
use crate::parse::plugin_manifest;

/// Largest manifest that is read.
const CAP: u64 = 1 << 20;
/// Most folders of one place.
const LIMIT: usize = 512;
/// Finds plugins in the order bundled, extensions of the state directory, install records,
/// `plugins.load.paths`. A folder is listed once.
pub fn collect(
    ctx: &Context<'_>,
    by: By,
    package_dir: Option<&str>,
    state_dir: &str,
    load_paths: &[String],
) -> Vec<PluginFact> {
    let state_dir = Path::new(state_dir);
    let mut found = Vec::new();
    let bundled = package_dir.map(|dir| Path::new(dir).join("dist/extensions"));
    add(&mut found, bundled.as_deref().and_then(|place| unreadable(by, place)));
    for folder in bundled.as_deref().map(|place| folders(by, place)).unwrap_or_default() {
        add(&mut found, plugin(by, &folder, PluginOrigin::Bundled, false));
    }
    for place in ["extensions", "git"] {
        let place = state_dir.join(place);
        add(&mut found, unreadable(by, &place));
        for folder in folders(by, &place) {
            add(&mut found, unreadable(by, &folder));
            add(&mut found, plugin(by, &folder, PluginOrigin::Extension, true));
        }
    }
    for (id, folder, version) in records(ctx, by, state_dir) {
        let known = plugin(by, &folder, PluginOrigin::Record, false);
        let declares = known.as_ref().is_some_and(|plugin| !is_closed(plugin));
        add(&mut found, known);
        if !declares && !id.is_empty() {
            add(&mut found, Some(recorded(id, &folder, version)));
        }
    }
    if matches!(ctx.memo.state_rows(by, state_dir).plugins, Err(Failure::Unreadable(_))) {
        add(&mut found, Some(closed(&state_dir.join("state/openclaw.sqlite"))));
    }
    for path in load_paths.iter().take(LIMIT) {
        add(&mut found, unreadable(by, &located(ctx, path)));
        for folder in load_path(ctx, by, path) {
            add(&mut found, plugin(by, &folder, PluginOrigin::LoadPath, false));
        }
    }
    found
}

fn add(found: &mut Vec<PluginFact>, plugin: Option<PluginFact>) {
    if let Some(plugin) = plugin.filter(|plugin| !found.iter().any(|known| known.path == plugin.path)) {
        found.push(plugin);
    }
}

/// A plugin folder: a manifest, and in the state directory also an entry
/// (`openclaw.extensions`, or an index file). A file of them that may not be read could declare anything.
fn plugin(by: By, folder: &Path, origin: PluginOrigin, needs_entry: bool) -> Option<PluginFact> {
    let [manifest, package] = ["openclaw.plugin.json", "package.json"].map(|name| folder.join(name));
    let written = match text(by, &manifest) {
        Err(error) if error.is_out_of_reach() => return Some(closed(&manifest)),
        read => read.ok()?,
    };
    let manifest = plugin_manifest::manifest(&written)?;
    let package = match text(by, &package) {
        Err(error) if error.is_out_of_reach() => return Some(closed(&package)),
        read => read.ok().and_then(|text| plugin_manifest::package(&text)),
    };
    let has_index = || {
        ["index.js", "index.mjs", "index.cjs", "index.ts"]
            .iter()
            .any(|name| by.is_file(&folder.join(name)))
    };
    if needs_entry && !package.as_ref().is_some_and(|package| package.has_entry) && !has_index() {
        return None;
    }
    let package = package.unwrap_or_default();
    let mut env_vars = manifest.env_vars;
    for name in package.env_vars {
        if !env_vars.contains(&name) {
            env_vars.push(name);
        }
    }
    Some(PluginFact {
        id: manifest.id,
        origin,
        path: folder.to_string_lossy().into_owned(),
        version: package.version,
        env_vars,
        providers: manifest.providers,
        // Those of the package are in the table of the release.
        settings: (origin != PluginOrigin::Bundled)
            .then(|| plugin_manifest::settings(&written))
            .flatten(),
    })
}

/// A folder of plugins that may not be looked into: what is in it is not known, which is not the same as nothing.
fn unreadable(by: By, place: &Path) -> Option<PluginFact> {
    use std::io::ErrorKind;
    // What is no folder has none in it.
    let nothing = |kind: ErrorKind| matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory);
    let denied = by.entries(place, 1).is_err_and(|error| !nothing(error.kind()));
    denied.then(|| closed(place))
}

fn is_closed(plugin: &PluginFact) -> bool {
    plugin.origin == PluginOrigin::Unreadable
}

fn closed(place: &Path) -> PluginFact {
    PluginFact {
        id: String::new(),
        origin: PluginOrigin::Unreadable,
        path: place.to_string_lossy().into_owned(),
        version: None,
        env_vars: Vec::new(),
        providers: Vec::new(),
        settings: None,
    }
}

/// A record whose folder has no manifest: it is listed, but declares nothing.
fn recorded(id: String, folder: &Path, version: Option<String>) -> PluginFact {
    PluginFact {
        id,
        origin: PluginOrigin::Record,
        path: folder.to_string_lossy().into_owned(),
        version,
        env_vars: Vec::new(),
        providers: Vec::new(),
        settings: None,
    }
}

/// What is used of the record of installed plugins; the manifests it also holds are far larger.
#[derive(Deserialize)]
struct Installed {
    index: Index,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    install_records: Map<String, Value>,
}

/// Install records: id, folder, version. A package below `npm/projects` counts only with one.
fn records(ctx: &Context<'_>, by: By, state_dir: &Path) -> Vec<(String, PathBuf, Option<String>)> {
    let rows = ctx.memo.state_rows(by, state_dir);
    let Ok(Some(text)) = &rows.plugins else {
        return Vec::new();
    };
    let Ok(installed) = serde_json::from_str::<Installed>(text) else {
        return Vec::new();
    };
    let records = installed.index.install_records.iter().take(LIMIT);
    records
        .filter_map(|(id, record)| {
            let text = |name: &str| record.get(name).and_then(Value::as_str);
            let version = text("version").map(str::to_owned);
            Some((id.clone(), PathBuf::from(text("installPath")?), version))
        })
        .collect()
}

/// A load path is a plugin folder, a file in one, or a folder of plugin folders.
fn load_path(ctx: &Context<'_>, by: By, path: &str) -> Vec<PathBuf> {
    let path = located(ctx, path);
    if by.is_file(&path) {
        return path.parent().map(Path::to_owned).into_iter().collect();
    }
    if by.is_file(&path.join("openclaw.plugin.json")) {
        return vec![path];
    }
    folders(by, &path)
}

fn located(ctx: &Context<'_>, path: &str) -> PathBuf {
    match path.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => ctx.home().join(rest.trim_start_matches('/')),
        _ => Path::new(&ctx.host.cwd).join(path),
    }
}

fn folders(by: By, place: &Path) -> Vec<PathBuf> {
    let Ok(entries) = by.entries(place, LIMIT * 4) else {
        return Vec::new();
    };
    let paths = entries.into_iter().map(|entry| entry.path);
    let mut folders: Vec<PathBuf> = paths
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| !name.to_string_lossy().starts_with('.'))
        })
        .collect();
    folders.sort();
    folders.truncate(LIMIT);
    folders
}

fn text(by: By, path: &Path) -> Result<String, ReadError> {
    let bytes = by.read(path, CAP)?.bytes;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::{Bench, put};

    fn put_plugin(folder: &Path, id: &str, variable: &str) {
        let manifest = format!(r#"{{"id":"{id}","setup":{{"providers":[{{"id":"{id}","envVars":["{variable}"]}}]}}}}"#);
        put(&folder.join("openclaw.plugin.json"), manifest);
        put(
            &folder.join("package.json"),
            r#"{"version":"1.2.3","openclaw":{"extensions":["./index.js"]}}"#,
        );
    }

    #[test]
    fn all_places_are_searched() {
        let root = tempfile::tempdir().unwrap();
        let (package, state) = (root.path().join("pkg"), root.path().join(".openclaw"));
        put_plugin(&package.join("dist/extensions/a"), "a", "A_KEY");
        put(&package.join("dist/extensions/broken/openclaw.plugin.json"), "{");
        put_plugin(&state.join("extensions/b"), "b", "B_KEY");
        put(&state.join("extensions/half/openclaw.plugin.json"), r#"{"id":"half"}"#);
        put_plugin(&state.join("npm/projects/p/node_modules/c"), "c", "C_KEY");
        put_plugin(&state.join("npm/projects/p/node_modules/unrecorded"), "u", "U_KEY");
        put_plugin(&root.path().join("loaded"), "d", "D_KEY");
        let records = serde_json::json!({"revision": 1, "index": {"installRecords": {
            "c": {"source": "npm", "installPath": state.join("npm/projects/p/node_modules/c")},
            "gone": {"source": "npm", "installPath": state.join("npm/projects/gone"), "version": "9"},
        }}});
        std::fs::create_dir_all(state.join("state")).unwrap();
        let database = rusqlite::Connection::open(state.join("state/openclaw.sqlite")).unwrap();
        database
            .execute_batch("CREATE TABLE config_machine_state(state_key TEXT, value_json TEXT)")
            .unwrap();
        database
            .execute(
                "INSERT INTO config_machine_state VALUES('plugins.installedIndex', ?1)",
                [records.to_string()],
            )
            .unwrap();
        drop(database);
        let bench = Bench::new(root.path());
        let found = collect(
            &bench.context(),
            By::Asker,
            package.to_str(),
            state.to_str().unwrap(),
            &["~/loaded".to_owned()],
        );
        let all: Vec<(&str, PluginOrigin, Vec<&str>)> = found
            .iter()
            .map(|plugin| {
                let vars = plugin.env_vars.iter().map(String::as_str).collect();
                (plugin.id.as_str(), plugin.origin, vars)
            })
            .collect();
        let expected = [
            ("a", PluginOrigin::Bundled, vec!["A_KEY"]),
            ("b", PluginOrigin::Extension, vec!["B_KEY"]),
            ("c", PluginOrigin::Record, vec!["C_KEY"]),
            ("gone", PluginOrigin::Record, vec![]),
            ("d", PluginOrigin::LoadPath, vec!["D_KEY"]),
        ];
        assert_eq!(all, expected);
        assert_eq!(found[0].version.as_deref(), Some("1.2.3"));
    }
}
