//! A SQLite database and its write-ahead log, joined while they are read.
//!
//! Opening a database that a running Gateway writes would create or touch the files beside it.
//! So its bytes are read, with the pages of the log in their places up to the last commit, and the
//! result is marked as having no log. Format: sqlite.org/fileformat2.html section 4.

use std::collections::HashMap;
use std::io::{self, Read};

/// Length of the log's header.
const HEADER: usize = 32;
/// Length of the header of one frame.
const FRAME: usize = 24;
/// Read and write versions in a database's header: 1 is a rollback journal, so that SQLite does not ask for a log.
const VERSIONS: std::ops::Range<u64> = 18..20;

/// Reads a database as it is after the last commit in its log.
pub struct Joined<'a, F> {
    read_at: F,
    log: Option<Log<'a>>,
    size: u64,
    at: u64,
}

impl<'a, F: Fn(&mut [u8], u64) -> io::Result<usize>> Joined<'a, F> {
    /// Joins a database of `length` bytes, which `read_at` reads at a place, with a log. A log that is empty, was
    /// reset, or is none counts for nothing.
    pub fn new(read_at: F, length: u64, wal: &'a [u8]) -> Self {
        let log = committed(wal);
        let size = log.as_ref().map_or(length, Log::size);
        Joined {
            read_at,
            log,
            size,
            at: 0,
        }
    }

    /// Returns how many bytes there are to read.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Reads up to `most` bytes of one place: a page of the log, or what lies before the next one of those.
    fn part(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(log) = &self.log else {
            return (self.read_at)(buffer, self.at);
        };
        let page_size = log.page_size as u64;
        let (mut page, offset) = (self.at / page_size, (self.at % page_size) as usize);
        if let Some(rest) = log.page(page).and_then(|bytes| bytes.get(offset..)) {
            let count = rest.len().min(buffer.len());
            let (Some(target), Some(source)) = (buffer.get_mut(..count), rest.get(..count)) else {
                return Ok(0);
            };
            target.copy_from_slice(source);
            return Ok(count);
        }
        let end = self.at + buffer.len() as u64;
        while page * page_size < end && log.page(page).is_none() {
            page += 1;
        }
        let count = (page * page_size).min(end).saturating_sub(self.at) as usize;
        let Some(target) = buffer.get_mut(..count) else {
            return Ok(0);
        };
        match (self.read_at)(target, self.at)? {
            0 => {
                target.fill(0); // a page that was never written
                Ok(count)
            }
            read => Ok(read),
        }
    }
}

impl<F: Fn(&mut [u8], u64) -> io::Result<usize>> Read for Joined<'_, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let most = left.min(buffer.len());
        let Some(buffer) = buffer.get_mut(..most).filter(|buffer| !buffer.is_empty()) else {
            return Ok(0);
        };
        let count = self.part(buffer)?;
        for (byte, place) in buffer.iter_mut().zip(self.at..self.at + count as u64) {
            if place >= VERSIONS.end {
                break;
            }
            if VERSIONS.contains(&place) {
                *byte = 1;
            }
        }
        self.at += count as u64;
        Ok(count)
    }
}

/// The pages of a log up to its last commit.
struct Log<'a> {
    page_size: usize,
    /// Pages of the database after the last commit.
    total: u32,
    /// The last state of each page, by its number, which begins at one.
    pages: HashMap<u32, &'a [u8]>,
}

impl Log<'_> {
    fn size(&self) -> u64 {
        u64::from(self.total) * self.page_size as u64
    }

    /// Returns a page by its index, which begins at zero.
    fn page(&self, index: u64) -> Option<&[u8]> {
        let number = u32::try_from(index.checked_add(1)?).ok()?;
        self.pages.get(&number).copied()
    }
}

fn committed(wal: &[u8]) -> Option<Log<'_>> {
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
    (kept > 0).then(|| Log {
        page_size,
        total,
        pages: list.into_iter().collect(),
    })
}

fn checksum(start: (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    match big_endian {
        true => sum(start, bytes, u32::swap_bytes),
        false => sum(start, bytes, |word| word),
    }
}

/// Megabytes go through here at every run.
fn sum((mut first, mut second): (u32, u32), bytes: &[u8], order: impl Fn(u32) -> u32) -> (u32, u32) {
    for part in bytes.as_chunks::<8>().0 {
        let both = u64::from_le_bytes(*part);
        first = first.wrapping_add(order(both as u32)).wrapping_add(second);
        second = second.wrapping_add(order((both >> 32) as u32)).wrapping_add(first);
    }
    (first, second)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let part = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(part.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(database: &[u8], wal: &[u8]) -> Vec<u8> {
        let read_at = |buffer: &mut [u8], at: u64| database.get(at as usize..).unwrap_or_default().read(buffer);
        let mut joined = Joined::new(read_at, database.len() as u64, wal);
        let mut bytes = Vec::new();
        joined.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len() as u64, joined.size());
        bytes
    }

    /// A log with one frame per page; the last one commits `total` pages.
    fn log(page_size: usize, pages: &[(u32, u8)], total: u32) -> Vec<u8> {
        let mut wal = Vec::new();
        for word in [0x377f_0682, 3_007_000, page_size as u32, 0, 7, 8] {
            wal.extend(u32::to_be_bytes(word));
        }
        let mut sum = checksum((0, 0), &wal, false);
        wal.extend([sum.0.to_be_bytes(), sum.1.to_be_bytes()].concat());
        for (at, (number, fill)) in pages.iter().enumerate() {
            let commit = if at + 1 == pages.len() { total } else { 0 };
            let mut head: Vec<u8> = [number.to_be_bytes(), commit.to_be_bytes()].concat();
            let page = vec![*fill; page_size];
            sum = checksum(checksum(sum, &head, false), &page, false);
            for word in [7, 8, sum.0, sum.1] {
                head.extend(u32::to_be_bytes(word));
            }
            wal.extend(head);
            wal.extend(page);
        }
        wal
    }

    #[test]
    fn logs_that_are_none_change_nothing_but_the_version() {
        for wal in [&b""[..], &[0; 31], &[0xff; 200], &[0x37, 0x7f, 0x06, 0x82, 0, 0, 0, 0]] {
            let mut expected = vec![2_u8; 100];
            expected[18] = 1;
            expected[19] = 1;
            assert_eq!(read(&[2; 100], wal), expected);
        }
        assert!(read(b"", b"").is_empty());
    }

    #[test]
    fn the_last_commit_decides() {
        let page = |fill: u8| vec![fill; 512];
        let database = [page(1), page(2), page(3)].concat();
        let fills = |wal: &[u8]| -> Vec<u8> { read(&database, wal).chunks(512).map(|page| page[100]).collect() };
        assert_eq!(fills(&log(512, &[(2, 8), (3, 7), (2, 9)], 3)), [1, 9, 7]);
        assert_eq!(fills(&log(512, &[(1, 8)], 1)), [8]);
        // Page 4 was never written, page 5 is new.
        assert_eq!(fills(&log(512, &[(5, 6)], 5)), [1, 2, 3, 0, 6]);
        let mut torn = log(512, &[(1, 8), (2, 9)], 3);
        torn.pop();
        assert_eq!(fills(&torn), [1, 2, 3]);
    }
}
