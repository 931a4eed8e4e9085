// node ask.mjs APP: imports the app, asks it for two pages, prints its answers.
import { pathToFileURL } from "node:url";

const { ask } = await import(pathToFileURL(process.argv[2]).href);
console.log(JSON.stringify([await ask("/old/page"), await ask("/index.html")]));
