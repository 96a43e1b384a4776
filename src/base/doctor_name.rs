//! The doctor's own name in the commands it prints.
//!
//! Texts of the program write [`DOCTOR`]; how this program is called here is found once
//! (`collect::own_name`) and put in where text leaves the judgement: into the report, and by the
//! writer into everything else. So a command that is printed is one that can be typed.

/// Stands for the doctor's name in every text of the program.
pub(crate) const DOCTOR: &str = "%doctor%";

/// Puts the name into a text.
pub(crate) fn spell(text: &str, name: &str) -> String {
    text.replace(DOCTOR, name)
}
