//! A client of HTTP/2, by the crate h2: it sends fields that hyper's client would not.

use std::error::Error;
use std::net::SocketAddr;

use http::{HeaderMap, Request, Response};

/// One request without a body, over a connection of its own; the response, and its trailers.
pub(crate) async fn send(
    to: SocketAddr,
    request: Request<()>,
) -> Result<(Response<Vec<u8>>, Option<HeaderMap>), Box<dyn Error>> {
    let stream = tokio::net::TcpStream::connect(to).await?;
    let (mut client, connection) = h2::client::handshake(stream).await?;
    tokio::spawn(connection);
    let (response, _) = client.send_request(request, true)?;
    let (head, mut stream) = response.await?.into_parts();
    let mut body = Vec::new();
    while let Some(data) = stream.data().await {
        body.extend_from_slice(&data?);
    }
    let trailers = stream.trailers().await?;
    Ok((Response::from_parts(head, body), trailers))
}
