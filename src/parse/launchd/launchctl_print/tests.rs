//! All captured forms of `launchctl print`, and random text.

use proptest::prelude::*;

use super::*;

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/fixtures/launchctl/", $name))
    };
}

fn value<'a>(variables: &'a [RawVar], name: &str) -> Option<&'a str> {
    variables
        .iter()
        .find(|one| one.name == name)
        .map(|one| one.value.as_str())
}

#[test]
fn every_state_is_told_apart() {
    let terminated = LastExit::Signal {
        name: "Terminated".to_owned(),
        number: Some(15),
    };
    let cases = [
        (fixture!("print-running.txt"), "running", Some(4242), 1, LastExit::Never),
        (
            fixture!("print-running-setenv.txt"),
            "running",
            Some(4242),
            1,
            LastExit::Never,
        ),
        (
            fixture!("print-running-inline-env.txt"),
            "running",
            Some(4242),
            1,
            LastExit::Never,
        ),
        (fixture!("print-killed.txt"), "running", Some(4242), 103, terminated),
        (
            fixture!("print-stopped-exit78.txt"),
            "not running",
            None,
            3,
            LastExit::Code(78),
        ),
        (
            fixture!("print-crashloop.txt"),
            "spawn scheduled",
            None,
            9962,
            LastExit::Code(1),
        ),
    ];
    for (text, state, pid, runs, last_exit) in cases {
        let job = parse(text).unwrap();
        assert_eq!(job.target, "gui/501/ai.openclaw.gateway");
        assert_eq!((job.state.as_str(), job.pid, job.runs), (state, pid, Some(runs)));
        assert_eq!(job.last_exit, last_exit);
        assert_eq!(
            job.path.as_deref(),
            Some("/Users/alice/Library/LaunchAgents/ai.openclaw.gateway.plist")
        );
        assert_eq!(job.working_directory.as_deref(), Some("/Users/alice/.openclaw"));
        assert_eq!(
            job.stderr_path.as_deref(),
            Some("/Users/alice/Library/Logs/openclaw/gateway.log")
        );
        assert_eq!(job.arguments.last().map(String::as_str), Some("18789"));
        assert_eq!(
            value(&job.default_environment, "PATH"),
            Some("/usr/bin:/bin:/usr/sbin:/sbin")
        );
        assert_eq!(value(&job.environment, "XPC_SERVICE_NAME"), Some("ai.openclaw.gateway"));
        assert!(job.inherited.is_some());
    }
}

#[test]
fn environment_blocks_keep_the_whole_value() {
    let job = parse(fixture!("print-running-setenv.txt")).unwrap();
    let inherited = job.inherited.unwrap();
    assert_eq!(
        value(&inherited, "CLOUDFLARE_AI_GATEWAY_API_KEY"),
        Some("not-a-real-key-from-setenv")
    );
    let job = parse(fixture!("print-running-inline-env.txt")).unwrap();
    assert_eq!(
        value(&job.environment, "CLOUDFLARE_AI_GATEWAY_API_KEY"),
        Some("not-a-real-key inline = with => signs")
    );
}

#[test]
fn odd_values_and_older_releases() {
    let text = "gui/501/x = {\n\tglobal environment = {\n\t\tA => one\ntwo\n\t\tB => {\n\t\tC =>\n\t\tD => \n\t}\n\n\
                \tstate = running\n\tresource coalition = {\n\t\tinner = {\n\t\t\tstate = active\n\t\t}\n\t\tstate = \
                other\n\t}\n\tlast exit code = -9\n\tpid = 0\n}\nstate = outside\n";
    let job = parse(text).unwrap();
    let inherited = job.inherited.unwrap();
    let pairs: Vec<_> = inherited
        .iter()
        .map(|one| (one.name.as_str(), one.value.as_str()))
        .collect();
    assert_eq!(pairs, [("A", "one\ntwo"), ("B", "{"), ("C", ""), ("D", "")]);
    assert_eq!(
        (job.state.as_str(), job.pid, job.last_exit),
        ("running", None, LastExit::Code(-9))
    );
}

#[test]
fn refusals_are_told_apart() {
    let cases = [
        (Some(113), fixture!("print-not-loaded.stderr.txt"), Refusal::NotLoaded),
        (Some(125), fixture!("print-no-gui.stderr.txt"), Refusal::NoGuiSession),
        (Some(113), fixture!("print-no-gui.stderr.txt"), Refusal::NoGuiSession),
        (
            Some(125),
            "Domain does not support specified action\n",
            Refusal::NoGuiSession,
        ),
        (Some(3), "No such process\n", Refusal::NotLoaded),
        (Some(1), "Operation not permitted\n", Refusal::Denied),
        (Some(64), "\n\nUsage: x\n", Refusal::Other("Usage: x".to_owned())),
        (None, "", Refusal::Other("it said nothing".to_owned())),
    ];
    for (status, said, wanted) in cases {
        assert_eq!(refusal(status, said), wanted);
    }
    assert_eq!(parse(fixture!("print-not-loaded.stderr.txt")), None);
}

#[test]
fn debug_shows_no_value() {
    let shown = format!("{:?}", parse(fixture!("print-running-setenv.txt")).unwrap());
    assert!(!shown.contains("not-a-real-key"));
}

proptest! {
    #[test]
    fn nothing_makes_it_fail(text in any::<String>(), cut in 0_usize..2000) {
        let _ = parse(&text);
        let _ = parse(&format!("gui/501/x = {{\n{text}"));
        let _ = parse(&format!("gui/501/x = {{\n\tenvironment = {{\n{text}"));
        let _ = refusal(None, &text);
        let known = fixture!("print-killed.txt");
        let _ = parse(known.get(..cut).unwrap_or_default());
    }
}
