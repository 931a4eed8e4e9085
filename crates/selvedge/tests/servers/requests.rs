//! Random requests.

use crate::files::Random;

const PATHS: [&str; 23] = [
    "/",
    "/a",
    "/a/",
    "/a.html",
    "/old",
    "/old/",
    "/old/x",
    "/old/x.html",
    "//old/x.html",
    "/p//12",
    "/old/a/b",
    "/new/",
    "/p/12",
    "/p/x",
    "/shop/1/2",
    "/a%20b",
    "/Old",
    "/in/q",
    "/p%2f12",
    "/index/",
    "/x/",
    "/i",
    "/index.html",
];

pub(crate) fn url(random: &mut Random) -> String {
    let host = random.pick(&["x.example", "www.x.example", "y.example"]);
    let query = random.pick(&["", "", "", "?q=1", "?id=3", "?id=3&q=1"]);
    format!("http://{host}{}{query}", random.pick(&PATHS))
}
