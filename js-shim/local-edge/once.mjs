// Sends the listed requests, prints what each stage decided, and says whether all of it is as listed.
import { Checker } from "./check.mjs";
import { requests } from "./requests.mjs";
import { painter, table } from "./table.mjs";
import { Viewer } from "./viewer.mjs";

/** @returns whether everything was as it should be */
export async function once({ url, edge, site }, out = process.stdout) {
  const paint = painter(out);
  const viewer = new Viewer(url);
  const checker = new Checker(site);
  const rows = [];
  const failures = [];
  for (const request of requests) {
    const answer = await viewer.send(request.send);
    const { rows: steps, problems } = checker.check(request, answer, edge.traces.find(answer.id));
    const sent = [label(request.send), ...extras(request.send).map((line) => `  ${line}`)];
    for (let i = 0; i < Math.max(sent.length, steps.length); i++) {
      const { stage = "", decision = "", effect = "" } = steps[i] ?? {};
      rows.push([i > 0 ? "" : problems.length === 0 ? "✓" : "✗", sent[i] ?? "", stage, decision, effect]);
    }
    if (problems.length > 0) failures.push({ request, problems });
  }
  const mark = (text) => (text.startsWith("✗") ? paint.red(text) : paint.green(text));
  const request = (text) => (text.startsWith(" ") ? paint.dim(text) : paint.bold(text));
  const plain = (text) => text;
  const lines = table(["", "request", "stage", "decision", "effect"], rows, [mark, request, paint.cyan, plain, paint.dim], paint.dim);
  out.write(`${lines.join("\n")}\n\n`);
  for (const { request, problems } of failures) out.write(`${paint.red("✗")} ${label(request.send)}  ${request.title}\n${problems.map((problem) => `    ${problem}\n`).join("")}`);
  const count = requests.length - failures.length;
  out.write(failures.length === 0 ? paint.green(`${count} of ${requests.length} requests did what the table says.\n`) : paint.red(`${failures.length} of ${requests.length} requests did not do what the table says.\n`));
  return failures.length === 0;
}

function label({ method = "GET", path }) {
  return `${method} ${path}`;
}

function extras({ headers = {}, remember = false }) {
  return [...Object.values(headers), ...(remember ? ["the cookie just set"] : [])];
}
