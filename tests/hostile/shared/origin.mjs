// An origin that does what a row says, byte for byte.
import { once } from "node:events";
import net from "node:net";

const OK = ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"];
const PROBE = ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nprobe"];

/**
 * A server on the loopback. `origin.script` is what it does once it has the head of a request, and `origin.asked` becomes
 * the request: `{ line, headers, body }`, where its `X-Row` is `origin.row`: a runtime may ask for the row before when that is
 * over. Requests for /probe have an answer of their own.
 */
export async function misbehaving() {
  const origin = { script: OK, asked: null };
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    serve(socket, origin);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  origin.port = server.address().port;
  origin.close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return origin;
}

/** One connection: request after request, each by its framing. */
function serve(socket, origin) {
  let bytes = "";
  let open;
  socket.on("data", (data) => {
    bytes += data.toString("latin1");
    for (;;) {
      if (open === undefined) {
        const end = bytes.indexOf("\r\n\r\n");
        if (end < 0) return;
        open = requestOf(bytes.slice(0, end));
        bytes = bytes.slice(end + 4);
        const isProbe = / \/probe /.test(open.line);
        if (!isProbe && open.headers["x-row"]?.[0] === origin.row) origin.asked = open;
        play(socket, isProbe ? PROBE : origin.script);
      }
      const taken = takeBody(bytes, open);
      bytes = bytes.slice(taken.length);
      if (!taken.whole) return;
      open = undefined;
    }
  });
}

function requestOf(head) {
  const [line, ...lines] = head.split("\r\n");
  const headers = Object.create(null);
  for (const each of lines) (headers[each.split(":")[0].toLowerCase()] ??= []).push(each.slice(each.indexOf(":") + 1).trim());
  return { line, headers, body: "", rest: "" };
}

/** RFC 9112 §6.3: a chunked body, one of a length, or none. */
function takeBody(bytes, open) {
  const { "transfer-encoding": coding, "content-length": length = ["0"] } = open.headers;
  if (coding === undefined) {
    const part = bytes.slice(0, Number(length[0]) - open.body.length);
    open.body += part;
    return { length: part.length, whole: open.body.length === Number(length[0]) };
  }
  let at = 0;
  for (;;) {
    const [line, size] = /^([\da-f]+)\r\n/i.exec(bytes.slice(at)) ?? [];
    if (line === undefined) return { length: at, whole: false };
    const end = at + line.length + Number.parseInt(size, 16) + 2;
    if (bytes.length < end) return { length: at, whole: false };
    open.body += bytes.slice(at + line.length, end - 2);
    at = end;
    if (Number.parseInt(size, 16) === 0) return { length: at, whole: true };
  }
}

/** @param script texts to send; numbers of milliseconds to wait; `{ repeat, times }`; "reset", "close" and "stall" */
export async function play(socket, script) {
  for (const each of script) {
    if (socket.destroyed) return;
    if (typeof each === "number") await new Promise((done) => setTimeout(done, each));
    else if (each === "reset") socket.resetAndDestroy();
    else if (each === "close") socket.end();
    else if (each === "stall") return;
    else socket.write(Buffer.from(typeof each === "string" ? each : each.repeat.repeat(each.times), "latin1"));
  }
}
