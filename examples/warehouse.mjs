// Data from elsewhere, for the examples and the demo: a warehouse that says how much cloth is left.
import { createServer } from "node:http";

const METRES = { linen: 128, wool: 74, denim: 0 };

/** `GET /<cloth>`. `asked` counts, so that the cache in front of it can be seen working. */
export function warehouse() {
  let asked = 0;
  return createServer((request, response) => {
    const cloth = request.url.slice(1);
    const known = Object.hasOwn(METRES, cloth);
    if (known) asked += 1;
    response.writeHead(known ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(known ? { cloth, metres: METRES[cloth], asked } : { error: "no such cloth" }));
  });
}
