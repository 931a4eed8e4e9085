// The tables through the adapters: `node tests/hostile/run.mjs [adapter …] [-- text in a name …]`.
import { readdirSync } from "node:fs";
import { Ledger, Unrepresentable } from "../runtimes/shared/ledger.mjs";
import "../runtimes/shared/project.mjs";
import { rowFor, tables } from "./shared/tables.mjs";

const [wanted, texts] = split(process.argv.slice(2));
const all = readdirSync(new URL("adapters", import.meta.url)).map((file) => file.replace(/\.mjs$/, "")).sort();
for (const each of wanted) if (!all.includes(each)) throw new Error(`there is no adapter ${each}; there are ${all.join(", ")}`);
const crashes = [];
process.on("uncaughtException", (error) => crashes.push(error));
process.on("unhandledRejection", (error) => crashes.push(error));
// What no row has told of is a failure too: an adapter that could not be opened, say.
process.exitCode = 1;
process.on("exit", () => {
  for (const error of crashes) console.error(error);
  if (crashes.length > 0) process.exitCode = 1;
});

// They wait much of the time, and so they run at once.
const ledgers = await Promise.all((wanted.length > 0 ? wanted : all).map(async (file) => tried(await import(`./adapters/${file}.mjs`))));
// Each sets the exit code.
const codes = ledgers.map((ledger) => (ledger.close(), process.exitCode));
process.exitCode = Math.max(...codes);

async function tried(adapter) {
  const name = adapter.inEachNode ? `${adapter.name}-${process.versions.node.split(".")[0]}` : adapter.name;
  const ledger = new Ledger({ name, title: adapter.title, folder: import.meta.url, wanted: texts });
  for (const table of tables()) {
    if (table.adapters && ![adapter.name, ...adapter.kinds].some((each) => table.adapters.includes(each))) continue;
    const { start } = await import(`./shared/${table.name.replace(/\.json$/, ".mjs")}`);
    const started = await start(adapter, table.rules);
    for (const each of table.rows) {
      await ledger.check(table.name, each.name, async () => {
        const { row, reason } = rowFor(each, adapter);
        if (reason) throw new Unrepresentable(reason);
        const outcome = await started.check(row);
        if (crashes.length > 0) throw new Error(`the process would have ended: ${crashes.splice(0).map((error) => error?.stack ?? error).join("\n")}`);
        return outcome;
      });
    }
    await started.close();
  }
  return ledger;
}

function split(args) {
  const at = args.indexOf("--");
  return at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)];
}
