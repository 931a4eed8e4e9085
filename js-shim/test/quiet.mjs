import { mock } from "node:test";

/** What `run` comes to, and the lines that it logged meanwhile. */
export async function quietly(run) {
  const error = mock.method(console, "error", () => {});
  try {
    return [await run(), error.mock.calls.map(({ arguments: line }) => line.join(" "))];
  } finally {
    error.mock.restore();
  }
}
