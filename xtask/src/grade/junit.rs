//! Results as JUnit's XML: a suite for each kata, a case for each check.

use crate::out::{Exit, Failure};
use async_kata::kata::{Cause, CheckState, Checked, Judged, Results, State, Wrong};
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

/// The report. Without times: they would differ from run to run.
pub(super) fn report(results: &Results) -> Result<String, Failure> {
    let mut report = Report::new("katas");
    report.add_test_suites(results.katas.iter().map(suite));
    let text = report.to_string();
    text.map(|text| text + "\n").map_err(|error| Failure::new(Exit::Internal, error.to_string()))
}

fn suite(judged: &Judged) -> TestSuite {
    let mut suite = TestSuite::new(judged.id.as_str());
    suite.add_property(Property::new("points", judged.points().to_string()));
    suite.add_property(Property::new("of", judged.of().to_string()));
    suite.add_test_cases(judged.checks.iter().map(|check| case(judged, check)));
    if !judged.output.is_empty() {
        suite.set_system_out(judged.output.as_str());
    }
    suite
}

fn case(judged: &Judged, check: &Checked) -> TestCase {
    let status = match &check.state {
        CheckState::Passed => TestCaseStatus::success(),
        CheckState::Failed(wrong) => failed(judged, check, wrong),
        CheckState::NotReached => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(if judged.state == State::Open { "not started" } else { "not reached" });
            skipped
        }
    };
    let mut case = TestCase::new(check.name.as_str(), status);
    // GitLab shows the class as the suite, and counts one case of a class and a name.
    case.set_classname(judged.id.as_str());
    case.extra.insert("file".into(), judged.file.as_str().into());
    if let CheckState::Failed(Wrong { line: Some(line), .. }) = &check.state {
        case.extra.insert("line".into(), line.to_string().into());
    }
    case
}

/// An error is what kept the check from being made; a failure is what it found.
fn failed(judged: &Judged, check: &Checked, wrong: &Wrong) -> TestCaseStatus {
    let kind = match wrong.cause {
        Cause::DoesNotCompile | Cause::Timeout | Cause::Abort | Cause::Overflow | Cause::Memory | Cause::Tampered => {
            NonSuccessKind::Error
        }
        _ => NonSuccessKind::Failure,
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(wrong.cause.name());
    status.set_message(wrong.message.as_str());
    // The text has everything: older readers do not look at the attributes.
    status.set_description(format!("{}: {}\n{wrong}", judged.place(), check.says));
    status
}
