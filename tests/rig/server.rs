//! A server on loopback that plays a Gateway, or Cloudflare and the provider behind it, and
//! repeats whatever it was sent.
#![allow(dead_code, clippy::unwrap_used, clippy::disallowed_methods)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A running server. It ends with the test's process.
pub(crate) struct Server {
    pub(crate) port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

/// What it answers: a request's head in, status, header lines and body out.
pub(crate) type Play = fn(&str) -> (u16, String, String);

impl Server {
    /// Starts one on this port; 0 takes a free one.
    pub(crate) fn start(port: u16, play: Play) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = Arc::clone(&seen);
                std::thread::spawn(move || serve(stream, play, &seen));
            }
        });
        Server { port, heads }
    }

    /// The heads of all requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Returns a port that nothing listens on now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn serve(mut stream: TcpStream, play: Play, seen: &Mutex<Vec<String>>) {
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let (mut head, mut one) = (Vec::new(), [0_u8]);
    while !head.ends_with(b"\r\n\r\n") && head.len() < 65_536 {
        match stream.read(&mut one) {
            Ok(1) => head.push(one[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = header(&head, "content-length").and_then(|length| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    let _ = stream.read_exact(&mut body);
    let (status, headers, body) = play(&head);
    seen.lock().unwrap().push(head);
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}",
        body.len()
    );
}

/// Returns the value of a header.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// A Gateway of today that is up. It lets everybody in who shows something, and repeats it.
pub(crate) fn gateway(head: &str) -> (u16, String, String) {
    let page = match head.split(' ').nth(1).unwrap_or_default() {
        "/startupz" => r#"{"ok":true,"status":"started","version":"2026.9.6","uptimeMs":5}"#,
        "/readyz" => r#"{"ready":true,"failing":[],"uptimeMs":5}"#,
        "/healthz" => r#"{"ok":true,"status":"live"}"#,
        _ => "",
    };
    if !page.is_empty() {
        return (200, String::new(), page.to_owned());
    }
    let Some(shown) = header(head, "authorization") else {
        let refusal = r#"{"error":{"message":"Unauthorized","type":"unauthorized"}}"#;
        return (401, String::new(), refusal.to_owned());
    };
    let message = serde_json::to_string(&format!("tools.invoke requires name; you sent {shown}")).unwrap();
    let body = format!(r#"{{"ok":false,"error":{{"type":"invalid_request","message":{message},"you":"{shown}"}}}}"#);
    (400, format!("x-echo: {shown}\r\n"), body)
}

/// Cloudflare's AI Gateway before a provider that refuses every key and repeats it everywhere: in
/// the body, in the code of the error, in headers.
pub(crate) fn cloudflare(head: &str) -> (u16, String, String) {
    let ray = "cf-ray: 0123456789abcdef-FRA\r\n";
    let Some(key) = header(head, "x-api-key").or_else(|| header(head, "authorization")) else {
        let body =
            r#"{"type":"error","error":{"type":"authentication_error","message":"x-api-key header is required"}}"#;
        return (401, ray.to_owned(), body.to_owned());
    };
    let aig = header(head, "cf-aig-authorization").unwrap_or_default();
    let text = serde_json::to_string(&format!("invalid x-api-key {key} {aig} Bearer {key}")).unwrap();
    let body = format!(
        r#"{{"type":"error","error":{{"type":{text},"code":{text},"message":{text}}},"request_id":{text},"errors":[{{"code":2009,"message":{text}}}]}}"#
    );
    (
        401,
        format!("{ray}request-id: {key}\r\nwww-authenticate: Bearer realm=\"{key}\"\r\ncf-aig-event-id: {aig}\r\n"),
        body,
    )
}
