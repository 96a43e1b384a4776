//! Keeps `schema/report-1.schema.json` and the types in step: every field of a full report is in
//! the schema with its type and every field of the schema is in the report; enums have the same
//! words. A field that is added to a type fails here until the schema has it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::report::*;
use crate::model::snapshot::{Layer, OfferStatus, ProgramUse, Side, Source};
use crate::render::format::Format;
use crate::render::format::Show;
use crate::render::samples::{self, CHECKS};
use crate::render::{render, theme::Theme};

const SCHEMA_TEXT: &str = include_str!("../../../schema/report-1.schema.json");

fn schema() -> Value {
    serde_json::from_str(SCHEMA_TEXT).unwrap()
}

/// A report in which every optional field is there.
fn full() -> Report {
    let mut report = samples::shell_only();
    report.examined.doubts.push("doubt".into());
    report.examined.predicted.push("running now".into());
    report.examined.principals.push("asked as root".into());
    report.examined.others.push("other".into());
    report.keys[0].sources[0].path = Some("~/.x".into());
    report.keys[0].sources[0].line = Some(1);
    report.keys[0].sources[0].profile = Some("x:default".into());
    let row = &mut report.keys[0].table[0];
    (row.path, row.line) = (Some("~/.x".into()), Some(1));
    row.shell.likely = true;
    (row.next_start, row.running) = (row.shell.clone(), row.shell.clone());
    report.examined.copied_home = true;
    report.examined.config_unknown = Some("time was up".into());
    report.examined.not_known = vec![crate::model::report::ExaminedPart::Service];
    report.findings[0].excerpt.push("1 | {".into());
    report.pings[0].credential = Some("your shell's token".into());
    report.programs.push(ProgramReport {
        name: "node".into(),
        path: "/usr/bin/node".into(),
        real: Some("/opt/node".into()),
        version: Some("26.0.0".into()),
        why_no_version: Some("why".into()),
        is_doctor: false,
        uses: vec![ProgramUse::Service],
    });
    report.findings[0].subject = Some("A".into());
    report.findings[0].evidence[0].column = Some(1);
    report.findings[0].folded_under = Some("cloudflare-401".into());
    report.findings[0].suppressed = Some(Suppressed {
        reason: "known".into(),
        path: "~/s".into(),
        line: 1,
    });
    report.checks[0].why = Some("why".into());
    report.pings[0].code = Some("2009".into());
    report.answers[0].not_asked.push("groq".into());
    report.answers[0].provider = Some("groq".into());
    report.pings[0].provider = Some("groq".into());
    report
}

fn document(report: &Report) -> Value {
    let show = Show {
        format: Format::Json,
        ..Show::default()
    };
    serde_json::from_str(&render(report, &show, &Theme::plain(80), CHECKS, Some(1))).unwrap()
}

/// Follows `$ref` and picks the branch of `anyOf` that is not null.
fn resolved<'a>(root: &'a Value, node: &'a Value) -> &'a Value {
    if let Some(name) = node["$ref"].as_str() {
        return resolved(root, &root["$defs"][name.trim_start_matches("#/$defs/")]);
    }
    match node["anyOf"].as_array() {
        Some(branches) => resolved(root, branches.iter().find(|branch| branch["type"] != "null").unwrap()),
        None => node,
    }
}

fn names(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

fn walk(root: &Value, node: &Value, value: &Value, path: &str) {
    let node = resolved(root, node);
    match value {
        Value::Object(members) => {
            assert_eq!(names(value), names(&node["properties"]), "fields of {path}");
            for (name, member) in members {
                walk(root, &node["properties"][name], member, &format!("{path}.{name}"));
            }
        }
        Value::Array(items) => {
            assert_eq!(node["type"], "array", "{path}");
            assert!(!items.is_empty(), "{path} shows no item");
            // The first item is the full one; see `full`.
            walk(root, &node["items"], &items[0], &format!("{path}[0]"));
        }
        _ if node.get("const").is_some() => assert_eq!(&node["const"], value, "{path}"),
        _ => {
            let kind = match value {
                Value::String(_) => "string",
                Value::Number(_) => "integer",
                Value::Bool(_) => "boolean",
                _ => panic!("{path} is {value}; the full report leaves nothing out"),
            };
            let allowed = &node["type"];
            let fits = allowed == kind
                || allowed
                    .as_array()
                    .is_some_and(|kinds| kinds.iter().any(|it| it == kind));
            assert!(fits, "{path} is {kind}, the schema says {allowed}");
            if let Some(words) = node["enum"].as_array() {
                assert!(words.contains(value), "{path}: {value} is not among {words:?}");
            }
        }
    }
}

#[test]
fn schema_and_report_have_the_same_fields() {
    let mut report = full();
    // `unset` has no fingerprint and no source; a full view shows the fields.
    report.keys[0].views.next_start = report.keys[0].views.shell.clone();
    report.keys[0].views.running = report.keys[0].views.shell.clone();
    walk(&schema(), &schema(), &document(&report), "report");
}

fn words<T: serde::Serialize>(variants: &[T]) -> Vec<Value> {
    variants
        .iter()
        .map(|variant| serde_json::to_value(variant).unwrap())
        .collect()
}

/// Closed sets that the report takes from the snapshot.
fn more_words() -> [(&'static str, Vec<Value>); 4] {
    use {Layer as L, OfferStatus as St, SourceView as V};
    [
        (
            "/$defs/key_source/properties/view",
            words(&[V::Shell, V::NextStart, V::Both]),
        ),
        (
            "/$defs/key_source/properties/status",
            words(&[
                St::Wins,
                St::Different,
                St::Shadowed,
                St::Blocked,
                St::Removed,
                St::Ignored,
            ]),
        ),
        (
            "/$defs/ping/properties/target",
            words(&[Side::Gateway, Side::Cloudflare]),
        ),
        (
            "/$defs/ping/properties/layer",
            words(&[
                L::Openclaw,
                L::Cloudflare,
                L::Provider,
                L::Network,
                L::Proxy,
                L::Unknown,
            ]),
        ),
    ]
}

#[test]
fn enums_have_the_same_words() {
    // `ALL` is all: the last one's place says how many there are.
    assert_eq!(Source::ALL.len(), Source::ProviderConfig as usize + 1);
    for source in Source::ALL {
        assert_eq!(serde_json::to_value(source).unwrap(), source.word());
    }
    use {Outcome as O, Severity as Sev, Verdict as V, ViewState as St};
    let table = [
        ("/$defs/source", words(Source::ALL)),
        ("/$defs/certainty", words(&[Certainty::Likely, Certainty::Proved])),
        (
            "/properties/outcome",
            words(&[O::Ok, O::Warnings, O::Errors, O::Incomplete]),
        ),
        (
            "/$defs/key/properties/verdict",
            words(&[V::Visible, V::Missing, V::Stale, V::Different, V::Blocked, V::Unknown]),
        ),
        (
            "/$defs/view/properties/state",
            words(&[St::Set, St::Unset, St::Removed, St::Unknown]),
        ),
        (
            "/$defs/finding/properties/severity",
            words(&[Sev::Info, Sev::Warning, Sev::Error]),
        ),
        ("/$defs/cell/properties/state", words(CellState::ALL)),
        (
            "/$defs/program/properties/uses/items",
            words(&[
                ProgramUse::Service,
                ProgramUse::Process,
                ProgramUse::ServicePath,
                ProgramUse::ShellPath,
            ]),
        ),
        (
            "/$defs/check/properties/outcome",
            words(&[
                CheckOutcome::Pass,
                CheckOutcome::Found,
                CheckOutcome::Unknown,
                CheckOutcome::Skipped,
            ]),
        ),
    ];
    for (pointer, expected) in table.into_iter().chain(more_words()) {
        assert_eq!(
            schema().pointer(pointer).unwrap()["enum"],
            Value::Array(expected),
            "{pointer}"
        );
    }
}

/// Every property and every named part says what it means; docs/report.md is made of that.
#[test]
fn everything_in_the_schema_is_described() {
    fn look(node: &Value, path: &str, bare: &mut Vec<String>) {
        for (name, field) in node["properties"].as_object().into_iter().flatten() {
            let here = format!("{path}.{name}");
            if field["description"].as_str().is_none_or(|text| text.trim().is_empty()) {
                bare.push(here.clone());
            }
            look(field, &here, bare);
            look(&field["items"], &format!("{here}[]"), bare);
        }
    }
    let schema = schema();
    let mut bare = Vec::new();
    look(&schema, "report", &mut bare);
    for (name, part) in schema["$defs"].as_object().unwrap() {
        if part["description"].as_str().is_none_or(str::is_empty) {
            bare.push(name.clone());
        }
        look(part, name, &mut bare);
    }
    assert!(bare.is_empty(), "without a description: {bare:?}");
}

#[test]
fn a_report_survives_the_trip() {
    for sample in [
        samples::healthy,
        samples::shell_only,
        samples::stale,
        samples::incomplete,
        samples::hostile,
    ] {
        let report = sample();
        let back: Report = serde_json::from_value(document(&report)).unwrap();
        assert_eq!(back, report);
    }
}

#[test]
fn errors_are_one_document_too() {
    let text = crate::render::json::error_document("usage", "a\u{202e}b", 2);
    assert!(text.contains("\\u202e") && !text.contains('\u{202e}'));
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["error"]["message"], "a\u{202e}b");
}
