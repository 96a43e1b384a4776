//! Exit codes, in one table.

use std::process::ExitCode;

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Ok,
    /// Something at or above `--fail-on`.
    Found,
    /// The command line makes no sense.
    Usage,
    /// Nothing was proved wrong, but a needed fact could not be read.
    Incomplete,
    /// `--wait` ran out while the Gateway was still starting.
    WaitExpired,
    /// A bug of the doctor.
    Internal,
    /// There is no Node CLI to hand over to.
    NoHandover,
    /// The exit code of a program that was run in our place.
    Other(u8),
}

/// Every code with its meaning, as `--help`, the man page and the README print it.
pub const TABLE: &[(Exit, &str)] = &[
    (Exit::Ok, "nothing found at or above --fail-on (default: error)"),
    (Exit::Found, "something found at or above --fail-on"),
    (Exit::Usage, "usage error"),
    (
        Exit::Incomplete,
        "nothing proved wrong, but a needed fact could not be read",
    ),
    (Exit::WaitExpired, "--wait ran out while the Gateway was still starting"),
    (Exit::Internal, "internal error of the doctor"),
    (Exit::NoHandover, "no Node CLI found to hand the command over to"),
];

impl Exit {
    /// Returns the number given to the system.
    pub fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Found => 1,
            Exit::Usage => 2,
            Exit::Incomplete => 3,
            Exit::WaitExpired => 4,
            Exit::Internal => 70,
            Exit::NoHandover => 127,
            Exit::Other(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_documented_ones() {
        let codes: Vec<u8> = TABLE.iter().map(|(exit, _)| exit.code()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 70, 127]);
    }
}
