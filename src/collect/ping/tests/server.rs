//! A tiny server: reads a request, keeps it, answers with bytes that a function gives.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Method and path with query.
    pub(super) line: String,
    /// The whole head.
    pub(super) head: String,
    /// The body.
    pub(super) body: String,
}

impl Seen {
    /// Returns a header's value.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// How a server answers.
pub(super) enum Give {
    /// These bytes, then close.
    Bytes(Vec<u8>),
    /// These bytes, then a byte every 50 ms for ever.
    Drip(Vec<u8>),
    /// These bytes, then the same chunk for ever.
    Flood(Vec<u8>, Vec<u8>),
    /// Nothing, and the connection stays open.
    Silence,
    /// Close at once.
    Close,
}

/// Returns an answer with a JSON or text body.
pub(super) fn http(status: u16, headers: &str, body: &str) -> Give {
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    Give::Bytes([head.as_bytes(), body.as_bytes()].concat())
}

/// A running server; it ends with the runtime.
pub(super) struct Server {
    pub(super) port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Starts one whose answers `give` makes.
    pub(super) async fn start(give: impl Fn(&Seen) -> Give + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, give) = (seen.clone(), Arc::new(give));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, give) = (kept.clone(), give.clone());
                tokio::spawn(async move {
                    serve(stream, &kept, &*give).await;
                });
            }
        });
        Server { port, seen }
    }

    /// Returns all requests so far.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, kept: &Mutex<Vec<Seen>>, give: &(dyn Fn(&Seen) -> Give + Send + Sync)) {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 4096];
    let seen = loop {
        if let Some(seen) = parse(&bytes) {
            break seen;
        }
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&chunk[..count]),
            _ => return,
        }
        if bytes.first() == Some(&0x16) {
            // A TLS hello is no request; servers of plain HTTP say so.
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            return;
        }
    };
    let answer = give(&seen);
    kept.lock().unwrap().push(seen);
    match answer {
        Give::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
        }
        Give::Drip(bytes) => {
            let _ = stream.write_all(&bytes).await;
            while stream.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Give::Flood(bytes, more) => {
            let _ = stream.write_all(&bytes).await;
            while stream.write_all(&more).await.is_ok() {}
        }
        Give::Silence => tokio::time::sleep(Duration::from_secs(60)).await,
        Give::Close => {}
    }
}

fn parse(bytes: &[u8]) -> Option<Seen> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut words = head.lines().next()?.split(' ');
    let mut seen = Seen {
        line: format!("{} {}", words.next()?, words.next()?),
        head,
        body: String::new(),
    };
    let length: usize = seen.header("content-length").map_or(0, |text| text.parse().unwrap());
    let body = bytes.get(end + 4..end + 4 + length)?;
    seen.body = String::from_utf8_lossy(body).into_owned();
    Some(seen)
}
