import { once } from "node:events";

/** A server of Node on the loopback. @returns `{ port, close }` */
export async function listening(server) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: server.address().port,
    close() {
      server.close();
      server.closeAllConnections?.();
    },
  };
}
