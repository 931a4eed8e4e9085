//! Names of files and of segments, as expressions.

use super::read;

/// What begins a segment, and names of files in several ways: <https://httpd.apache.org/docs/2.4/mod/core.html#filesmatch>.
#[test]
fn names_that_begin_a_segment_are_kept_in() {
    let (rules, said) = read("RewriteEngine On\nRewriteRule (^|/)\\.git - [F]\n");
    assert_eq!((rules.as_str(), said.len()), (r#"{"responses":[{"for":{"regex":"(/)\\.git"},"status":403}]}"#, 0));
    let (rules, said) = read("RewriteEngine On\nRewriteRule (^|/)\\.(.*)$ /$1x [R,L]\n");
    assert!(rules == "{}" && said.len() == 1, "{rules} {said:?}");
    let (rules, said) = read("<FilesMatch \"\\.sql$|^\\.\">\nRequire all denied\n</FilesMatch>\n");
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#"{"regex":"/[^/]*\\.sql$"},{"regex":"/\\.[^/]*$"}"#), "{rules}");
}
