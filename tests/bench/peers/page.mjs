// The results as a document.
import { aims } from "./aims.mjs";
import { time } from "./plot.mjs";
import { RUNTIME } from "./responses.mjs";

/** By what is compared: a title, what is in the figures, and the plot. */
const SECTIONS = {
  "look-up": {
    title: "Redirects, look-up",
    about: `Selvedge handles a whole event: it takes the path from a CloudFront event, decides, and makes the response. The others look a path up; what a
handler does around them is not in their figures. "By hand" is a \`Map\` for exact paths, and a loop over regular expressions for patterns. Cloudflare's
own workers build the matcher for each request; here it is built once.`,
    plot: ["Time by the number of rules: look-ups", "look-up.svg"],
  },
  "Request to Response": {
    title: "Redirects, Request to Response",
    about: `From a \`Request\` to its \`Response\`, on the runtime's own classes. "${RUNTIME}" is told the answer: it only makes the \`Response\`, which is the floor.`,
    plot: ["Time by the number of rules: from Request to Response", "request-to-response.svg"],
  },
  "header rules": {
    title: "Header rules",
    about: `Each rule sets two headers for a folder. From a \`Request\` to the answer of an origin with the headers, on a copy of it. "${RUNTIME}" knows which
headers: it only makes the copy and sets them.`,
    plot: ["Time by the number of header rules", "header-rules.svg"],
  },
  "security headers in Node": {
    title: "Security headers in Node",
    about: `A response of \`node:http\`, until its head is written. "${RUNTIME}" calls \`setHeader\` for each.`,
  },
  "Rust, look-up": {
    title: "Rust: redirects",
    about: `In Rust, natively. Selvedge makes an \`http::Response\` of the head of a request; the others make the target's text of a path.`,
  },
  "Rust, tower": {
    title: "Rust: layers",
    about: `A request through a tower service that answers a constant, with the layers around it.`,
  },
};

/** What was asked for and is not in the tables. */
const LEFT_OUT = `- async-compression has no negotiation; tower-http's is private: it runs only within layers that compress a body or open a file.
- Selvedge's Rust crate has no function for negotiation alone either: it is part of rules for \`precompressed\` files.`;

export function document(results) {
  const { date, machine, versions, command, rows, encodings } = results;
  const parts = [
    "# Peers side by side",
    `The same rules in Selvedge and in other packages, timed in one run. \`${command}\` measures anew and writes this page; the
figures as data are in [peers.json](peers.json).`,
    `- ${date}, ${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node.slice(1)}, rustc ${machine.rustc}.
- ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")}.
- All contestants have the same rules. Each answer is compared before anything is timed; a contestant that answers otherwise is left out,
  with the reason.
- A figure is the fastest of ten batches; the contestants take turns, batch by batch. Other machines have other times, and much the same ratios.
- A contestant stops where ten times as many rules would take more than a second for each call, or minutes to set up.
- In each row the same path comes again and again: what a contestant remembers of it counts.
- Bold is the fastest of its row.`,
    "## Aims",
    `Ratios that the project set out to reach, at 1,000 rules and a hit of the last. The floor is "${RUNTIME}" over the same peer: what nobody can go below
with the runtime's own classes.`,
    table(["", "aim", "ratio", "floor"], aims(results).map(({ title, aim, ratio, floor }) => [title, `≤ ${aim}`, figure(ratio), figure(floor)])),
  ];
  for (const [what, { title, about, plot }] of Object.entries(SECTIONS)) {
    const own = rows.filter((row) => row.what === what);
    parts.push(`## ${title}`, about);
    if (plot !== undefined) parts.push(`![${plot[0]}](${plot[1]})`);
    for (const kind of new Set(own.map((row) => row.kind))) parts.push(...ofKind(kind, own.filter((row) => row.kind === kind)));
  }
  parts.push("## Accept-Encoding", ...ofEncodings(encodings), "## Left out", LEFT_OUT);
  return parts.join("\n\n") + "\n";
}

function ofKind(kind, own) {
  const rows = own.filter((row) => row.ns !== undefined);
  const names = [...new Set(rows.map(({ name }) => name))];
  const lines = [];
  for (const place of new Set(rows.map((row) => row.place))) {
    for (const count of new Set(rows.filter((row) => row.place === place).map((row) => row.count))) {
      const timeOf = (name) => rows.find((row) => row.place === place && row.count === count && row.name === name)?.ns;
      lines.push([place, count.toLocaleString("en"), ...cells(names.map((name) => [name, timeOf(name)]))]);
    }
  }
  const stopped = own.filter((row) => row.stopped !== undefined);
  const reasons = stopped.map(({ name, stopped }) => `- ${name}: \`${stopped.replaceAll("`", "'")}\``).join("\n");
  return [`### ${kind}`, table(["", "rules", ...names], lines), ...(stopped.length > 0 ? [reasons] : [])];
}

function ofEncodings({ values, left, rows }) {
  const names = rows.map(({ name }) => name);
  const quoted = (texts) => texts.map((text) => `\`${text}\``).join("; ");
  return [
    `The coding to send of \`br\` and \`gzip\`, the server's order first. Usual values: ${quoted(values)}.${left.length > 0 ? ` Left out, since not all agree: ${quoted(left)}.` : ""}`,
    table(["", ...names], [
      ["usual values in turn", ...cells(rows.map(({ name, usual }) => [name, usual]))],
      ["values not seen before", ...cells(rows.map(({ name, unseen }) => [name, unseen]))],
    ]),
  ];
}

/** The floor takes no part. */
function cells(times) {
  const least = Math.min(...times.filter(([name, ns]) => ns !== undefined && name !== RUNTIME).map(([, ns]) => ns));
  return times.map(([, ns]) => (ns === undefined ? "" : ns === least ? `**${time(ns)}**` : time(ns)));
}

const figure = (ratio) => (ratio === undefined ? "" : ratio.toFixed(2));

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
