// The service worker: runs the batch, on requests that its page fetches for it.
import { runBatch } from "../shared/program/batch.mjs";
import { fetchAdapter } from "../shared/program/fetch.mjs";
import { Unrepresentable } from "../shared/program/messages.mjs";

/** Waits for the next fetch of the page. */
let arrived;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (new URL(event.request.url).origin === location.origin) return;
  event.respondWith(new Promise((answer) => arrived({ request: event.request, answer })));
});
addEventListener("message", (event) => {
  const [page] = event.ports;
  event.waitUntil(runBatch(event.data, adapterOf(page)).then((results) => page.postMessage({ results })));
});

function adapterOf(page) {
  const reply = () => new Promise((resolve) => { page.onmessage = ({ data }) => resolve(data); });
  return {
    ...fetchAdapter,
    async call(handle, { request }, next) {
      const fetched = new Promise((resolve) => { arrived = resolve; });
      const replied = reply();
      page.postMessage({ fetch: request });
      const first = await Promise.race([fetched, replied]);
      if (first.unrepresentable) throw new Unrepresentable(first.unrepresentable);
      if (!first.answer) throw new Error(first.error ?? "the page's request did not come here");
      let response;
      try {
        response = await handle(first.request, next, request);
      } finally {
        first.answer(response?.clone() ?? Response.error());
      }
      const { saw, error } = await replied;
      // What a redirect leads to is not for pages to see.
      if (error || (saw.type !== "opaqueredirect" && saw.status !== response.status)) throw new Error(error ?? `the page saw status ${saw.status}`);
      return response;
    },
  };
}
