//! What credentials are called.

use serde_json::json;

use super::side::Side;
use super::tests::machine;

#[test]
fn a_credential_is_called_after_the_place_that_it_comes_from() {
    use crate::checks::testkit::{set, value};
    use crate::model::snapshot::{Binding, Source};
    let authored = json!({"gateway": {"auth": {
        "token": {"source": "store", "provider": "default", "id": "T"}, "password": "p",
    }}});
    let names = ["OF_SHELL", "OF_STATE", "OF_CONFIG", "OF_LOGIN"];
    let env = names.map(|name| (name, "x"));
    let mut machine = machine(&env, &authored);
    let sources = [
        Source::Process,
        Source::DotenvState,
        Source::ConfigEnv,
        Source::LoginShell,
    ];
    for (name, source) in names.into_iter().zip(sources) {
        let binding = Binding {
            name: name.to_owned(),
            value: value(name, "x"),
            source,
            place: None,
        };
        set(&mut machine.shell.trace, binding);
    }
    let side = Side::client(&machine.known()).unwrap();
    let wanted = [
        "of your shell",
        "of the state directory's .env",
        "of env in openclaw.json",
        "of your login shell",
    ];
    assert_eq!(names.map(|name| side.whose(name)), wanted);
    assert_eq!(side.written_in(&["gateway", "auth", "token"]), "of the secret store");
    assert_eq!(side.written_in(&["gateway", "auth", "password"]), "of openclaw.json");
}
