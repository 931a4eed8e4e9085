import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync } from "node:fs";

/** What a plugin for assets does: a file under a name with the hash of what it holds. */
function hashed(name) {
  const [, stem, extension] = /^(.*)(\.\w+)$/.exec(name);
  const digest = createHash("sha256").update(readFileSync(`assets/${name}`)).digest("hex");
  const path = `assets/${stem}.${digest.slice(0, 10)}${extension}`;
  mkdirSync("_site/assets", { recursive: true });
  cpSync(`assets/${name}`, `_site/${path}`);
  return `/${path}`;
}

export default function (eleventy) {
  eleventy.addPassthroughCopy("logo.svg");
  eleventy.addFilter("hashed", hashed);
}
