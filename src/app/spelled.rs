//! Puts the doctor's own name into the commands of a report.

use crate::base::doctor_name::{DOCTOR, spell};
use crate::model::report::Report;

/// Puts the name into every text of a report.
pub(crate) fn in_report(report: &mut Report, name: &str) {
    let mut texts: Vec<&mut String> = Vec::new();
    for finding in &mut report.findings {
        texts.extend([&mut finding.title, &mut finding.detail]);
        texts.extend(finding.evidence.iter_mut().map(|evidence| &mut evidence.note));
        if let Some(remedy) = &mut finding.remedy {
            texts.push(&mut remedy.text);
            texts.extend(remedy.commands.iter_mut().chain(&mut remedy.confirm));
        }
    }
    texts.extend(report.checks.iter_mut().filter_map(|check| check.why.as_mut()));
    texts.extend(report.pings.iter_mut().map(|ping| &mut ping.meaning));
    texts.extend(report.answers.iter_mut().map(|answer| &mut answer.meaning));
    texts.extend(report.examined.predicted.iter_mut());
    texts.extend(report.examined.doubts.iter_mut());
    for key in &mut report.keys {
        let views = &mut key.views;
        texts.extend([&mut views.shell, &mut views.next_start, &mut views.running].map(|view| &mut view.evidence));
    }
    for text in texts {
        if text.contains(DOCTOR) {
            *text = spell(text, name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::finding::{FindingExt, finding};
    use crate::model::report::Severity;
    use crate::render::samples;

    #[test]
    fn every_command_of_a_report_can_be_typed() {
        let mut report = samples::healthy();
        report.findings.push(
            finding("x", Severity::Error, "see `%doctor% config`")
                .detail("%doctor%")
                .seen("%doctor% ping")
                .fix("Run %doctor%.", ["sudo -iu bob %doctor% --wait"]),
        );
        report.checks[0].why = Some("%doctor%".to_owned());
        report.keys[0].views.running.evidence = "sudo %doctor%".to_owned();
        in_report(&mut report, "/opt/x/openclaw-doctor");
        let text = format!("{report:?}");
        assert!(!text.contains(DOCTOR), "{text}");
        assert!(text.contains("sudo -iu bob /opt/x/openclaw-doctor --wait"), "{text}");
    }
}
