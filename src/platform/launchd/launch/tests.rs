//! Command lines of all generations, and jobs that are no Gateways.

use super::*;

fn words(line: &str) -> Vec<String> {
    line.split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn three_generations() {
    let wrapped = "/bin/sh /s/service-env/l-env-wrapper.sh /s/service-env/l.env /n/node /p/openclaw/dist/index.js gateway \
                   --port 18789";
    let first = "/s/service-env/l-env-wrapper.sh /s/service-env/l.env /n/node /p/openclaw/dist/index.js gateway \
                 --port=18789";
    let direct = "/n/node --max-old-space-size=4096 /p/openclaw/dist/index.js gateway --port 18789";
    for (line, is_wrapped) in [(wrapped, true), (first, true), (direct, false)] {
        let found = launch(None, &words(line));
        assert_eq!(found.wrapper.is_some(), is_wrapped, "{line}");
        assert_eq!(found.env_file.as_deref(), is_wrapped.then_some("/s/service-env/l.env"));
        assert_eq!(found.program.as_deref(), Some("/n/node"));
        assert_eq!(found.entry.as_deref(), Some("/p/openclaw/dist/index.js"));
        assert_eq!(found.arguments.first().map(String::as_str), Some("gateway"));
        assert_eq!(found.port, Some(18789));
        assert!(!found.shell_command);
        assert!(is_gateway(None, &words(line), &BTreeMap::new()));
    }
    let by_program = launch(
        Some("/s/l-env-wrapper.sh"),
        &words("x /s/l.env /n/node /p/openclaw.mjs gateway"),
    );
    assert_eq!(by_program.wrapper.as_deref(), Some("/s/l-env-wrapper.sh"));
    assert_eq!(by_program.program.as_deref(), Some("/n/node"));
}

#[test]
fn a_mangled_wrapper_path_is_still_the_wrapper() {
    let path =
        "/h/.openclaw/service-env/[ai.openclaw.gateway-env-wrapper.sh](http://ai.openclaw.gateway-env-wrapper.sh)";
    let found = launch(None, &[path.to_owned(), "gateway".to_owned()]);
    assert_eq!(found.wrapper.as_deref(), Some(path));
    assert_eq!((found.program, found.env_file), (None, None));
    assert_eq!(found.arguments, ["gateway"]);
}

#[test]
fn other_forms() {
    let shell = launch(
        None,
        &["/bin/zsh".into(), "-lc".into(), "exec openclaw gateway --port 1".into()],
    );
    assert!(shell.shell_command);
    assert_eq!(shell.program.as_deref(), Some("/bin/zsh"));
    let custom = launch(
        None,
        &words("/usr/local/bin/my-wrapper gateway --profile ops --port 99999"),
    );
    assert_eq!(custom.program.as_deref(), Some("/usr/local/bin/my-wrapper"));
    assert_eq!((custom.profile.as_deref(), custom.port), (Some("ops"), None));
    assert_eq!(launch(None, &[]), Launch::default());
}

#[test]
fn gateways_are_told_from_other_jobs() {
    let cases = [
        ("/usr/local/bin/openclaw gateway", true),
        ("/usr/local/bin/openclaw gateway run", true),
        ("/usr/local/bin/openclaw gateway status", false),
        ("/usr/local/bin/openclaw gateway restart --safe", false),
        ("/usr/local/bin/openclaw backup create", false),
        ("/n/node /p/clawdbot/dist/entry.js gateway --port 18789", true),
        ("/usr/local/bin/api gateway", false),
        ("", false),
    ];
    for (line, wanted) in cases {
        assert_eq!(is_gateway(None, &words(line), &BTreeMap::new()), wanted, "{line}");
    }
    let shell = ["/bin/sh".to_owned(), "-c".to_owned(), "openclaw gateway".to_owned()];
    assert!(is_gateway(None, &shell, &BTreeMap::new()));
    let marked = BTreeMap::from([
        ("OPENCLAW_SERVICE_MARKER", "openclaw"),
        ("OPENCLAW_SERVICE_KIND", "gateway"),
    ]);
    assert!(is_gateway(None, &words("/opt/run"), &marked));
    let node = BTreeMap::from([("OPENCLAW_SERVICE_KIND", "node")]);
    assert!(!is_gateway(None, &words("/p/openclaw gateway"), &node));
}
