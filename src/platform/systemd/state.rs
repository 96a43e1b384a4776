//! From the properties that `systemctl show` prints to the state of a service.

use crate::model::snapshot::ServiceState;
use crate::parse::systemd::show;
use crate::parse::systemd::show::Block;

/// The properties to ask for (facts/services.md section 1.5); all are one line each but
/// `EnvironmentFiles`. `Environment` is not among them: what it says is read from the files,
/// and secrets in it would only pass through one more process.
pub const PROPERTIES: &str = "Id,Names,LoadState,UnitFileState,ActiveState,SubState,Result,MainPID,NRestarts,\
ExecMainStartTimestamp,ExecMainCode,ExecMainStatus,FragmentPath,DropInPaths,NeedDaemonReload,\
ConditionResult,ConditionTimestampMonotonic,AssertResult,AssertTimestampMonotonic";

/// Returns the state that a block describes.
pub fn read(block: &Block) -> ServiceState {
    let text = |name: &str| block.get(name).unwrap_or_default().to_owned();
    // Before the first start both say no, and have no time.
    let unmet = |what: &str| {
        let at: Option<u64> = block.number(&format!("{what}TimestampMonotonic"));
        at.is_some_and(|at| at > 0) && block.get(&format!("{what}Result")) == Some("no")
    };
    ServiceState {
        load: text("LoadState"),
        active: text("ActiveState"),
        sub: text("SubState"),
        result: text("Result"),
        enabled: text("UnitFileState"),
        main_pid: block.number("MainPID").filter(|pid| *pid != 0),
        restarts: block.number("NRestarts").unwrap_or_default(),
        exit_status: block.number("ExecMainStatus"),
        killed: matches!(block.get("ExecMainCode"), Some("2" | "3" | "killed" | "dumped")),
        condition_unmet: unmet("Condition") || unmet("Assert"),
        needs_reload: block.get("NeedDaemonReload") == Some("yes"),
        started_ms: block.get("ExecMainStartTimestamp").and_then(show::timestamp_ms),
    }
}

/// Finds the block of a unit, by its name or an alias.
pub fn find<'a>(blocks: &'a [Block], unit: &str) -> Option<&'a Block> {
    blocks.iter().find(|block| block.get("Id") == Some(unit)).or_else(|| {
        blocks.iter().find(|block| {
            block
                .get("Names")
                .is_some_and(|names| names.split(' ').any(|name| name == unit))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_becomes_a_state() {
        let blocks = show::blocks(
            "Id=b.service\nNames=b.service a.service\nLoadState=loaded\nActiveState=activating\nSubState=auto-restart\n\
             Result=exit-code\nMainPID=0\nNRestarts=7\nExecMainStartTimestamp=Sun 2026-11-22 14:05:54 UTC\n\
             ExecMainCode=1\nExecMainStatus=78\nNeedDaemonReload=yes\nUnitFileState=enabled\n",
        );
        let state = find(&blocks, "a.service").map(read).unwrap_or_default();
        let expected = ServiceState {
            load: "loaded".into(),
            active: "activating".into(),
            sub: "auto-restart".into(),
            result: "exit-code".into(),
            enabled: "enabled".into(),
            main_pid: None,
            restarts: 7,
            exit_status: Some(78),
            killed: false,
            condition_unmet: false,
            needs_reload: true,
            started_ms: Some(1_795_356_354_000),
        };
        assert_eq!(state, expected);
        assert!(find(&blocks, "c.service").is_none());
    }

    #[test]
    fn a_condition_is_unmet_once_it_was_looked_at() {
        for (text, unmet) in [
            ("ConditionResult=no\nConditionTimestampMonotonic=0\n", false),
            ("ConditionResult=no\nConditionTimestampMonotonic=77\n", true),
            ("ConditionResult=yes\nConditionTimestampMonotonic=77\n", false),
            ("AssertResult=no\nAssertTimestampMonotonic=77\n", true),
        ] {
            let blocks = show::blocks(&format!("Id=a.service\n{text}"));
            assert_eq!(read(&blocks[0]).condition_unmet, unmet, "{text}");
        }
    }
}
