/** What a compressed file holds, to the last byte before what is broken in it. */
import { createReadStream, type ReadStream } from "node:fs";
import type { Duplex } from "node:stream";

/** Whether all that is wrong is that bytes come after the end: they have no header of gzip. `gzip -d` leaves them out, too. */
export function isTrailing({ code, message }: NodeJS.ErrnoException): boolean {
  return code === "Z_DATA_ERROR" && message === "incorrect header check";
}

/**
 * A decoder gives nothing of the piece in which it fails, and a stream drops what it holds then. So what is missing is read once more,
 * that piece byte by byte.
 */
export async function* unpacked(file: string, source: ReadStream, create: () => Duplex): AsyncGenerator<Buffer> {
  const decoder = create();
  source.on("error", (error) => decoder.destroy(error));
  let given = 0;
  try {
    for await (const each of source.pipe(decoder)) {
      given += (each as Buffer).length;
      yield each as Buffer;
    }
  } catch (error) {
    if (!isOfDecoder(error)) throw error;
    yield* rest(file, given, (decoder as Partial<{ bytesWritten: number }>).bytesWritten ?? 0, create());
    throw error;
  }
}

function isOfDecoder(error: unknown): boolean {
  return /^(?:Z_|ZSTD_)/.test((error as NodeJS.ErrnoException).code ?? "");
}

/** @param given bytes that were given already. @param sound bytes of the file that the decoder takes */
async function* rest(file: string, given: number, sound: number, decoder: Duplex): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  let before = given;
  // The callback of the write that fails is never called.
  let onError: (error: Error) => void = () => undefined;
  decoder.on("error", (error) => onError(error));
  decoder.on("data", (piece: Buffer) => {
    if (piece.length > before) ready.push(piece.subarray(before));
    before = Math.max(0, before - piece.length);
  });
  for await (const piece of piecesOf(file, sound)) {
    const error = await new Promise<Error | null | undefined>((resolve) => {
      onError = resolve;
      decoder.write(piece, resolve);
    });
    yield* ready.splice(0);
    if (error) break;
  }
  decoder.destroy();
}

async function* piecesOf(file: string, sound: number): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const each of createReadStream(file)) {
    const chunk = each as Buffer;
    const whole = Math.min(chunk.length, Math.max(0, sound - at));
    if (whole > 0) yield chunk.subarray(0, whole);
    for (let next = whole; next < chunk.length; next++) yield chunk.subarray(next, next + 1);
    at += chunk.length;
  }
}
