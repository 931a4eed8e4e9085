// Runs an example on its events and prints what the handler returns: node run.mjs <name>
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { link } from "../link.mjs";
import { warehouse } from "../warehouse.mjs";

const HERE = new URL("./", import.meta.url);

export const names = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();

/** The events of an example, by the name of their file. */
export function eventsOf(name) {
  const files = readdirSync(new URL(`${name}/`, HERE)).filter((file) => file.startsWith("event.")).sort();
  return Object.fromEntries(files.map((file) => [file, JSON.parse(readFileSync(new URL(`${name}/${file}`, HERE), "utf8"))]));
}

/** The handler of an example. */
export async function handlerOf(name) {
  link();
  return (await import(new URL(`${name}/handler.mjs`, HERE))).handler;
}

/** Shows a response event the request as the handler left it, as CloudFront does at the origin side. */
export function following(request, { Records: [{ cf }] }) {
  return { Records: [{ cf: { ...cf, request } }] };
}

/** Lets an event's origin say that the warehouse is at this URL. */
export function withWarehouse(url, { Records: [{ cf }] }) {
  const changed = structuredClone(cf);
  changed.request.origin.s3.customHeaders["x-warehouse"] = [{ key: "X-Warehouse", value: url }];
  return { Records: [{ cf: changed }] };
}

async function run(name) {
  const handler = await handlerOf(name);
  const server = name === "external" ? warehouse() : undefined;
  if (server) await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  let asked;
  for (const [file, read] of Object.entries(eventsOf(name))) {
    const { eventType } = read.Records[0].cf.config;
    const event = server ? withWarehouse(`http://127.0.0.1:${server.address().port}`, read) : eventType === "origin-response" && asked ? following(asked, read) : read;
    const result = await handler(structuredClone(event), {});
    if (eventType === "origin-request") asked = result;
    console.log(`\n${name}/${file}, ${eventType}:\n`);
    console.log(JSON.stringify(result, undefined, 2).replace(/\[\s*\{\s*"key": (".*"),\s*"value": (".*")\s*\}\s*\]/g, "[{ key: $1, value: $2 }]"));
  }
  server?.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name] = process.argv.slice(2);
  if (!names.includes(name)) {
    console.error(`Usage: node ${process.argv[1]} <example>\nExamples: ${names.join(", ")}`);
    process.exitCode = 1;
  } else {
    await run(name).catch((error) => {
      console.error(`examples: ${error.message}`);
      process.exitCode = 1;
    });
  }
}
