// Applications of Express behind the rules, in each of its versions.
import { createServer } from "node:http";
import { tool } from "../../runtimes/shared/project.mjs";
import { seenBy } from "./application.mjs";
import { listening } from "./listening.mjs";

const { middleware } = await import("selvedge/node");

/** @param mounts where a router stands, which cuts off what it is mounted at */
export async function openExpress(version, rules, options, mounts = []) {
  const { default: express } = await tool(version);
  const app = express();
  app.use(middleware(rules, options));
  const answer = (request, response) => {
    const seen = seenBy(request, request.baseUrl);
    const routed = request.baseUrl + request.path;
    response.end(JSON.stringify(request.url === "*" || seen.path === routed ? seen : { ...seen, path: `${seen.path}, routed by ${routed}` }));
  };
  for (const mount of mounts) app.use(mount, express.Router().use(answer));
  app.use(answer);
  return listening(createServer({ requireHostHeader: false }, app));
}
