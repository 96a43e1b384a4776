//! Jobs of all kinds in a temporary home, with a `launchctl` that says what the test wants.

mod machine;

use self::machine::{INLINE, Machine, WRAPPED};
use super::*;
use crate::model::snapshot::{Service, Source};

fn one(found: &ServiceCollection) -> &Service {
    &found.facts.services[found.facts.examined.unwrap()]
}

fn binding<'a>(service: &'a Service, name: &str) -> Option<&'a Binding> {
    service.bindings.iter().find(|one| one.name == name)
}

#[test]
fn a_running_agent_with_wrapper_and_env_file() {
    let machine = Machine::new();
    machine.plist("ai.openclaw.gateway", WRAPPED);
    machine.env_file("export OPENCLAW_SERVICE_MANAGED_ENV_KEYS='KEY,B'\nexport KEY='it'\\''s\ntwo'\n");
    machine.wrapper(0o700);
    machine.says(
        "print gui/501/ai.openclaw.gateway",
        &machine.printed("running", Some(7), "(never exited)"),
    );
    machine.says(
        "print-disabled gui/501",
        "disabled services = {\n\t\"ai.openclaw.gateway\" => enabled\n}\n",
    );
    let found = machine.collect();
    let service = one(&found);
    let state = service.state.get().unwrap();
    assert_eq!(
        (state.active.as_str(), state.main_pid, state.enabled.as_str()),
        ("active", Some(7), "enabled")
    );
    assert!(!state.needs_reload);
    assert_eq!(service.exec.port, Some(18789));
    assert_eq!(service.exec.program_exists, Some(true));
    assert_eq!(service.exec.entry_exists, Some(false));
    assert_eq!(service.managed_keys, ["KEY", "B"]);
    let key = binding(service, "KEY").unwrap();
    assert_eq!(
        (key.source, key.value.length),
        (Source::LaunchdEnvFile, "it's\ntwo".len())
    );
    assert_eq!(key.place.as_ref().and_then(|place| place.line), Some(2));
    assert_eq!(service.env_files[0].names, ["OPENCLAW_SERVICE_MANAGED_ENV_KEYS", "KEY"]);
    assert!(service.env_files[0].generated);
    let launchd = service.launchd.as_ref().unwrap();
    assert_eq!(
        (launchd.loaded, launchd.disabled, launchd.env_file_header),
        (true, false, Some(false))
    );
    assert_eq!(
        (launchd.wrapper_usable, launchd.wrapper_needs_header),
        (Some(true), Some(false))
    );
    assert_eq!(launchd.domain, "gui/501");
    assert_eq!(found.facts.reach, Some(Fact::known(true)));
    let raw = &found.raw[0];
    assert_eq!(raw.args, ["gateway", "--port", "18789"]);
    assert!(
        raw.env
            .iter()
            .any(|one| one.name == "KEY" && one.value.expose() == "it's\ntwo")
    );
    assert_eq!(
        binding(service, "HOME").map(|one| one.source),
        Some(Source::SystemManager)
    );
    // The job told its inherited environment, so nothing was asked one by one.
    assert!(!machine.calls().contains("getenv"));
}

#[test]
fn layers_beat_each_other_in_order() {
    let machine = Machine::new();
    machine.plist("ai.openclaw.gateway", INLINE);
    machine.says("getenv KEY", "from-setenv\n");
    machine.says("getenv CLOUDFLARE_AI_GATEWAY_API_KEY", "leftover\n");
    let found = machine.collect();
    let service = one(&found);
    let key = binding(service, "KEY").unwrap();
    assert_eq!(
        (key.source, key.value.length),
        (Source::LaunchdPlist, "from-plist".len())
    );
    assert_eq!(service.overridden.len(), 1);
    assert_eq!(service.overridden[0].binding.source, Source::LaunchctlSetenv);
    assert_eq!(service.overridden[0].why, "replaced");
    let leftover = binding(service, "CLOUDFLARE_AI_GATEWAY_API_KEY").unwrap();
    assert_eq!(leftover.source, Source::LaunchctlSetenv);
    assert_eq!(
        found.facts.manager_env.as_ref().and_then(Fact::get).map(Vec::len),
        Some(2)
    );
    // The plist has it, launchd does not.
    assert_eq!(service.state.get().map(|state| state.load.as_str()), Some("not-found"));
    assert!(!service.launchd.as_ref().unwrap().loaded);
}

#[test]
fn disabled_failed_and_crashing_agents() {
    let cases = [
        ("not running", None, "78: EX_CONFIG", "failed"),
        ("spawn scheduled", None, "1", "activating"),
        ("not running", None, "0", "inactive"),
    ];
    for (state, pid, exit, active) in cases {
        let machine = Machine::new();
        machine.plist("ai.openclaw.gateway", WRAPPED);
        machine.says("print gui/501/ai.openclaw.gateway", &machine.printed(state, pid, exit));
        machine.says("print-disabled gui/501", "\t\"ai.openclaw.gateway\" => disabled\n");
        let found = machine.collect();
        let service = one(&found);
        let said = service.state.get().unwrap();
        assert_eq!((said.active.as_str(), said.enabled.as_str()), (active, "disabled"));
        assert!(service.launchd.as_ref().unwrap().disabled);
        // Neither the wrapper nor the file is there.
        assert_eq!(service.launchd.as_ref().unwrap().wrapper_usable, Some(false));
        assert!(service.env_files[0].files[0].stat.is_absent());
        assert!(service.unknown.is_empty());
    }
}

#[test]
fn a_mangled_wrapper_is_told_as_one() {
    let machine = Machine::new();
    let path = "/nowhere/service-env/[ai.openclaw.gateway-env-wrapper.sh](http://x-env-wrapper.sh)";
    machine.plist(
        "ai.openclaw.gateway",
        &format!("<array><string>{path}</string><string>gateway</string></array>"),
    );
    let found = machine.collect();
    let service = one(&found);
    let launchd = service.launchd.as_ref().unwrap();
    assert_eq!(launchd.wrapper.as_ref().map(|one| one.path.as_str()), Some(path));
    assert_eq!(
        (launchd.wrapper_usable, service.exec.program.as_deref()),
        (Some(false), None)
    );
}

#[test]
fn other_jobs_are_no_gateways() {
    let machine = Machine::new();
    machine.plist("ai.openclaw.gateway", INLINE);
    let backup = "<array><string>/usr/local/bin/openclaw</string><string>backup</string></array>";
    machine.plist("com.example.openclaw-backup", backup);
    machine.file(
        "Library/LaunchAgents/empty.plist",
        "<plist version=\"1.0\"><dict></dict></plist>",
    );
    machine.file("Library/LaunchAgents/broken.plist", "{ Label = x; }");
    let found = machine.collect();
    assert_eq!(found.facts.services.len(), 1);
    assert!(
        found
            .facts
            .looked_at
            .iter()
            .any(|one| one.contains("broken.plist (it is in the old"))
    );
}

#[test]
fn a_broken_plist_of_ours_is_unknown_not_absent() {
    let machine = Machine::new();
    machine.file(
        "Library/LaunchAgents/ai.openclaw.gateway.plist",
        "<plist><dict><key>Label",
    );
    let found = machine.collect();
    let service = one(&found);
    assert!(service.unknown[0].contains("not a valid property list"));
    assert_eq!(service.odd_lines.len(), 1);
}

#[test]
fn the_asked_profile_is_examined() {
    let machine = Machine::new();
    machine.plist("ai.openclaw.gateway", INLINE);
    machine.plist("ai.openclaw.ops", INLINE);
    machine.plist("com.clawdbot.gateway", INLINE);
    for (profile, label, wanted) in [
        (None, None, Some("ai.openclaw.gateway")),
        (Some("Ops"), None, Some("ai.openclaw.ops")),
        (None, Some("com.clawdbot.gateway"), Some("com.clawdbot.gateway")),
        (Some("missing"), None, None),
    ] {
        let found = machine.collect_for(profile, label);
        let names: Vec<_> = found.facts.services.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(
            names,
            ["ai.openclaw.gateway", "ai.openclaw.ops", "com.clawdbot.gateway"]
        );
        assert_eq!(found.facts.examined.map(|at| names[at]), wanted);
        assert_eq!(found.facts.services[1].profile.as_deref(), Some("ops"));
        assert!(found.facts.services[2].legacy);
    }
}

#[test]
fn a_loaded_job_without_plist_is_found() {
    let machine = Machine::new();
    machine.says(
        "list",
        "PID\tStatus\tLabel\n9\t0\tai.openclaw.old\n-\t0\tai.openclaw.update.1\n",
    );
    machine.says(
        "print gui/501/ai.openclaw.old",
        &machine.printed("running", Some(9), "0"),
    );
    let found = machine.collect();
    let service = one(&found);
    assert_eq!(service.name, "ai.openclaw.old");
    assert!(service.definition.as_ref().unwrap().stat.is_absent());
    assert!(service.unknown.iter().any(|why| why.contains("is loaded, but")));
}

#[test]
fn what_cannot_be_asked_is_unknown() {
    let machine = Machine::new();
    machine.plist("ai.openclaw.gateway", INLINE);
    machine.fails(
        "print gui/501/ai.openclaw.gateway",
        125,
        "Could not find domain for user gui: 501\n",
    );
    let found = machine.collect();
    assert!(one(&found).launchd.as_ref().unwrap().no_gui_session);
    assert_eq!(found.facts.reach, Some(Fact::known(false)));
    assert!(
        one(&found)
            .state
            .why_unknown()
            .is_some_and(|why| why.contains("no desktop session"))
    );

    machine.fails("print gui/501/ai.openclaw.gateway", 64, "Usage: nothing\n");
    machine.says(
        "list ai.openclaw.gateway",
        "{\n\t\"Label\" = \"ai.openclaw.gateway\";\n\t\"PID\" = 5;\n};\n",
    );
    let found = machine.collect();
    assert_eq!(one(&found).state.get().and_then(|state| state.main_pid), Some(5));

    let found = machine.without_launchctl();
    assert!(
        one(&found)
            .state
            .why_unknown()
            .is_some_and(|why| why.contains("launchctl is not"))
    );
    assert!(matches!(found.facts.reach, Some(Fact::Unreadable { .. })));
    assert!(matches!(found.facts.manager_env, Some(Fact::Unreadable { .. })));
}

#[test]
fn a_hanging_launchctl_costs_no_more_than_its_limit() {
    let machine = Machine::new();
    machine.plist("ai.openclaw.gateway", INLINE);
    machine.file("launchctl-says/print_gui_501_ai.openclaw.gateway.slow", "");
    let started = std::time::Instant::now();
    let found = machine.collect_within(std::time::Duration::from_millis(300));
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
    assert!(
        one(&found)
            .state
            .why_unknown()
            .is_some_and(|why| why.contains("in time"))
    );
}

#[test]
fn a_backup_tells_what_an_install_lost() {
    let machine = Machine::new();
    machine.plist("ai.openclaw.gateway", WRAPPED);
    machine.env_file("export KEY='kept'\n");
    machine.wrapper(0o700);
    let path = "Library/LaunchAgents/ai.openclaw.gateway.plist.bak";
    let before = INLINE.replace("<key>KEY</key>", "<key>KEY</key><string>x</string><key>GONE</key>");
    machine.file(path, &machine::document("ai.openclaw.gateway", &before));
    let lost: Vec<_> = one(&machine.collect())
        .lost_sources
        .iter()
        .map(|one| one.what.clone())
        .collect();
    assert_eq!(lost, ["GONE"]);
}

#[test]
fn only_reading_verbs_are_used() {
    let machine = Machine::new();
    machine.plist("ai.openclaw.gateway", INLINE);
    machine.collect();
    for call in machine.calls().lines() {
        let verb = call.split(' ').next().unwrap();
        assert!(["print", "print-disabled", "list", "getenv"].contains(&verb), "{call}");
    }
}

#[test]
fn no_value_gets_into_the_facts() {
    let machine = Machine::new();
    machine.plist("ai.openclaw.gateway", INLINE);
    machine.env_file("export KEY='not-a-real-key'\n");
    machine.wrapper(0o700);
    machine.says("getenv OPENCLAW_GATEWAY_TOKEN", "not-a-real-token\n");
    machine.says("print gui/501/ai.openclaw.gateway", "KEY => not-a-real-print\n");
    machine.fails("print gui/501/ai.openclaw.gateway", 1, "");
    machine.plist("ai.openclaw.ops", WRAPPED);
    let facts = serde_json::to_string(&machine.collect().facts).unwrap();
    for value in ["not-a-real", "from-plist"] {
        assert!(!facts.contains(value), "{facts}");
    }
}

#[test]
fn the_note_of_the_mac_app_lies_in_the_state_directory() {
    let machine = Machine::new();
    machine.plist("ai.openclaw.ops", INLINE);
    machine.file(".openclaw-ops/disable-launchagent", "");
    let marked = |profile| {
        let found = machine.collect_for(profile, None);
        found.facts.services[0].launchd.as_ref().unwrap().disable_marker
    };
    assert!(marked(Some("ops")));
    assert!(!marked(None));
    machine.file(".openclaw/disable-launchagent", "");
    assert!(marked(None));
}
