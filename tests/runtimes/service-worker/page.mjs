// Fetches what the service worker asks it to, and hands its results over to run.mjs.
import { requestOf, Unrepresentable } from "../shared/program/messages.mjs";

const post = (results) => fetch("/results.json", { method: "POST", body: JSON.stringify(results) });

try {
  await navigator.serviceWorker.register("/worker.js");
  const { active } = await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
  const batch = await (await fetch("/batch.json")).json();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = async ({ data }) => {
    if (data.results) return post(data.results);
    return port1.postMessage(await fetched(data.fetch));
  };
  active.postMessage(batch, [port2]);
} catch (error) {
  await post({ failed: String(error.stack ?? error) });
}

async function fetched(request) {
  try {
    const { status, type } = await fetch(requestOf(request, { credentials: "omit" }));
    return { saw: { status, type } };
  } catch (error) {
    return error instanceof Unrepresentable ? { unrepresentable: error.message } : { error: String(error) };
  }
}
