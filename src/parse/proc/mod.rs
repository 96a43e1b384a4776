//! Processes and sockets.

pub mod environ;
pub mod fib_trie;
pub mod gateway_argv;
pub mod inet_diag;
pub mod lock_file;
pub mod net;
pub mod passwd;
pub mod stat;
