/** Rows of GitLab's table of matches on which the vendors differ (facts D4): rule, path, and where each vendor leads. */
export const ROWS = [
  ["/foo/ /bar/", "/foo", "/bar/", null],
  ["/foo /bar/", "/foo/", "/bar/", null],
  ["/foo/ /bar/", "/foo//", null, null],
  ["/foo/ /bar/", "//foo", null, null],
  ["/foo/bar /baz/", "/foo//bar", null, null],
  ["/foo/*/bar /foo/:splat/qux", "/foo/baz/bar/", "/foo/baz/qux", null],
  ["/foo/* /qux/:splat", "/foo", "/qux/", null],
  ["/*/foo /qux/:splat", "/foo", "/qux/", null],
  ["/foo*bar /qux/:splat", "/foobazbar", null, "/qux/baz"],
  ["/foo*bar /qux/:splat", "/foobar", null, "/qux/"],
  ["/foo/*/bar/*/baz /qux/:splat", "/foo/hello/bar/world/baz", "/qux/hello", null],
  // An empty splat between slashes leaves one of them, where Netlify leaves two.
  ["/foo/*/bar /foo/:splat/qux", "/foo/bar", "/foo/qux", null],
  ["/foo/ /qux/:splat", "/foo/", "/qux/:splat", "/qux/:splat"],
  ["/foo:placeholder /qux/:placeholder", "/foorbar", null, "/qux/rbar"],
  ["/:foo /:foobar", "/baz", "/bazbar", "/bazbar"],
  // A placeholder never eats the beginning of a longer name: Netlify says /qux/baz/bazbar.
  ["/foo/:foo/:foobar /qux/:foo/:foobar", "/foo/baz/quux", "/qux/baz/quux", null],
  ["/foo/:placeholder/bar/:placeholder/baz /qux/:placeholder", "/foo/hello/bar/world/baz", "/qux/hello", null],
  ["/foo/*/bar/:splat /qux/:splat", "/foo/hello/bar/world", "/qux/hello", null],
  ["/foo/:splat/bar/* /qux/:splat", "/foo/hello/bar/world", "/qux/hello", null],
  ["/foo/ /qux/:placeholder", "/foo/", "/qux/:placeholder", "/qux/:placeholder"],
  ["/foo/:placeholderA /qux/:placeholderB", "/foo/bar", "/qux/:placeholderB", "/qux/:placeholderB"],
];
