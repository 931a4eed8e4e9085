//! A client that sends a request byte for byte, as no library would.

use std::io::{Error, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use http::{HeaderName, HeaderValue, Response};

/// Sends one request without a body, and reads the response.
pub(crate) fn send(
    to: SocketAddr,
    method: &str,
    target: &str,
    lines: &[(&str, &str)],
) -> Result<Response<Vec<u8>>, Error> {
    let lines: String = lines.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!("{method} {target} HTTP/1.1\r\n{lines}\r\n");
    exchange(&mut connect(to)?, request.as_bytes())
}

pub(crate) fn connect(to: SocketAddr) -> Result<TcpStream, Error> {
    let stream = TcpStream::connect(to)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    Ok(stream)
}

/// Sends the bytes of one request, and reads its response and not a byte more.
pub(crate) fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<Response<Vec<u8>>, Error> {
    let to_head = request.starts_with(b"HEAD ");
    stream.write_all(request)?;
    let mut read = Vec::new();
    let end = loop {
        if let Some(end) = find(&read, b"\r\n\r\n") {
            break end;
        }
        more(stream, &mut read)?;
    };
    let mut response = head(&String::from_utf8_lossy(&read[..end]))?;
    let mut body = read.split_off(end + 4);
    let says = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    if to_head || response.status().is_informational() || matches!(response.status().as_u16(), 204 | 304) {
        return if body.is_empty() { Ok(response) } else { Err(Error::other("bytes after a response without a body")) };
    }
    if says("transfer-encoding") == Some("chunked") {
        while !body.ends_with(b"0\r\n\r\n") {
            more(stream, &mut body)?;
        }
        body = unchunked(&body).ok_or_else(|| Error::other("malformed chunks"))?;
    } else if let Some(length) = says("content-length").and_then(|length| length.parse().ok()) {
        while body.len() < length {
            more(stream, &mut body)?;
        }
        if body.len() > length {
            return Err(Error::other("bytes after the body"));
        }
    } else {
        stream.read_to_end(&mut body)?;
    }
    *response.body_mut() = body;
    Ok(response)
}

fn more(stream: &mut TcpStream, read: &mut Vec<u8>) -> Result<(), Error> {
    let mut buffer = [0; 8192];
    match stream.read(&mut buffer)? {
        0 => Err(Error::other(format!("closed after {:?}", String::from_utf8_lossy(read)))),
        count => {
            read.extend_from_slice(&buffer[..count]);
            Ok(())
        }
    }
}

fn head(text: &str) -> Result<Response<Vec<u8>>, Error> {
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    let mut response = Response::builder().status(status).body(Vec::new()).map_err(Error::other)?;
    for line in lines {
        let (name, value) = line.split_once(':').ok_or_else(|| Error::other(format!("no header: {line:?}")))?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(Error::other)?;
        let value = HeaderValue::from_bytes(value.trim().as_bytes()).map_err(Error::other)?;
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = find(rest, b"\r\n")?;
        let length = usize::from_str_radix(str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + length)?);
        rest = rest.get(end + 4 + length..)?;
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
