//! `/etc/passwd`: names and homes of users.

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User<'a> {
    /// Login name.
    pub name: &'a str,
    /// User id.
    pub uid: u32,
    /// Group id; `u32::MAX` where it is no number.
    pub gid: u32,
    /// Home directory.
    pub home: &'a str,
    /// Login shell.
    pub shell: &'a str,
}

/// Returns the first user with this id.
pub fn by_uid(text: &str, uid: u32) -> Option<User<'_>> {
    text.lines().filter_map(user).find(|user| user.uid == uid)
}

/// Returns the user with this login name.
pub fn by_name<'a>(text: &'a str, name: &str) -> Option<User<'a>> {
    text.lines().filter_map(user).find(|user| user.name == name)
}

fn user(line: &str) -> Option<User<'_>> {
    let mut fields = line.split(':');
    let name = fields
        .next()
        .filter(|name| !name.is_empty() && !name.starts_with('#'))?;
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().unwrap_or(u32::MAX);
    let home = fields.nth(1)?;
    Some(User {
        name,
        uid,
        gid,
        home,
        shell: fields.next().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        let text = "# note\n+::::::\nroot:x:0:0:root:/root:/bin/bash\nalex:x:4242:4242::/home/alex:/bin/sh\nbad\n";
        let alex = by_uid(text, 4242).unwrap();
        assert_eq!((alex.name, alex.home, alex.shell), ("alex", "/home/alex", "/bin/sh"));
        assert_eq!(by_uid(text, 0).unwrap().name, "root");
        assert_eq!(by_uid(text, 7), None);
        assert_eq!(by_name(text, "alex").unwrap().uid, 4242);
    }
}
