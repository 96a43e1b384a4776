//! Which of the services found is the one to examine.

use super::names;
use crate::model::snapshot::{Scope, Service};

/// What the user asked for, by option or environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The profile, `default` already taken away.
    pub profile: Option<String>,
    /// `OPENCLAW_SYSTEMD_UNIT`, which a named profile overrules.
    pub unit: Option<String>,
}

impl Wanted {
    /// Returns what is wanted: the option, else the environment's profile, else its unit.
    pub fn new(option: Option<&str>, env_profile: Option<&str>, env_unit: Option<&str>) -> Self {
        let profile = match option {
            Some(asked) => names::profile(asked),
            None => env_profile.and_then(names::profile),
        };
        let unit = match (option, &profile) {
            (None, None) => env_unit.and_then(names::with_suffix),
            _ => None,
        };
        Wanted { profile, unit }
    }

    /// Returns the name of the unit that should be there.
    pub fn unit_name(&self) -> String {
        let named = self.unit.clone().or_else(|| {
            let name = names::unit_of(self.profile.as_deref());
            names::with_suffix(&name)
        });
        named.unwrap_or_else(|| names::unit_of(None))
    }
}

/// Returns the index of the service to examine, the asker's own before others': the unit of that name, else a service of
/// another name with the wanted profile, else the only one there is.
pub fn examined(services: &[Service], wanted: &Wanted, is_own: impl Fn(&Service) -> bool) -> Option<usize> {
    let own: Vec<usize> = (0..services.len())
        .filter(|at| services.get(*at).is_some_and(&is_own))
        .collect();
    let theirs: Vec<Service> = own.iter().filter_map(|at| services.get(*at)).cloned().collect();
    chosen(&theirs, wanted)
        .and_then(|at| own.get(at).copied())
        .or_else(|| chosen(services, wanted))
}

fn chosen(services: &[Service], wanted: &Wanted) -> Option<usize> {
    let unit = wanted.unit_name();
    let pick = |fits: &dyn Fn(&Service) -> bool| {
        let of = |scope| services.iter().position(|one| one.scope == scope && fits(one));
        of(Scope::User).or_else(|| of(Scope::System))
    };
    pick(&|one| one.name == unit)
        .or_else(|| {
            let by_profile = |one: &Service| wanted.unit.is_none() && !one.legacy && one.profile == wanted.profile;
            pick(&by_profile)
        })
        .or_else(|| (services.len() == 1).then_some(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::model::snapshot::ExecFacts;

    fn service(name: &str, scope: Scope, profile: Option<&str>) -> Service {
        Service {
            name: name.into(),
            scope,
            profile: profile.map(str::to_owned),
            legacy: names::read(name).legacy,
            nix: false,
            definition: None,
            drop_ins: Vec::new(),
            lost_sources: Vec::new(),
            state: Fact::Absent,
            exec: ExecFacts::default(),
            working_dir: None,
            user: None,
            bindings: Vec::new(),
            overridden: Vec::new(),
            env_files: Vec::new(),
            managed_keys: Vec::new(),
            unknown: Vec::new(),
            blind: Vec::new(),
            odd_lines: Vec::new(),
            launchd: None,
            systemd: Default::default(),
        }
    }

    #[test]
    fn one_is_chosen() {
        let default = || service("openclaw-gateway.service", Scope::User, None);
        let work = || service("openclaw-gateway-work.service", Scope::User, Some("work"));
        let system = || service("openclaw-gateway.service", Scope::System, None);
        let own = || service("claw.service", Scope::User, None);
        let old = || service("clawdbot-gateway.service", Scope::User, None);
        let ask = |option, profile, unit| Wanted::new(option, profile, unit);
        for (services, wanted, expected) in [
            (vec![], ask(None, None, None), None),
            (vec![work(), default()], ask(None, None, None), Some(1)),
            (vec![work(), default()], ask(Some("work"), None, None), Some(0)),
            (
                vec![work(), default()],
                ask(Some("default"), Some("work"), None),
                Some(1),
            ),
            (vec![work(), default()], ask(None, Some("work"), None), Some(0)),
            (vec![work()], ask(None, None, None), Some(0)),
            (vec![work(), old()], ask(None, None, None), None),
            (vec![system(), default()], ask(None, None, None), Some(1)),
            (vec![own(), default()], ask(None, None, None), Some(1)),
            (vec![own(), work()], ask(None, None, None), Some(0)),
            (vec![own(), default()], ask(None, None, Some("claw")), Some(0)),
            (vec![own(), work()], ask(None, Some("work"), Some("claw")), Some(1)),
            (vec![default(), work()], ask(None, None, Some("gone")), None),
        ] {
            let names: Vec<_> = services.iter().map(|one| one.name.clone()).collect();
            assert_eq!(examined(&services, &wanted, |_| true), expected, "{names:?} {wanted:?}");
        }
    }
}
