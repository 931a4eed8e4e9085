// The results as a document.
import { time } from "./plot.mjs";

export function document(results) {
  const { date, machine, versions, command, redirects, encodings } = results;
  const parts = [
    "# Peers side by side",
    `The same redirects and negotiation in Selvedge and in other packages, timed in one run. \`${command}\` measures anew and writes this page; the
figures as data are in [peers.json](peers.json).`,
    `- ${date}, ${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node.slice(1)}.
- ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")}.
- All contestants have the same rules. Each answer is compared before anything is timed; a contestant that answers otherwise is left out,
  with the reason.
- A figure is the fastest of ten batches; the contestants take turns, batch by batch. Other machines have other times, and much the same ratios.
- A contestant stops where ten times as many rules would take more than a second for each call, or minutes to set up.
- In each row of redirects the same path comes again and again: what a contestant remembers of it counts.
- Bold is the fastest of its row.`,
    `![Time by the number of rules: look-ups](look-up.svg)\n\n![Time by the number of rules: from Request to Response](request-to-response.svg)`,
  ];
  for (const what of [...new Set(redirects.map((row) => row.what))]) {
    const own = redirects.filter((row) => row.what === what);
    const names = [...new Set(own.map(({ name }) => name))];
    parts.push(`## Redirects, ${what}`, about(what));
    for (const kind of [...new Set(own.map((row) => row.kind))]) {
      const rows = own.filter((row) => row.kind === kind && row.ns !== undefined);
      const there = names.filter((name) => rows.some((row) => row.name === name));
      const lines = [];
      for (const place of [...new Set(rows.map((row) => row.place))]) {
        for (const count of [...new Set(rows.map((row) => row.count))]) {
          const times = there.map((name) => rows.find((row) => row.place === place && row.count === count && row.name === name)?.ns);
          lines.push([place, count.toLocaleString("en"), ...cells(times)]);
        }
      }
      parts.push(`### ${kind} rules`, table(["", "rules", ...there], lines));
      const stopped = own.filter((row) => row.kind === kind && row.stopped !== undefined);
      if (stopped.length > 0) parts.push(stopped.map(({ name, stopped }) => `- ${name} stopped: \`${stopped.replaceAll("`", "'")}\``).join("\n"));
    }
  }
  const names = encodings.rows.map(({ name }) => name);
  parts.push(
    "## Accept-Encoding",
    `The coding to send of \`br\` and \`gzip\`, the server's order first. Usual values: ${encodings.values.map((value) => `\`${value}\``).join("; ")}.${
      encodings.left.length > 0 ? ` Left out, since not all agree: ${encodings.left.map((value) => `\`${value}\``).join("; ")}.` : ""
    }`,
    table(["", ...names], [
      ["usual values in turn", ...cells(encodings.rows.map(({ usual }) => usual))],
      ["values not seen before", ...cells(encodings.rows.map(({ unseen }) => unseen))],
    ]),
  );
  return parts.join("\n\n") + "\n";
}

function about(what) {
  return what === "look-up"
    ? `Selvedge handles a whole event: it takes the path from a CloudFront event, decides, and makes the response. The others look a path up; what a
handler does around them is not in their figures.`
    : "From a `Request` to its `Response`, on the runtime's own classes.";
}

function cells(times) {
  const least = Math.min(...times.filter((ns) => ns !== undefined));
  return times.map((ns) => (ns === undefined ? "" : ns === least ? `**${time(ns)}**` : time(ns)));
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
