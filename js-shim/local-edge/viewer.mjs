// A viewer who sends listed requests and shows exactly what comes back: nothing decoded, no cookie but those asked for.
import { request as ask } from "node:http";

export class Viewer {
  #base;
  #cookie;

  constructor(base) {
    this.#base = new URL(base);
  }

  /**
   * @param path and query, as they are sent
   * @param remember sends the cookie that was set last
   * @returns `{ status, headers, body, id }`, headers in lower case, several lines joined by a line break
   */
  async send({ method = "GET", path, headers = {}, remember = false }) {
    const { hostname, port } = this.#base;
    const sent = remember && this.#cookie ? { ...headers, cookie: this.#cookie } : headers;
    const answer = await new Promise((resolve, reject) => ask({ hostname, port, method, path, headers: sent, agent: false }, resolve).on("error", reject).end());
    const body = [];
    for await (const part of answer) body.push(part);
    const lines = {};
    for (let i = 0; i < answer.rawHeaders.length; i += 2) {
      const name = answer.rawHeaders[i].toLowerCase();
      lines[name] = name in lines ? `${lines[name]}\n${answer.rawHeaders[i + 1]}` : answer.rawHeaders[i + 1];
    }
    if (lines["set-cookie"]) [this.#cookie] = lines["set-cookie"].split(";");
    return { status: answer.statusCode, headers: lines, body: Buffer.concat(body), id: lines["x-amz-cf-id"] };
  }
}
