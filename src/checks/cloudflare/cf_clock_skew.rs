//! `cf-clock-skew`: this machine's clock differs from the one of the answers.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};

pub(crate) const CHECK: Check = Check {
    id: "cf-clock-skew",
    title: "this machine's clock is right",
    group: Group::Cloudflare,
    severity: Severity::Warning,
    needs: &[Need::CloudflarePing],
    causes: &[],
    docs: "The Date header of an answer differs from this machine's clock by five minutes or more. Certificates then look \
expired or not yet valid, and signatures of OpenClaw's devices are refused from two minutes on.\n\n\
Fix: let the clock be set from the network (timedatectl set-ntp true, or the date settings of macOS).",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let skew = case
        .cloudflare_fact("clock_skew_s")
        .or(case.gateway_fact("clock_skew_s"));
    let Some(seconds) = skew
        .and_then(|text| text.parse::<i64>().ok())
        .filter(|seconds| *seconds != 0)
    else {
        return Vec::new();
    };
    let (side, minutes) = (
        if seconds > 0 { "ahead" } else { "behind" },
        seconds.unsigned_abs() / 60,
    );
    let command = match case.snapshot.host.os.as_str() {
        "macos" => "sudo sntp -sS time.apple.com",
        _ => "sudo timedatectl set-ntp true",
    };
    vec![
        finding(
            CHECK.id,
            CHECK.severity,
            format!("This machine's clock is {minutes} minutes {side}"),
        )
        .detail("Good certificates look invalid, and signatures that carry a time are refused.")
        .seen(format!("the Date header of an answer differs by {seconds} s"))
        .fix("Set the clock from the network.", [command]),
    ]
}
