// The local demo. `cargo xtask demo` builds the package and runs this: node js-shim/dev/demo.mjs [--once] [--port N]
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { once } from "./once.mjs";
import { pages } from "./pages.mjs";
import { requests } from "./requests.mjs";
import { close, edgeServer, listen } from "./server.mjs";
import { SITE, storyEdge } from "./story.mjs";
import { painter } from "./table.mjs";
import { Viewer } from "./viewer.mjs";
import { warehouse } from "../../examples/warehouse.mjs";

const DEFAULT_PORT = 8400;
const USAGE = `Usage: cargo xtask demo [--once] [-- --port <number>]

  --once         send the listed requests, print what each stage did, exit 0 only if all did what the list says
  --port <n>     listen there; else on ${DEFAULT_PORT}, or the next free port`;

const stops = [];

try {
  const { once: isOnce, port } = options();
  quietAboutJson();
  const stock = warehouse();
  stops.push(() => close(stock));
  const { edge, folder, count } = await storyEdge(await listen(stock, 0));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));

  let viewer;
  const server = edgeServer(edge, pages({ edge, requests, send: async (request) => summary(await viewer.send(request)) }));
  stops.push(() => close(server));
  const url = isOnce ? await listen(server, port ?? 0) : await listen(server, port ?? DEFAULT_PORT, port !== undefined);
  viewer = new Viewer(url);

  if (isOnce) {
    const fine = await once({ url, edge, site: SITE });
    await stop();
    process.exitCode = fine ? 0 : 1;
  } else {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop().then(() => process.exit(0)));
    console.log(invitation(url, count));
  }
} catch (error) {
  await stop();
  console.error(`demo: ${problemsOf(error)}`);
  process.exitCode = 1;
}

function options() {
  try {
    const { values } = parseArgs({ options: { once: { type: "boolean", default: false }, port: { type: "string" }, help: { type: "boolean", short: "h", default: false } } });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    if (values.port === undefined) return { once: values.once };
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port < 1 || port > 65535) throw new Error(`--port ${values.port}: a port is a number from 1 to 65535`);
    return { once: values.once, port };
  } catch (error) {
    throw new Error(`${error.message}\n\n${USAGE}`);
  }
}

/** In reverse, and to the end, whatever one of them says. */
async function stop() {
  for (const undo of stops.splice(0).reverse()) await Promise.resolve().then(undo).catch(console.error);
}

function summary({ status, headers, body, id }) {
  return { status, headers, bytes: body.length, id };
}

function invitation(url, count) {
  const paint = painter(process.stdout);
  const lines = requests.map(({ title, shows, send: { path, headers = {}, remember } }) => {
    if (remember) return undefined;
    const sent = Object.entries(headers).map(([name, value]) => ` -H '${name}: ${value}'`);
    return `  ${paint.bold(title)}${paint.dim(`: ${shows}`)}\n    curl -s -D- -o /dev/null${sent.join("")} '${url}${path}'\n`;
  });
  return `
${paint.bold("Selvedge, local edge")}: four stages around ${count} files of examples/story.

  The site           ${paint.cyan(`${url}/`)}
  What stages did    ${paint.cyan(`${url}/_edge/`)}

${paint.dim("Things to try, in this order; the second of two equal ones comes from the cache:")}

${lines.filter(Boolean).join("\n")}
${paint.dim("With -H 'x-demo-country: FR' the viewer is in France: origin stages see CloudFront-Viewer-Country.")}
Ctrl-C stops everything.`;
}

/** Importing JSON works in Node 20 too, but Node says there that it might not. */
function quietAboutJson() {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (!/Importing JSON modules/.test(warning.message)) console.warn(`${warning.name}: ${warning.message}`);
  });
}

/** What is meant for people as it is, what is a mistake of ours with its place. */
function problemsOf(error) {
  return error instanceof TypeError || error instanceof ReferenceError ? error.stack : error.message;
}
