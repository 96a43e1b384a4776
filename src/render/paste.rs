//! The commands of a fix as they can be pasted together.

/// What reads the value of a key from the terminal.
pub(in crate::render) const ASKS: &str = "read -r";

/// Returns the remark before a command, such as `# on the host:`, and the command.
pub(in crate::render) fn remarked(command: &str) -> Option<(&str, &str)> {
    let end = command.starts_with("# ").then(|| command.find(": "))??;
    Some((command.get(..=end)?, command.get(end + 2..)?))
}

/// Returns the commands with everything behind one that asks for a value as part of that command's own line: a terminal
/// without bracketed paste hands the next line that is pasted to `read`, which would take it for the key.
pub(in crate::render) fn together(commands: &[String]) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let mut asking = None;
    let mut elsewhere: Option<&str> = None;
    for command in commands {
        // What is typed in the same other place is one command there too.
        let remark = remarked(command).filter(|_| command.lines().count() == 1);
        if let Some((place, rest)) = remark.filter(|(_, rest)| elsewhere.is_some() || rest.contains(ASKS)) {
            match told.last_mut().filter(|_| elsewhere == Some(place)) {
                Some(line) => line.push_str(&format!(" && {rest}")),
                None => told.push(command.clone()),
            }
            elsewhere = Some(place);
            continue;
        }
        elsewhere = None;
        let is_plain = !command.starts_with('#') && command.lines().count() == 1;
        match asking.and_then(|at: usize| told.get_mut(at)).filter(|_| is_plain) {
            // Through bash it is for a shell that may have no `&&`.
            Some(line) if line.starts_with("bash -c ") => line.push_str(&format!("; {command}")),
            Some(line) => line.push_str(&format!(" && {command}")),
            None => told.push(command.clone()),
        }
        if asking.is_none() && is_plain && command.contains(ASKS) {
            asking = Some(told.len() - 1);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(commands: &[&str]) -> Vec<String> {
        together(&commands.iter().map(|command| (*command).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn nothing_is_pasted_into_a_prompt() {
        for (commands, expected) in [
            (vec!["vim x", "restart"], vec!["vim x", "restart"]),
            (
                vec!["read -rs KEY && put", "restart"],
                vec!["read -rs KEY && put && restart"],
            ),
            (
                vec!["vim x", "read -rs KEY && put", "read -rs KEY && put2", "restart"],
                vec!["vim x", "read -rs KEY && put && read -rs KEY && put2 && restart"],
            ),
            (
                vec!["bash -c 'read -rs KEY && put'", "restart"],
                vec!["bash -c 'read -rs KEY && put'; restart"],
            ),
            (
                vec!["{ stty -echo; read -r KEY; stty echo; } && put", "restart"],
                vec!["{ stty -echo; read -r KEY; stty echo; } && put && restart"],
            ),
            (
                vec![
                    "# outside: read -rs KEY && put",
                    "# outside: restart",
                    "# on the host: up",
                ],
                vec!["# outside: read -rs KEY && put && restart", "# on the host: up"],
            ),
            // What is for elsewhere stays a line of its own.
            (
                vec!["read -rs KEY && put", "# on the host: up"],
                vec!["read -rs KEY && put", "# on the host: up"],
            ),
            (
                vec!["# outside: read -rs KEY && put", "restart"],
                vec!["# outside: read -rs KEY && put", "restart"],
            ),
        ] {
            assert_eq!(told(&commands), expected);
        }
    }
}
