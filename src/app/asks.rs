//! Whether a run asks anybody at all.

use crate::checks;
use crate::checks::check::Group;
use crate::checks::runner::Filter;

/// Returns why the requests for the checks of a group are left out, if they are. `asks`: the subcommand shows answers.
pub(crate) fn left_out(offline: bool, asks: bool, filter: &Filter, group: Group) -> Option<String> {
    if offline {
        return Some("--offline".to_owned());
    }
    if !asks {
        return Some("this subcommand asks nobody".to_owned());
    }
    (!filter.wants(checks::ALL, group)).then(|| "--only or --skip leaves it out".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_decide_who_is_asked() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        for (only, skip, gateway, cloudflare) in [
            (&[][..], &[][..], true, true),
            (&["gateway"], &[], true, false),
            (&["cloudflare"], &[], false, true),
            (&["environment"], &[], false, false),
            (&["cf-gateway-not-found"], &[], false, true),
            (&[], &["gateway"], false, true),
        ] {
            let filter = Filter {
                only: words(only),
                skip: words(skip),
            };
            for (group, asked) in [(Group::Gateway, gateway), (Group::Cloudflare, cloudflare)] {
                let why = left_out(false, true, &filter, group);
                assert_eq!(why.is_none(), asked, "{only:?} {skip:?} {group:?}");
            }
        }
    }

    #[test]
    fn offline_and_other_subcommands_ask_nobody() {
        for (offline, asks) in [(true, true), (false, false)] {
            assert!(left_out(offline, asks, &Filter::default(), Group::Gateway).is_some());
        }
    }
}
