//! A zip of a few stored files, written and read. Without compression the format is a dozen
//! fields, and the archive stays the same byte for byte; a library would bring its compressors.

/// Largest part that is read.
const LARGEST: usize = 64 << 20;
/// Bytes of the fixed parts of a local header, of a directory entry, and of the end.
const LOCAL: usize = 30;
const ENTRY: usize = 46;
const END: usize = 22;
/// 1980-01-01, the first day that the format knows.
const DATE: u16 = 0x21;

/// Writes an archive. Names and parts are short; what does not fit 32 bits is refused.
pub(super) fn write(parts: &[(String, String)]) -> Result<Vec<u8>, String> {
    let too_large = |_| "the bundle is too large for a zip".to_owned();
    let mut archive: Vec<u8> = Vec::new();
    let mut directory: Vec<u8> = Vec::new();
    for (name, text) in parts {
        let offset = u32::try_from(archive.len()).map_err(too_large)?;
        let mut fields = Vec::new();
        // Version 2.0, names in UTF-8, stored.
        for field in [20, 0x800, 0, 0, DATE] {
            fields.extend_from_slice(&u16::to_le_bytes(field));
        }
        let size = u32::try_from(text.len()).map_err(too_large)?;
        for field in [crc32(text.as_bytes()), size, size] {
            fields.extend_from_slice(&field.to_le_bytes());
        }
        fields.extend_from_slice(&(name.len() as u16).to_le_bytes());
        fields.extend_from_slice(&[0, 0]);
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&fields);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(text.as_bytes());
        // Made on Unix; a regular file with mode 0600.
        directory.extend_from_slice(b"PK\x01\x02\x14\x03");
        directory.extend_from_slice(&fields);
        directory.extend_from_slice(&[0; 6]);
        directory.extend_from_slice(&(0o100_600_u32 << 16).to_le_bytes());
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let start = u32::try_from(archive.len()).map_err(too_large)?;
    let size = u32::try_from(directory.len()).map_err(too_large)?;
    let count = (parts.len() as u16).to_le_bytes();
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    archive.extend_from_slice(&count);
    archive.extend_from_slice(&count);
    archive.extend_from_slice(&size.to_le_bytes());
    archive.extend_from_slice(&start.to_le_bytes());
    archive.extend_from_slice(&[0, 0]);
    Ok(archive)
}

/// Returns one part of an archive.
pub(super) fn part(archive: &[u8], wanted: &str) -> Result<String, String> {
    let broken = || "the zip is cut or broken".to_owned();
    let last = archive.len().checked_sub(END).ok_or_else(broken)?;
    let end = (last.saturating_sub(usize::from(u16::MAX))..=last)
        .rev()
        .find(|at| archive.get(*at..).is_some_and(|rest| rest.starts_with(b"PK\x05\x06")))
        .ok_or_else(broken)?;
    let mut at = number(archive, end + 16, 4).ok_or_else(broken)?;
    for _ in 0..number(archive, end + 10, 2).ok_or_else(broken)? {
        let entry = archive
            .get(at..)
            .filter(|rest| rest.starts_with(b"PK\x01\x02"))
            .ok_or_else(broken)?;
        let field = |offset, bytes| number(entry, offset, bytes).ok_or_else(broken);
        let (name, extra, comment) = (field(28, 2)?, field(30, 2)?, field(32, 2)?);
        let is_wanted = entry.get(ENTRY..ENTRY + name).ok_or_else(broken)? == wanted.as_bytes();
        if is_wanted {
            if field(10, 2)? != 0 {
                return Err(
                    "this zip was packed again by another program; unpack it and give its snapshot.json".to_owned(),
                );
            }
            let (size, local) = (field(24, 4)?, field(42, 4)?);
            let lengths = number(archive, local + 26, 2)
                .zip(number(archive, local + 28, 2))
                .ok_or_else(broken)?;
            let start = local + LOCAL + lengths.0 + lengths.1;
            let bytes = archive.get(start..start + size.min(LARGEST)).ok_or_else(broken)?;
            if field(16, 4)? != crc32(bytes) as usize {
                return Err(broken());
            }
            return String::from_utf8(bytes.to_vec()).map_err(|_| broken());
        }
        at += ENTRY + name + extra + comment;
    }
    Err(format!("the zip has no {wanted}"))
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    let field = bytes.get(at..at.checked_add(width)?)?;
    Some(
        field
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | usize::from(*byte)),
    )
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc))
    });
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        write(&[
            ("a.json".to_owned(), "{}\n".to_owned()),
            ("b.md".to_owned(), "ünï".to_owned()),
        ])
        .unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(part(&sample(), "a.json").unwrap(), "{}\n");
        assert_eq!(part(&sample(), "b.md").unwrap(), "ünï");
        assert!(part(&sample(), "c").unwrap_err().contains("no c"));
    }

    #[test]
    fn broken_archives_are_refused() {
        let whole = sample();
        for end in 0..whole.len() {
            assert!(part(&whole[..end], "a.json").is_err());
        }
        for at in 0..whole.len() {
            let mut bent = whole.clone();
            bent[at] ^= 0xff;
            let _ = part(&bent, "a.json");
            let _ = part(&bent, "b.md");
        }
    }
}
