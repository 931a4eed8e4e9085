// An HTTP/2 client whose request is what it is told to be: Node's own makes the connection and reads the answer, and on
// the way out the fields of its request are replaced.
import http2 from "node:http2";
import net from "node:net";
import { Duplex } from "node:stream";

const PREFACE = 24;
const HEADERS = 1;

/** Sends these fields, byte for byte and in this order. @returns `{ status, headers: { name: [lines] }, body, broken }`, or `null` without an answer */
export async function askHttp2(port, fields, body) {
  const socket = net.connect(port, "127.0.0.1");
  const session = http2.connect(`http://127.0.0.1:${port}`, { createConnection: () => replacing(socket, block(fields)) });
  try {
    return await new Promise((done, failed) => {
      session.on("error", failed);
      // It has to know whether an answer can have a body.
      const method = fields.find(([name]) => name === ":method")[1] === "HEAD" ? "HEAD" : "GET";
      const stream = session.request({ ":method": method }, { endStream: body === undefined });
      let head;
      let failure;
      const chunks = [];
      stream.on("error", (error) => (failure = error));
      stream.on("response", (found) => (head = found));
      stream.on("data", (data) => chunks.push(data));
      stream.on("close", () => done(head ? { ...messageOf(head, chunks), ...((failure || stream.rstCode !== 0) && { broken: true }) } : null));
      if (body !== undefined) stream.end(Buffer.from(body, "latin1"));
      setTimeout(() => failed(new Error("no answer in 5000 ms")), 5000).unref();
    });
  } finally {
    session.destroy();
    socket.destroy();
  }
}

function messageOf({ ":status": status, ...fields }, chunks) {
  const headers = Object.entries(fields).map(([name, value]) => [name, [value].flat()]);
  return { status, headers: Object.fromEntries(headers), body: Buffer.concat(chunks).toString("latin1") };
}

/** The socket, with another block in the first HEADERS frame: RFC 9113 §4.1, §6.2. */
function replacing(socket, fields) {
  let bytes = Buffer.alloc(0);
  let passed = 0;
  let isReplaced = false;
  const duplex = new Duplex({
    read() {},
    write(data, _, done) {
      bytes = Buffer.concat([bytes, data]);
      if (passed === 0 && bytes.length >= PREFACE) send(PREFACE);
      while (passed > 0 && bytes.length >= 9 && bytes.length >= 9 + bytes.readUIntBE(0, 3)) {
        const length = 9 + bytes.readUIntBE(0, 3);
        if (bytes[3] === HEADERS && !isReplaced) {
          isReplaced = true;
          const frame = Buffer.concat([bytes.subarray(0, 9), fields]);
          frame.writeUIntBE(fields.length, 0, 3);
          // END_HEADERS, and END_STREAM as it was: neither padding nor a priority.
          frame[4] = 4 | (frame[4] & 1);
          socket.write(frame);
          bytes = bytes.subarray(length);
        } else {
          send(length);
        }
      }
      done();
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  const send = (length) => {
    socket.write(bytes.subarray(0, length));
    bytes = bytes.subarray(length);
    passed += length;
  };
  socket.on("data", (data) => duplex.push(data)).on("end", () => duplex.push(null)).on("error", (error) => duplex.destroy(error));
  return duplex;
}

/** Literals without indexing and without Huffman codes: RFC 7541 §6.2.2. */
function block(fields) {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

function text(value) {
  const bytes = Buffer.from(value, "latin1");
  const length = [];
  let rest = bytes.length;
  if (rest < 127) return Buffer.concat([Buffer.from([rest]), bytes]);
  for (rest -= 127, length.push(127); rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}
