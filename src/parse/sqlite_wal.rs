//! A SQLite database and its write-ahead log, joined in memory.
//!
//! Opening a database that a running Gateway writes would create or touch the files beside it.
//! So its bytes are read, the pages of the log are put over it up to the last commit, and the
//! result is marked as having no log. Format: sqlite.org/fileformat2.html section 4.

/// Length of the log's header.
const HEADER: usize = 32;
/// Length of the header of one frame.
const FRAME: usize = 24;

/// Applies the committed frames of a log. The database is unchanged where the log is empty, was
/// reset, or is not one.
pub fn apply(database: &mut Vec<u8>, wal: &[u8], cap: usize) {
    if let Some(pages) = committed(wal) {
        let size = pages.page_size;
        for (number, page) in pages.list {
            let Some(at) = (number as usize)
                .checked_sub(1)
                .and_then(|index| index.checked_mul(size))
            else {
                continue;
            };
            let Some(end) = at.checked_add(size).filter(|end| *end <= cap) else {
                continue;
            };
            if database.len() < end {
                database.resize(end, 0);
            }
            if let Some(target) = database.get_mut(at..end) {
                target.copy_from_slice(page);
            }
        }
        if let Some(length) = (pages.total as usize)
            .checked_mul(size)
            .filter(|length| *length <= database.len())
        {
            database.truncate(length);
        }
    }
    // Read and write versions 1: rollback journal, so that SQLite does not ask for a log.
    if let Some(versions) = database.get_mut(18..20) {
        versions.fill(1);
    }
}

struct Pages<'a> {
    page_size: usize,
    /// Pages of the database after the last commit.
    total: u32,
    list: Vec<(u32, &'a [u8])>,
}

fn committed(wal: &[u8]) -> Option<Pages<'_>> {
    let magic = word(wal, 0)?;
    let big_endian = match magic {
        0x377f_0682 => false,
        0x377f_0683 => true,
        _ => return None,
    };
    let page_size = word(wal, 8)? as usize;
    if !page_size.is_power_of_two() || !(512..=65_536).contains(&page_size) {
        return None;
    }
    let salts = wal.get(16..24)?;
    let mut sum = checksum((0, 0), wal.get(..24)?, big_endian);
    if (word(wal, 24)?, word(wal, 28)?) != sum {
        return None;
    }
    let (mut list, mut kept, mut total) = (Vec::new(), 0, 0);
    for frame in wal.get(HEADER..)?.chunks_exact(FRAME + page_size) {
        let (head, page) = frame.split_at_checked(FRAME)?;
        sum = checksum(checksum(sum, head.get(..8)?, big_endian), page, big_endian);
        if head.get(8..16)? != salts || (word(head, 16)?, word(head, 20)?) != sum {
            break; // left over from before the log was reset, or not yet written
        }
        list.push((word(head, 0)?, page));
        let size_after = word(head, 4)?;
        if size_after != 0 {
            kept = list.len();
            total = size_after;
        }
    }
    list.truncate(kept);
    (kept > 0).then_some(Pages { page_size, total, list })
}

fn checksum(start: (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    let read = |part: &[u8]| {
        let part: [u8; 4] = part.try_into().unwrap_or_default();
        if big_endian {
            u32::from_be_bytes(part)
        } else {
            u32::from_le_bytes(part)
        }
    };
    bytes.chunks_exact(8).fold(start, |(first, second), part| {
        let (left, right) = part.split_at(4);
        let first = first.wrapping_add(read(left)).wrapping_add(second);
        (first, second.wrapping_add(read(right)).wrapping_add(first))
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let part = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(part.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_that_are_none_change_nothing_but_the_version() {
        for wal in [&b""[..], &[0; 31], &[0xff; 200], &[0x37, 0x7f, 0x06, 0x82, 0, 0, 0, 0]] {
            let mut database = vec![2_u8; 100];
            apply(&mut database, wal, 1 << 20);
            let mut expected = vec![2_u8; 100];
            expected[18] = 1;
            expected[19] = 1;
            assert_eq!(database, expected);
        }
        let mut empty = Vec::new();
        apply(&mut empty, b"", 1 << 20);
        assert!(empty.is_empty());
    }
}
