//! What is said when there is nothing to report: the text itself, our own failure, a refusal.

use crate::app::console::Console;
use crate::app::exit::Exit;
use crate::app::plan::Plan;
use crate::render;

pub(crate) fn print(text: &str, console: &mut Console) -> Exit {
    match console.out(text) {
        Ok(()) => Exit::Ok,
        Err(error) => {
            console.err(&format!("error: standard output cannot be written: {error}\n"));
            Exit::Internal
        }
    }
}

pub(crate) fn fail(message: &str, plan: &Plan, console: &mut Console) -> Exit {
    console.err(&format!("error: {message}\n"));
    print(
        &render::failure(plan.show.format, "internal", message, Exit::Internal.code()),
        console,
    );
    Exit::Internal
}

/// Says why there is no answer, where something could not be looked at: exit 3, and the one document of the format.
pub(crate) fn unknown(message: &str, plan: &Plan, console: &mut Console) -> Exit {
    console.err(&format!("error: {message}\n"));
    print(
        &render::failure(plan.show.format, "limits", message, Exit::Incomplete.code()),
        console,
    );
    Exit::Incomplete
}

/// Refuses what was asked for: exit 2, and the one document of the format.
pub(crate) fn refuse(kind: &str, message: &str, plan: &Plan, console: &mut Console) -> Exit {
    console.err(&format!("error: {message}\n"));
    print(
        &render::failure(plan.show.format, kind, message, Exit::Usage.code()),
        console,
    );
    Exit::Usage
}
