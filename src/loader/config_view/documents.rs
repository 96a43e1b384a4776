//! A config with what it includes, read once for all views.

use std::rc::Rc;

use super::{Reading, bounds};
use crate::config::document::{self, Document};
use crate::config::include::{IncludeAnswer, IncludeSettings};
use crate::loader::answers::{Ask, FileAnswer};
use crate::loader::paths;

/// Returns the document of a config, or the question for a file that it includes.
pub(super) fn read(reading: Reading<'_>, path: &str, bytes: &[u8], real_path: &str) -> Result<Rc<Document>, Box<Ask>> {
    let Reading {
        env,
        path_context,
        answers,
        ..
    } = reading;
    let roots = env.text("OPENCLAW_INCLUDE_ROOTS").unwrap_or_default();
    let known_as = format!("{path}\0{roots}");
    if let Some(known) = answers.document(&known_as) {
        return Ok(known);
    }
    let parent = |path: &str| path.rsplit_once('/').map_or("/", |(dir, _)| dir).to_owned();
    let settings = IncludeSettings {
        config_dir: parent(path),
        real_config_dir: Some(parent(real_path)),
        roots: roots
            .split(':')
            .filter(|root| !root.trim().is_empty())
            .map(|root| paths::user_path(root, env, path_context))
            .collect(),
        real_roots: Vec::new(),
        home: paths::home(env, path_context),
    };
    let mut values = bounds::values_in(bytes);
    let mut too_many = |bytes: &[u8]| {
        values += bounds::values_in(bytes);
        bounds::exceeded_by_values(values)
    };
    let mut ask = |path: &str| match answers.file(path) {
        Err(_) => None,
        Ok(FileAnswer::Bytes { links, .. }) if *links > 1 => {
            Some(IncludeAnswer::Refused("it has hard links".to_owned()))
        }
        Ok(FileAnswer::Bytes { bytes, real_path, .. }) => Some(match too_many(bytes) {
            Some(why) => IncludeAnswer::Unreadable(why),
            None => IncludeAnswer::Text {
                real_path: real_path.clone(),
                bytes: bytes.to_vec(),
            },
        }),
        Ok(FileAnswer::Missing) => Some(IncludeAnswer::Missing),
        Ok(FileAnswer::Ignored(why)) => Some(IncludeAnswer::Refused(why.clone())),
        Ok(FileAnswer::Denied) => Some(IncludeAnswer::Unreadable("this user may not read it".to_owned())),
    };
    let document = document::read(path, bytes, &settings, &mut ask).map_err(|wanted| {
        let first = wanted.into_iter().next().unwrap_or_default();
        Box::new(Ask::File(first))
    })?;
    Ok(answers.keep_document(known_as, document))
}
