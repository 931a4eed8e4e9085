//! Which pages a site has, as platforms serve files: `/about` is `/about`, `/about.html`, or `/about/index.html`.

use crate::by_text::{By, Known};
use crate::rules::normalise;

/// The files of a site, by their normalised paths.
pub(crate) struct Pages {
    files: Known<String>,
    /// By their names in lower case, and without what a URL may leave out.
    alike: By<String, String>,
}

impl Pages {
    pub(crate) fn of(files: &[String]) -> Pages {
        let files: Known<String> = files.iter().map(|file| path_of(file)).collect();
        let alike = files.iter().map(|file| (bare(file), file.clone())).collect();
        Pages { files, alike }
    }

    /// The file that a path is.
    pub(crate) fn find(&self, path: &str) -> Option<String> {
        let path = path_of(path);
        let page = path.trim_end_matches('/');
        let candidates = [path.clone(), format!("{page}.html"), format!("{page}/index.html"), page.to_owned()];
        candidates.into_iter().find(|file| self.files.contains(file))
    }

    /// A file whose path differs in upper and lower case, in its ending, or by a slash.
    pub(crate) fn alike(&self, path: &str) -> Option<&str> {
        self.alike.get(&bare(&path_of(path))).map(String::as_str)
    }
}

fn bare(path: &str) -> String {
    let path = path.to_ascii_lowercase();
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".html").or_else(|| path.strip_suffix(".htm")).unwrap_or(path);
    path.strip_suffix("/index").unwrap_or(path).replace("//", "/")
}

pub(crate) fn path_of(file: &str) -> String {
    let path = format!("/{}", file.trim_start_matches('/'));
    normalise(&path).unwrap_or(path)
}
