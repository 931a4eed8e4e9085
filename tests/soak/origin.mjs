// An origin that misbehaves at random, on raw sockets.
import { createServer } from "node:net";

/** What it does with a request, by chance. */
const HABITS = [
  [60, (socket, say) => say("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello")],
  [10, (socket, say) => say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nServer: x\r\n\r\n5\r\nhello\r\n0\r\n\r\n")],
  [5, (socket, say) => say("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nX-Amz-Meta-A: b\r\n\r\nno")],
  [3, (socket, say) => say("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n")],
  [3, (socket, say) => say("HTTP/1.1 204 No Content\r\n\r\n")],
  [3, (socket, say) => setTimeout(say, 20, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate").unref()],
  [2, (socket, say) => say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")],
  [2, (socket) => socket.resetAndDestroy()],
  [2, (socket) => socket.end()],
  [2, (socket, say) => (say("HTTP/1.1 200 OK\r\nContent-Length: 50\r\nSet-Cookie: a=b\r\n\r\nhalf"), socket.resetAndDestroy())],
  [2, (socket, say) => (say("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n"), socket.end())],
  [2, (socket, say) => (say("HTTP/1.1 200 Tr\xe9s\x01bien\r\nContent-Length: 2\r\n\r\nok"), socket.end())],
  [1, (socket, say) => (say("HTTP/1.1 099 What\r\nContent-Length: 2\r\n\r\nok"), socket.end())],
  [1, (socket, say) => (say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"), socket.end())],
  [1, (socket, say) => (say("no HTTP at all\r\n\r\n"), socket.end())],
  [1, (socket, say) => (say("HTTP/1.1 200 OK\r\nX-A: " + "a".repeat(20_000) + "\r\n\r\n"), socket.end())],
];
const TOTAL = HABITS.reduce((sum, [weight]) => sum + weight, 0);

export function startOrigin(random) {
  const server = createServer((socket) => {
    let text = "";
    socket.on("error", () => {});
    socket.on("data", (data) => {
      text += data.toString("latin1");
      for (let end; (end = text.indexOf("\r\n\r\n")) >= 0; ) {
        text = text.slice(end + 4);
        let at = random.below(TOTAL);
        const [, habit] = HABITS.find(([weight]) => (at -= weight) < 0);
        habit(socket, (answer) => socket.writable && socket.write(answer, "latin1"));
      }
    });
  });
  return new Promise((resolve) => server.listen(0, "localhost", () => resolve(server)));
}
