//! Single values out of a SQLite database, without touching the database, its log, or its folder.
//!
//! A database without a log is opened as immutable: SQLite then takes no lock and makes no file.
//! One with a log is read into memory, both joined on the way (`parse/sqlite_wal.rs`).

use std::ffi::OsString;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use zeroize::Zeroizing;

use crate::base::fact::Fact;
use crate::collect::ownership::{self, By};
use crate::collect::read::{self, ReadError};
use crate::model::snapshot::FileKind;
use crate::parse::sqlite_wal::Joined;
use crate::secret::WipedBytes;

/// Largest database that is joined with its log in memory.
const JOIN_CAP: u64 = 24 << 20;
/// Largest value that is taken out of a table.
const VALUE_CAP: i64 = 8 << 20;
/// How long one query may take.
const LIMIT: Duration = Duration::from_millis(500);
/// How often a database that changes while it is read is read again.
const TRIES: usize = 4;

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::collect) enum Failure {
    /// There is no database.
    Missing,
    /// It could not be read.
    Unreadable(String),
}

/// The text of the first row that a query gives; none where the row or the table does not exist.
pub(in crate::collect) type Row = Result<Option<Zeroizing<String>>, Failure>;

/// Asks queries of the same state of the database. Each takes the largest length of the text as its only parameter.
pub(in crate::collect) fn texts<const N: usize>(by: By, path: &Path, queries: [&str; N]) -> Result<[Row; N], Failure> {
    // SQLite opens by name. Where another account could exchange the file, it is read by handle instead.
    let by_handle = ownership::is_root() && (by != By::Asker || read::is_of_others(path));
    let mut last = Failure::Missing;
    for _ in 0..TRIES {
        let before = state(by, path)?;
        if before.journal {
            return Err(Failure::Unreadable(
                "another program is in the middle of a change to it".to_owned(),
            ));
        }
        let answer = if before.wal_len > 0 || by_handle {
            joined(by, path)
        } else {
            immutable(path)
        };
        let rows = answer.map(|mut connection| queries.map(|query| run(&mut connection, query)));
        // Read while the Gateway wrote: what was read may be half of each.
        let after = state(by, path)?;
        if after == before || same_but_longer(&before, &after) {
            return rows;
        }
        let failed = rows.and_then(|rows| rows.into_iter().try_for_each(|row| row.map(drop)));
        last = match failed {
            Ok(()) => Failure::Unreadable("it changed each time it was read".to_owned()),
            Err(failure) => failure,
        };
    }
    Err(last)
}

#[derive(Debug, PartialEq, Eq)]
struct State {
    size: u64,
    modified: i64,
    wal_len: u64,
    wal_head: Vec<u8>,
    journal: bool,
}

/// A log that only grew does no harm: new frames stand behind those that were read.
fn same_but_longer(before: &State, after: &State) -> bool {
    (before.size, before.modified) == (after.size, after.modified)
        && before.wal_len > 0
        && after.wal_len >= before.wal_len
        && before.wal_head == after.wal_head
}

fn state(by: By, path: &Path) -> Result<State, Failure> {
    let facts = match by.stat(path) {
        Fact::Known { value } => value,
        Fact::Absent => return Err(Failure::Missing),
        Fact::Unreadable { why, .. } | Fact::NotAsked { why } => return Err(Failure::Unreadable(why)),
    };
    if facts.kind != FileKind::File {
        return Err(Failure::Unreadable("it is not a regular file".to_owned()));
    }
    let length = |suffix: &str| by.stat(&beside(path, suffix)).get().map_or(0, |facts| facts.size);
    Ok(State {
        size: facts.size,
        modified: facts.mtime_ms,
        wal_len: length("-wal"),
        wal_head: head(by, &beside(path, "-wal")),
        journal: length("-journal") > 0,
    })
}

fn head(by: By, path: &Path) -> Vec<u8> {
    use std::io::Read;
    let mut bytes = Vec::new();
    if let Ok((file, _)) = by.open(path, u64::MAX) {
        let _ = file.take(32).read_to_end(&mut bytes);
    }
    bytes
}

fn immutable(path: &Path) -> Result<Connection, Failure> {
    let real = std::fs::canonicalize(path).map_err(|error| Failure::Unreadable(error.to_string()))?;
    let escaped: String = real.to_string_lossy().chars().map(escape).collect();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(format!("file:{escaped}?mode=ro&immutable=1"), flags).map_err(failure)
}

fn escape(c: char) -> String {
    match c {
        '%' | '?' | '#' => format!("%{:02x}", c as u32),
        other => other.to_string(),
    }
}

fn joined(by: By, path: &Path) -> Result<Connection, Failure> {
    let unreadable = |error: ReadError| Failure::Unreadable(error.to_string());
    let wal = match by.read(&beside(path, "-wal"), JOIN_CAP) {
        Ok(file) => WipedBytes::new(file.bytes),
        Err(ReadError::Missing) => WipedBytes::new(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let (database, facts) = by.open(path, JOIN_CAP).map_err(unreadable)?;
    let joined = Joined::new(|buffer: &mut [u8], at| database.read_at(buffer, at), facts.len(), &wal);
    let size = joined.size();
    if size > JOIN_CAP {
        return Err(unreadable(ReadError::TooLarge { size, cap: JOIN_CAP }));
    }
    let mut connection = Connection::open_in_memory().map_err(failure)?;
    connection
        .deserialize_read_exact(rusqlite::MAIN_DB, joined, size as usize, true)
        .map_err(failure)?;
    Ok(connection)
}

/// Returns the text of the first row; the query's only parameter is the largest length taken.
fn run(connection: &mut Connection, query: &str) -> Row {
    // A view may never end.
    let until = Instant::now() + LIMIT;
    let limit = move || Instant::now() > until;
    connection.progress_handler(1000, Some(limit)).map_err(failure)?;
    // A hostile schema may define views and triggers; none of them may run functions or write.
    let _ = connection.execute_batch("PRAGMA trusted_schema=OFF; PRAGMA query_only=ON; PRAGMA mmap_size=0;");
    match connection
        .query_row(query, [VALUE_CAP], |row| row.get::<_, Option<String>>(0))
        .optional()
    {
        Ok(value) => Ok(value.flatten().map(Zeroizing::new)),
        Err(error) if is_missing_table(&error) => Ok(None),
        Err(error) => Err(failure(error)),
    }
}

fn is_missing_table(error: &rusqlite::Error) -> bool {
    error.to_string().contains("no such table")
}

fn failure(error: rusqlite::Error) -> Failure {
    let why = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "it is not a database".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => "the database is damaged".to_owned(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "the database is locked".to_owned(),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => "the database could not be opened".to_owned(),
        Some(ErrorCode::OperationInterrupted) => "a query of it does not end".to_owned(),
        Some(code) => format!("the database could not be read ({code:?})"),
        // Messages of other kinds may quote a value.
        None => "the database has another layout than expected".to_owned(),
    };
    Failure::Unreadable(why)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
