//! A fault of an address, and what is said of many.

/// A fault of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What is so, after the name of the field.
    pub(crate) what: String,
    /// What comes of it.
    pub(crate) why: &'static str,
    /// The address to write instead; ids that are not known are in angle brackets.
    pub(crate) corrected: String,
    /// The api to write instead, where the address is right and the format is not the one that it answers in.
    pub(crate) api: Option<&'static str>,
    /// Whether the doctor asks there with credentials all the same: it is the right gateway, and an answer ends the suspicion.
    pub(crate) asks: bool,
}

pub(super) const TWICE: &str = "OpenClaw appends the rest of the endpoint itself, so it would be there twice: 404.";
pub(super) const NOT_FOUND: &str = "Cloudflare finds no gateway by it.";
pub(super) const NO_PROVIDER: &str = "Cloudflare cannot tell where to send the request (2008).";
pub(super) const CLEAR: &str = "Keys would travel in the clear.";
pub(super) const IN_THE_PATH: &str = "Every request carries it in its address, where logs keep it: revoke it.";

pub(super) fn in_place(what: &str, part: &str) -> String {
    format!("has a credential ({what}) in the place of the {part} id: revoke it")
}

pub(super) fn fault(what: impl Into<String>, why: &'static str, corrected: String) -> Option<Fault> {
    Some(Fault {
        what: what.into(),
        why,
        corrected,
        api: None,
        asks: false,
    })
}

impl Fault {
    /// Returns what is to be written instead, in words.
    pub(crate) fn hint(&self) -> String {
        match self.api {
            Some(api) => format!("write api: \"{api}\""),
            None => format!("write {}", self.corrected),
        }
    }
}
