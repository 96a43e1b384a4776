//! Plists in all forms that launchd takes, and those it or we refuse.

use proptest::prelude::*;

use super::*;

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
  <dict>
    <key>Label</key>
    <string>ai.openclaw.gateway</string>
    <key>KeepAlive</key><true/>
    <key>Umask</key>
    <integer>63</integer>
    <key>ProgramArguments</key>
    <array><string>/bin/sh</string><string>/w &amp; x</string></array>
    <key>WorkingDirectory</key><string>/s</string>
    <key>StandardOutPath</key><string>/log</string>
    <key>EnvironmentVariables</key>
    <dict>
      <key>KEY</key>
      <string> v </string>
    </dict>
  </dict>
</plist>
"#;

fn binary(xml: &str) -> Vec<u8> {
    let value: plist::Value = plist::from_bytes(xml.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    value.to_writer_binary(&mut bytes).unwrap();
    bytes
}

#[test]
fn xml_and_binary_say_the_same() {
    let xml = parse(XML.as_bytes()).unwrap();
    assert_eq!(xml.label.as_deref(), Some("ai.openclaw.gateway"));
    assert_eq!(xml.program_arguments, ["/bin/sh", "/w & x"]);
    assert_eq!(xml.command_line, Some(10));
    assert_eq!(xml.keep_alive, Some(true));
    assert_eq!(xml.working_directory.as_deref(), Some("/s"));
    assert_eq!(xml.environment_variables.len(), 1);
    assert_eq!(xml.environment_variables[0].line, Some(16));
    let mut from_binary = parse(&binary(XML)).unwrap();
    assert_eq!(from_binary.environment_variables[0].line, None);
    assert_eq!(
        from_binary.environment_variables[0].value,
        xml.environment_variables[0].value
    );
    from_binary.command_line = xml.command_line;
    from_binary.environment_variables = xml.environment_variables.clone();
    assert_eq!(from_binary, xml);
}

#[test]
fn wrong_types_are_named() {
    let job = parse(
        b"<plist><dict><key>Label</key><integer>1</integer><key>ProgramArguments</key><string>x</string>\
          <key>EnvironmentVariables</key><dict><key>A</key><integer>1</integer></dict></dict></plist>",
    )
    .unwrap();
    assert_eq!(job.odd.len(), 3);
}

#[test]
fn what_launchd_refuses_is_refused() {
    let cases: &[(&[u8], PlistError)] = &[
        (b"{ Label = x; }", PlistError::OldStyle),
        (b"// !$*UTF8*$!\n{ Label = x; }", PlistError::OldStyle),
        (b"", PlistError::NotAPlist),
        (b"hello", PlistError::NotAPlist),
        (b"<plist><array/></plist>", PlistError::NotADictionary),
        (
            b"<plist><dict><key>D</key><date>9999-12-31T23:59:59-01:00</date></dict></plist>",
            PlistError::HasDate,
        ),
    ];
    for (bytes, error) in cases {
        assert_eq!(parse(bytes).as_ref().unwrap_err(), error);
    }
    assert!(matches!(
        parse(b"<plist><dict><key>A</key>"),
        Err(PlistError::Invalid(_))
    ));
    assert!(matches!(parse(b"bplist00"), Err(PlistError::Invalid(_))));
}

/// Writes a binary list of the given objects; object 0 is the root.
fn objects(all: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"bplist00".to_vec();
    let mut offsets = Vec::new();
    for object in all {
        offsets.push(bytes.len() as u8);
        bytes.extend(object);
    }
    let table = bytes.len() as u64;
    bytes.extend(&offsets);
    bytes.extend([0, 0, 0, 0, 0, 0, 1, 1]);
    bytes.extend((all.len() as u64).to_be_bytes());
    bytes.extend(0_u64.to_be_bytes());
    bytes.extend(table.to_be_bytes());
    bytes
}

#[test]
fn a_date_beyond_the_calendar_does_not_reach_the_crate() {
    let mut date = vec![0x33];
    date.extend(1e12_f64.to_be_bytes());
    let bytes = objects(&[vec![0xd1, 1, 2], vec![0x51, b'D'], date]);
    assert_eq!(parse(&bytes), Err(PlistError::HasDate));
}

#[test]
fn a_list_that_expands_without_end_is_refused() {
    // Each array holds the next one 14 times: 14^12 values from 200 bytes.
    let mut all: Vec<Vec<u8>> = (0..12)
        .map(|level| {
            std::iter::once(0xae)
                .chain(std::iter::repeat_n(level + 1, 14))
                .collect()
        })
        .collect();
    all.push(vec![0x09]);
    assert!(matches!(parse(&objects(&all)), Err(PlistError::Invalid(_))));
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!(
        "<plist>{}{}</plist>",
        "<array>".repeat(20_000),
        "</array>".repeat(20_000)
    );
    assert!(matches!(parse(deep.as_bytes()), Err(PlistError::Invalid(_))));
}

proptest! {
    #[test]
    fn nothing_makes_it_fail(bytes in any::<Vec<u8>>(), at in 0_usize..2000, byte in any::<u8>()) {
        let _ = parse(&bytes);
        for mut known in [XML.as_bytes().to_vec(), binary(XML)] {
            let at = at % known.len();
            known[at] = byte;
            let _ = parse(&known);
            known.truncate(at);
            let _ = parse(&known);
        }
        let mut headed = b"bplist00".to_vec();
        headed.extend(&bytes);
        let _ = parse(&headed);
    }
}

#[test]
fn a_broken_list_is_told_without_what_it_holds() {
    let secret = "792775187576";
    for body in [
        format!("<key>Label</key><integer>{secret}</integer>"),
        format!("<key>Label</key><{secret}/>"),
        format!("<integer>{secret}</integer><true/>"),
        format!("<key>Nice</key><integer>{secret}{secret}</integer>"),
        format!("<key>Nice</key><integer>x{secret}</integer>"),
        format!("<key>Nice</key><real>{secret}x</real>"),
        format!("<key>X</key><data>!{secret}</data>"),
        format!("<string a=\"{secret}\"/>"),
        format!("<key>A</key><string>{secret}"),
        format!("<key>A</key><string>&{secret};</string>"),
        format!("<key>A</key></{secret}>"),
    ] {
        let xml = format!("<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>{body}</dict></plist>");
        if let Err(error) = parse(xml.as_bytes()) {
            let told = error.to_string();
            assert!(!told.contains(secret), "{body}: {told}");
        }
    }
    let told = parse(b"<plist><dict><integer>1</integer><true/></dict></plist>").unwrap_err();
    assert!(
        told.to_string().starts_with("it is not a valid property list: "),
        "{told}"
    );
}
