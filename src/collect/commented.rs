//! Lines of files that are read which would set a key, were they no comments. Who looks for a missing key wants to
//! know of them.

use std::path::Path;

use super::context::Context;
use super::ownership::By;
use super::startup_files;
use crate::model::snapshot::{Service, StartupFile, UnreadFile};
use crate::parse::rc::rc_file::{self, Dialect};
use crate::secret::value::is_placeholder;

/// Largest file that is read.
const CAP: u64 = 1 << 20;
/// Most files that are looked at, and most lines of one.
const FILES: usize = 64;
const LINES: usize = 100;

/// Returns the files among `paths` that have such lines, with the names: credentials or one of `names`.
pub(super) fn collect(ctx: &Context<'_>, paths: &[(String, By)], names: &[String]) -> Vec<UnreadFile> {
    let asked: Vec<String> = names.iter().chain(&ctx.request.keys).cloned().collect();
    let mut seen: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for (path, by) in paths {
        if seen.len() >= FILES || seen.contains(&path.as_str()) {
            continue;
        }
        seen.push(path);
        let Ok(file) = by.read(Path::new(path), CAP) else {
            continue;
        };
        let text = String::from_utf8_lossy(&file.bytes);
        let lines = text
            .lines()
            .enumerate()
            .filter_map(|(at, line)| Some((at, body(line)?)));
        let mut assigns = Vec::new();
        for (at, line) in lines.take(LINES) {
            let mut contents = rc_file::parse(line, Dialect::Posix);
            contents.assigned.retain(|one| one.literal.is_some_and(is_a_value));
            for mut one in startup_files::assignments(ctx, &contents, &asked) {
                one.line = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
                assigns.push(one);
            }
        }
        if !assigns.is_empty() {
            found.push(UnreadFile {
                path: path.clone(),
                assigns,
            });
        }
    }
    found
}

/// Returns the unit with its drop-ins, and the start-up files of the shell.
pub(super) fn definition_paths(
    (service, by_unit): (Option<&Service>, By),
    (startup_files, by): (&[StartupFile], By),
) -> Vec<(String, By)> {
    let units = service.into_iter().flat_map(|service| {
        let files = service.definition.iter().chain(&service.drop_ins);
        files.map(move |one| (one.path.clone(), by_unit))
    });
    units
        .chain(startup_files.iter().map(|file| (file.path.clone(), by)))
        .collect()
}

/// The text of a comment, without the directive of a unit around it.
fn body(line: &str) -> Option<&str> {
    let text = line.trim_start().strip_prefix(['#', ';'])?;
    let text = text.trim_start_matches(['#', ';', ' ', '\t']);
    Some(text.strip_prefix("Environment=").unwrap_or(text).trim_matches('"'))
}

/// A template's placeholder is no value.
fn is_a_value(text: &str) -> bool {
    text.len() >= 8 && !is_placeholder(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::{Bench, put};

    #[test]
    fn comments_that_would_set_a_key_are_found() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".env");
        put(
            &file,
            "# OPENAI_API_KEY=sk-value-0001\n; GROQ_API_KEY=\"gsk-value-0002\"\n#export XAI_API_KEY='xai-value-3'\n\
             #Environment=\"FAL_KEY=fal-value-4\"\n# set A_KEY=value-0005 here\n# MISTRAL_API_KEY=\n\
             # COHERE_API_KEY=your-api-key-here\nTOGETHER_API_KEY=live-value\n#EDITOR=nano-or-vi\n",
        );
        let bench = Bench::new(home.path());
        let path = file.to_string_lossy().into_owned();
        let found = collect(&bench.context(), &[(path.clone(), By::Asker), (path, By::Asker)], &[]);
        let lines: Vec<(&str, u32)> = found[0]
            .assigns
            .iter()
            .map(|one| (one.name.as_str(), one.line))
            .collect();
        let expected = [
            ("OPENAI_API_KEY", 1),
            ("GROQ_API_KEY", 2),
            ("XAI_API_KEY", 3),
            ("FAL_KEY", 4),
        ];
        assert_eq!((found.len(), lines.as_slice()), (1, &expected[..]));
        assert!(bench.vault.all().iter().any(|one| one.expose() == "sk-value-0001"));
    }
}
