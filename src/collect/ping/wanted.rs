//! Whether a run asks anybody at all.

use crate::app::plan::{Action, Plan};
use crate::checks;
use crate::checks::check::Group;
use crate::checks::runner::Filter;

/// Returns why the requests for the checks of a group are left out of this run, if they are.
pub(in crate::collect) fn left_out(plan: &Plan, group: Group) -> Option<String> {
    if plan.offline {
        return Some("left out by --offline".to_owned());
    }
    if !matches!(plan.action, Action::Doctor | Action::Ping) {
        return Some("this subcommand asks nobody".to_owned());
    }
    let filter = Filter {
        only: &plan.only,
        skip: &plan.skip,
    };
    (!filter.wants(checks::ALL, group)).then(|| "left out by --only or --skip".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(only: &[&str], skip: &[&str]) -> Plan {
        Plan {
            only: only.iter().map(|word| (*word).to_owned()).collect(),
            skip: skip.iter().map(|word| (*word).to_owned()).collect(),
            ..Plan::default()
        }
    }

    #[test]
    fn filters_decide_who_is_asked() {
        for (only, skip, gateway, cloudflare) in [
            (&[][..], &[][..], true, true),
            (&["gateway"], &[], true, false),
            (&["cloudflare"], &[], false, true),
            (&["environment"], &[], false, false),
            (&["cf-gateway-not-found"], &[], false, true),
            (&[], &["gateway"], false, true),
        ] {
            let plan = plan(only, skip);
            assert_eq!(left_out(&plan, Group::Gateway).is_none(), gateway, "{only:?} {skip:?}");
            assert_eq!(
                left_out(&plan, Group::Cloudflare).is_none(),
                cloudflare,
                "{only:?} {skip:?}"
            );
        }
    }

    #[test]
    fn offline_and_other_subcommands_ask_nobody() {
        let offline = Plan {
            offline: true,
            ..Plan::default()
        };
        let env = Plan {
            action: Action::Env,
            ..Plan::default()
        };
        for plan in [offline, env] {
            assert!(left_out(&plan, Group::Gateway).is_some());
        }
    }
}
