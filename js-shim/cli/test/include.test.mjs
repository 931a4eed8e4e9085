// Files that a server's configuration includes.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "jsonc-parser";
import { folder, selvedge } from "./run.mjs";

const read = (file, cwd) => {
  const { files, findings } = selvedge("convert", file, "--to", "selvedge", "--json", { cwd }).json();
  const { responses, redirects } = parse(files[0].text);
  const found = findings.filter(({ code }) => code !== "taken-over");
  return { responses, redirects, found: found.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`) };
};

test("included files of nginx are a part of the file, and findings say their lines", (t) => {
  const cwd = folder(t, {
    "nginx.conf": 'http {\n  include /etc/nginx/mime.types;\n  include "sites/*.conf"; # include no.conf;\n  include none/*.conf;\n}\n',
    "sites/a.conf": "server {\n  include sites/guard.inc; location /old { return 301 /new; }\n}\n",
    "sites/.hidden.conf": "server { deny all; }\n",
    "sites/guard.inc": "\n    location /admin { deny all; unheard_of; }",
  });
  const { responses, redirects, found } = read("nginx.conf", cwd);
  // nginx starts without a file that stars name.
  assert.deepEqual(responses.map(({ for: paths, status }) => [paths, status]), [["/admin*", 403]]);
  assert.equal(redirects[0].to, "/new");
  assert.deepEqual(found, [
    'sites/guard.inc:2:33 rules do not have the directive "unheard_of" in a location',
    'nginx.conf:4:3 no files are there for include "none/*.conf": what the server has in them, guards too, is not taken over',
  ]);
  // The line is shown as it stands in its own file.
  assert.match(selvedge("convert", "nginx.conf", "--to", "selvedge", { cwd }).err, /2 \|     location \/admin \{ deny all; unheard_of; \}\n/);
});

test("what follows an include keeps its place", (t) => {
  const cwd = folder(t, { "nginx.conf": "server { include a.inc; nobody_knows; }\n", "a.inc": "location /x { return 301 /y; }\n" });
  assert.deepEqual(read("nginx.conf", cwd).found, ['nginx.conf:1:25 rules do not have the directive "nobody_knows" here']);
});

test("a file that is not there, that is elsewhere, or that includes itself closes what it is for", (t) => {
  const cwd = folder(t, {
    "in/nginx.conf": "server {\n  location /a { include self.inc; }\n  location /b { include ../secret; }\n  location /c { include none.inc; }\n location /d { include link; }\n}\n",
    "in/self.inc": "return 301 /x;\ninclude self.inc;\n",
    secret: "return 301 /secret;\n",
  });
  symlinkSync("../secret", join(cwd, "in/link"));
  const { responses, found } = read("in/nginx.conf", cwd);
  assert.deepEqual(responses.map(({ for: paths, status }) => [paths, status]), [["/a*", 403], ["/b*", 403], ["/c*", 403], ["/d*", 403]]);
  assert.deepEqual(found.map((each) => each.split(" ")[0]), ["in/self.inc:2:1", "in/nginx.conf:3:17", "in/nginx.conf:4:17", "in/nginx.conf:5:16"]);
  assert.ok(!JSON.stringify(found).includes("/secret;"));
});

test("stars that name nothing are a warning, and those that name what is not read close", (t) => {
  const cwd = folder(t, {
    "stock/nginx.conf": "http {\n  include /etc/nginx/conf.d/*.conf;\n  include sites-enabled/*;\n}\n",
    "server/nginx.conf": "server {\n  include snippets/*.conf; location /a { include empty/*.x; return 301 /b; }\n}\n",
    "server/empty/note.txt": "",
    "outside/nginx.conf": "server {\n  location /c { include ../other/*.inc; return 301 /d; }\n}\n",
    "other/a.inc": "deny all;\n",
  });
  const stock = read("stock/nginx.conf", cwd);
  assert.equal(stock.responses, undefined);
  assert.deepEqual(stock.found.map((each) => each.slice(0, 60)), [
    "stock/nginx.conf:2:3 no files are there for include \"/etc/nginx/conf.",
    "stock/nginx.conf:3:3 no files are there for include \"sites-enabled/*\"",
  ].map((each) => each.slice(0, 60)));
  const { findings } = selvedge("convert", "stock/nginx.conf", "--to", "selvedge", "--json", { cwd }).json();
  assert.deepEqual(findings.filter(({ code }) => code === "unread-include").map(({ severity }) => severity), ["warning", "warning"]);
  const server = read("server/nginx.conf", cwd);
  assert.deepEqual([server.responses, server.redirects.map(({ to }) => to)], [undefined, ["/b"]]);
  assert.deepEqual(server.found.map((each) => each.split(" ")[0]), ["server/nginx.conf:2:3"]);
  // What is outside is there, and may keep requests out.
  const outside = read("outside/nginx.conf", cwd);
  assert.deepEqual(outside.responses.map(({ for: paths, status }) => [paths, status]), [["/c*", 403]]);
  assert.match(outside.found[0], /^outside\/nginx\.conf:2:17 rules do not have include "\.\.\/other\/", which is not read/);
  assert.ok(!JSON.stringify(outside.found).includes("a.inc"));
});

test("files that include each other many times have an end", (t) => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${at}.inc`, `include ${at + 1}.inc; include ${at + 1}.inc;\n`]));
  const cwd = folder(t, { "nginx.conf": "server { include 0.inc; }\n", ...files, "30.inc": "deny all;\n" });
  const started = Date.now();
  const { responses } = read("nginx.conf", cwd);
  assert.equal(responses[0].status, 403);
  assert.ok(Date.now() - started < 60_000);
});

test("Apache's Include, a line each", (t) => {
  const cwd = folder(t, {
    "httpd.conf": '# Include no.conf\n<VirtualHost *:80>\n  ServerName a.example\n  Include "extra/redirects.conf"\n</VirtualHost>\nIncludeOptional none/*.conf\n',
    "extra/redirects.conf": "Redirect 301 /old /new\nUnheardOf x\n",
  });
  const { redirects, responses, found } = read("httpd.conf", cwd);
  assert.deepEqual([redirects.length > 0, responses], [true, undefined]);
  assert.equal(found[0], 'extra/redirects.conf:2:1 rules do not have the directive "unheardof"');
  assert.match(found[1], /^httpd\.conf:6:1 no files are there for IncludeOptional "none\/\*\.conf"/);
});
