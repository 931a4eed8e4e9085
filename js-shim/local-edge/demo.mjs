// The local demo: the sample site in the edge of `selvedge dev`. `cargo xtask demo` builds the package and runs this:
// node js-shim/local-edge/demo.mjs [--once] [--port N]
import { parseArgs } from "node:util";
import { once } from "./once.mjs";
import { requests } from "./requests.mjs";
import { SITE, storyEdge } from "./story.mjs";
import { painter } from "./table.mjs";
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
  const { edge, count, remove } = await storyEdge(await started(stock));
  stops.push(remove, () => edge.close());

  const url = isOnce ? await edge.listen(port ?? 0, port !== undefined) : await edge.listen(port ?? DEFAULT_PORT, port !== undefined);
  if (isOnce) {
    const fine = await once({ url, edge, site: SITE });
    await stop();
    process.exitCode = fine ? 0 : 1;
  } else {
    const { Inspector } = await import("../../pkg/dist/cli/local-edge.js");
    const inspector = new Inspector(edge, requests.filter(({ send }) => !send.remember).map(example));
    const page = await inspector.listen(Number(new URL(url).port) + 1);
    edge.inspector = page;
    stops.push(() => inspector.close());
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop().then(() => process.exit(0)));
    console.log(invitation(url, page, count));
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

/** A listed request as the inspector's form has it. */
function example({ title, send: { method = "GET", path, headers = {} } }) {
  return { title, fields: { method, path, headers: Object.entries(headers).map((line) => line.join(": ")).join("\n") } };
}

/** @returns the URL of a server on any port of loopback */
async function started(server) {
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

/** At once, open connections too. */
async function close(server) {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

function invitation(url, page, count) {
  const paint = painter(process.stdout);
  const lines = requests.map(({ title, shows, send: { path, headers = {}, remember } }) => {
    if (remember) return undefined;
    const sent = Object.entries(headers).map(([name, value]) => ` -H '${name}: ${value}'`);
    return `  ${paint.bold(title)}${paint.dim(`: ${shows}`)}\n    curl -s -D- -o /dev/null${sent.join("")} '${url}${path}'\n`;
  });
  return `
${paint.bold("Selvedge, local edge")}: four stages around ${count} files of examples/story.

  The site           ${paint.cyan(`${url}/`)}
  What stages did    ${paint.cyan(page)}

${paint.dim("Things to try, in this order; the second of two equal ones comes from the cache:")}

${lines.filter(Boolean).join("\n")}
${paint.dim("With -H 'Selvedge-Country: FR' the viewer is in France: origin stages see CloudFront-Viewer-Country.")}
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
  if (error.code === "EADDRINUSE") return `port ${error.port} is taken; choose another with --port, or leave --port out to get the next free one`;
  if (error.code === "EACCES") return `port ${error.port} may not be used by this user; choose one above 1023`;
  return error instanceof TypeError || error instanceof ReferenceError ? error.stack : error.message;
}
