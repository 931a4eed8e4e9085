// The table engine.json through one adapter.
import assert from "node:assert/strict";
import { Unrepresentable } from "../../runtimes/shared/ledger.mjs";
import { Connection } from "./raw.mjs";

/** @returns `{ check(row), close() }` */
export async function start(adapter, rules) {
  const { port, close } = await adapter.open(rules);
  return {
    close,
    async check({ head, long, body = "", status }) {
      if (adapter.overHttp2) throw new Unrepresentable("for HTTP/1.1");
      const lines = long === undefined ? head : [...head, long.before + long.text.repeat(long.times)];
      const answer = await ask(port, `${lines.join("\r\n")}\r\n\r\n${body}`, head[0].split(" ")[0]);
      const got = answer?.status ?? null;
      assert(status.includes(got), `the viewer got ${got}, expected ${status.join(" or ")}`);
      if (got !== 200) return String(got ?? "no answer");
      const { path, host, rules: ruled } = JSON.parse(answer.body);
      assert.equal(ruled, host, `the application was asked for ${path} without the rules`);
      return `asks ${path}`;
    },
  };
}

async function ask(port, bytes, method) {
  const connection = await Connection.open(port);
  try {
    connection.play([bytes]);
    return await connection.answer(method);
  } finally {
    connection.close();
  }
}
