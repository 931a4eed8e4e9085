//! The sample site behind rules, served by axum: `cargo run --package selvedge-example-axum`.

use std::error::Error;
use std::net::SocketAddr;

use axum::Router;
use selvedge::tower::RulesLayer;
use selvedge::{Engine, Platform, Rules};
use tokio::net::TcpListener;
use tower::Layer;
use tower_http::services::ServeDir;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", 8080)).await?;
    println!("http://{}/shop/linen", listener.local_addr()?);
    Ok(axum::serve(listener, app()?.into_make_service_with_connect_info::<SocketAddr>()).await?)
}

fn app() -> Result<Router, Box<dyn Error>> {
    let rules: Rules = include_str!("../rules.json").parse()?;
    let rules = RulesLayer::new(Engine::new(&rules, Platform::Fetch)?);
    let site =
        ServeDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../story/site")).append_index_html_on_directories(false);
    // Around everything, so that what rules rewrite is routed by its new path.
    Ok(Router::new().fallback_service(rules.layer(Router::new().fallback_service(site))))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, Response};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tower::ServiceExt;

    use super::*;

    async fn get(target: &str) -> Response<Body> {
        app()
            .unwrap()
            .oneshot(Request::get(target).header("host", "example.org").body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn the_site_behind_rules() {
        let moved = get("/shop/linen").await;
        assert_eq!((moved.status().as_u16(), &moved.headers()["location"]), (301, &"/cloth/linen".parse().unwrap()));
        let page = get("/cloth/linen").await;
        assert_eq!((page.status().as_u16(), &page.headers()["content-type"]), (200, &"text/html".parse().unwrap()));
        assert_eq!(page.headers()["x-content-type-options"], "nosniff");
        assert_eq!(page.headers()["cache-control"], "public, max-age=3600");
        assert_eq!(get("/styles.css").await.headers()["cache-control"], "public, max-age=31536000");
        assert_eq!(get("/journal/lost").await.status(), 200);
        assert_eq!(get("/cloth/lost").await.status(), 404);
        assert_eq!(get("/files/care-guide.pdf?download").await.headers()["content-disposition"], "attachment");
        assert_eq!(get("/admin/").await.status(), 403);
    }

    /// `ServeDir` merges slashes, and decodes a path before it looks for segments: for it these are all `/admin/`.
    #[tokio::test]
    async fn what_is_guarded_has_no_other_spelling() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async { axum::serve(listener, app().unwrap()).await });
        for (target, status) in [
            ("/admin/", 403),
            ("//admin/", 403),
            ("/.//admin/x", 403),
            ("/journal/..//admin/x", 403),
            ("/%61dmin/x", 403),
            ("/\\admin\\x", 403),
            ("http://example.org//admin/x", 403),
            ("/admin%2fx", 400),
            ("/.%2Fadmin/x", 400),
            ("/journal/..%5cadmin/x", 400),
            ("ftp://example.org/admin/x", 400),
        ] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let request = format!("GET {target} HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{target}: {answer}");
        }
    }
}
