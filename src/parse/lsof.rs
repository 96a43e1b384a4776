//! `lsof -Fun`: one field a line, the letter before it says which.

/// A listening socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// Owner of the process.
    pub uid: u32,
    /// Address and port, such as `127.0.0.1:18789` or `*:18789`.
    pub name: String,
}

/// Returns the listeners in the output; a line that is not understood is left out.
pub fn listeners(text: &str) -> Vec<Listening> {
    let mut found = Vec::new();
    let mut uid = None;
    for line in text.lines() {
        let mut letters = line.chars();
        match (letters.next(), letters.as_str()) {
            (Some('p'), _) => uid = None,
            (Some('u'), rest) => uid = rest.parse().ok(),
            (Some('n'), name) => found.extend(uid.map(|uid| Listening {
                uid,
                name: name.to_owned(),
            })),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_and_addresses_are_read() {
        let found = listeners("p12\nu501\nf20\nn127.0.0.1:18789\nf21\nn[::1]:18789\np13\nf3\nn*:18789\nx\n\nu\n");
        let shown: Vec<_> = found.iter().map(|one| (one.uid, one.name.as_str())).collect();
        assert_eq!(shown, [(501, "127.0.0.1:18789"), (501, "[::1]:18789")]);
    }
}
