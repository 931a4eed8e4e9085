//! A body that goes on only once its beginning has arrived.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::routing::{MethodRouter, get};
use http_body_util::channel::Channel;

/// A route that sends 16 MB after `first`, once it is told to: who collects the body first never gets there.
pub(crate) fn route() -> (Sender<()>, MethodRouter) {
    let (told, go_on) = channel::<()>();
    let go_on = Arc::new(Mutex::new(Some(go_on)));
    let route = move || {
        let (mut sender, body) = Channel::<Bytes>::new(1);
        let go_on = go_on.lock().unwrap().take().unwrap();
        tokio::spawn(async move {
            sender.send_data("first".into()).await.unwrap();
            tokio::task::spawn_blocking(move || go_on.recv().unwrap()).await.unwrap();
            for _ in 0..256 {
                sender.send_data(vec![b'x'; 65536].into()).await.unwrap();
            }
        });
        async move { Body::new(body) }
    };
    (told, get(route))
}

/// Reads `target` up to `first`, tells the route, reads the rest; what came first.
pub(crate) fn read(from: SocketAddr, target: &str, told: Sender<()>) -> String {
    let mut stream = TcpStream::connect(from).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n").unwrap();
    let mut first = Vec::new();
    while !String::from_utf8_lossy(&first).contains("first") {
        let mut buffer = [0; 1024];
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0);
        first.extend_from_slice(&buffer[..count]);
    }
    told.send(()).unwrap();
    let rest = std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
    assert!(rest > 256 * 65536);
    String::from_utf8(first).unwrap()
}
