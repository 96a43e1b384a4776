//! Whose rights a way gives.

use std::os::unix::fs::PermissionsExt;

use super::*;

#[test]
fn a_member_has_the_rights_of_the_group_and_of_nobody_else() {
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let file = home.path().join("f");
    std::fs::write(&file, "x").unwrap();
    let stranger = rustix::process::geteuid().as_raw() + 1;
    // More groups than any file of this test can have, and none.
    let (member, nobody): (GroupsOf, GroupsOf) = (|_| (0..70_000).collect(), |_| Vec::new());
    for (mode, as_member, as_nobody) in [
        (0o644, true, true),
        (0o640, true, false),
        (0o604, false, true),
        (0o600, false, false),
    ] {
        std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        let way = follow(&file).unwrap();
        assert_eq!(
            way.gives(Some(stranger), 0o4, member),
            as_member,
            "{mode:o} as a member"
        );
        assert_eq!(way.gives(Some(stranger), 0o4, nobody), as_nobody, "{mode:o}");
        assert_eq!(
            way.gives(None, 0o4, nobody),
            as_member && as_nobody,
            "{mode:o} by anybody"
        );
    }
}
