//! The sample site behind rules, served by axum: `cargo run --package selvedge-example-axum`.

use std::error::Error;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::ConnectInfo;
use selvedge::tower::RulesLayer;
use selvedge::{Engine, Facts, Platform, Rules};
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
    let rules: Rules = serde_json::from_str(include_str!("../rules.json"))?;
    let rules = RulesLayer::new(Engine::new(&rules, Platform::Fetch)?).facts(|request| Facts {
        client_ip: request.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip()),
        ..Facts::new()
    });
    let site =
        ServeDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../story/site")).append_index_html_on_directories(false);
    // Around everything, so that what rules rewrite is routed by its new path.
    Ok(Router::new().fallback_service(rules.layer(Router::new().fallback_service(site))))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, Response};
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
}
