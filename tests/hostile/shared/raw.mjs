// An HTTP/1.1 client that sends bytes as they are given, and reads answers as strictly as RFC 9112 has it: a message that
// is out of step does not come through as another one.
import net from "node:net";
import { play } from "./origin.mjs";

/** No answer takes longer. */
const PATIENCE = 5000;

export class Connection {
  #socket;
  #bytes = Buffer.alloc(0);
  #wake = () => {};
  ended = false;

  static async open(port) {
    const connection = new Connection();
    const socket = (connection.#socket = net.connect(port, "127.0.0.1"));
    socket.on("data", (data) => connection.#got(data));
    for (const event of ["end", "close", "error"]) socket.on(event, () => connection.#over());
    await new Promise((done) => socket.once("connect", done).once("error", done));
    return connection;
  }

  /** See `play`. */
  play(script) {
    this.played = play(this.#socket, script);
  }

  close() {
    this.#socket.destroy();
  }

  /** What has come since the last answer, and belongs to none. */
  get pending() {
    return this.#bytes.toString("latin1");
  }

  /**
   * The next answer: `{ status, phrase, headers: { name: [lines] }, body }`, `broken` where the connection ends within it;
   * `null` where it ends before. Interim answers are passed over.
   */
  async answer(method = "GET") {
    for (;;) {
      const head = await this.#head();
      if (head === null) return null;
      if (head.broken) return head;
      if (head.status >= 200 || head.status === 101) return { ...head, ...(await this.#body(head, method)) };
    }
  }

  async #head() {
    let end;
    while ((end = this.#bytes.indexOf("\r\n\r\n")) < 0) {
      if (this.ended) return this.#bytes.length === 0 ? null : { broken: true, status: null, headers: {}, rest: this.#bytes.toString("latin1") };
      await this.#more("a head");
    }
    const [first, ...lines] = this.#take(end + 4).toString("latin1").slice(0, -4).split("\r\n");
    const [, status, phrase] = /^HTTP\/1\.[01] (\d{3}) ([\t\x20-\x7e\x80-\xff]*)$/.exec(first) ?? fail(`a status line, found ${JSON.stringify(first)}`);
    const headers = Object.create(null);
    for (const line of lines) {
      const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*?)[\t ]*$/.exec(line) ?? fail(`a field, found ${JSON.stringify(line)}`);
      (headers[name.toLowerCase()] ??= []).push(value);
    }
    return { status: Number(status), phrase, headers };
  }

  /** RFC 9112 §6.3. */
  async #body({ status, headers }, method) {
    const { "content-length": length, "transfer-encoding": coding } = headers;
    if (length && coding) fail("one framing, found Content-Length and Transfer-Encoding");
    if (length && (length.length > 1 || !/^\d+$/.test(length[0]))) fail(`one Content-Length, found ${length}`);
    if (method === "HEAD" || status === 204 || status === 304) return { body: "" };
    if (coding) return this.#chunks(coding);
    if (length) return this.#upTo(Number(length[0]));
    while (!this.ended) await this.#more("the end of the connection");
    return { body: this.#take(this.#bytes.length).toString("latin1") };
  }

  async #upTo(length) {
    while (this.#bytes.length < length && !this.ended) await this.#more(`${length} bytes`);
    const broken = this.#bytes.length < length;
    return { body: this.#take(Math.min(length, this.#bytes.length)).toString("latin1"), ...(broken && { broken }) };
  }

  async #chunks(coding) {
    if (coding.join() !== "chunked") fail(`the coding chunked, found ${coding}`);
    let body = "";
    for (;;) {
      const line = await this.#line();
      if (line === undefined) return { body, broken: true };
      const size = /^[\da-f]+$/i.test(line) ? Number.parseInt(line, 16) : fail(`a chunk size, found ${JSON.stringify(line)}`);
      if (size === 0) break;
      const chunk = await this.#upTo(size + 2);
      if (chunk.broken) return { body: body + chunk.body, broken: true };
      if (!chunk.body.endsWith("\r\n")) fail("the end of a chunk");
      body += chunk.body.slice(0, -2);
    }
    for (;;) {
      const line = await this.#line();
      if (line === undefined) return { body, broken: true };
      if (line === "") return { body };
    }
  }

  async #line() {
    let end;
    while ((end = this.#bytes.indexOf("\r\n")) < 0) {
      if (this.ended) return undefined;
      await this.#more("a line");
    }
    return this.#take(end + 2).toString("latin1").slice(0, -2);
  }

  #take(length) {
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  #got(data) {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    this.#wake();
  }

  #over() {
    this.ended = true;
    this.#wake();
  }

  async #more(what) {
    let timer;
    const late = new Promise((_, failed) => (timer = setTimeout(() => failed(new Error(`no answer in ${PATIENCE} ms: expected ${what}`)), PATIENCE)));
    await Promise.race([new Promise((done) => (this.#wake = done)), late]).finally(() => clearTimeout(timer));
  }
}

function fail(expected) {
  throw new Error(`the answer is not well-formed: expected ${expected}`);
}
