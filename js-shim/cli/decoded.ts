/** The text of a document or a stylesheet: by its byte order mark, then what is said of it, then what it declares, else UTF-8. */

/** How it says so: HTML, XML and CSS, in what a browser looks through. */
const DECLARED = /^<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)|<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)|^@charset "([\w.:-]+)";/i;
const LOOKED_THROUGH = 1024;

/** @param named the charset that its answer names */
export function decoded(bytes: Uint8Array, named?: string): string {
  const decoder = decoderOf(bytes, named);
  // As a stream: Node 20 reads windows-1252 as Latin-1 where it gets all of it at once.
  return decoder.decode(bytes, { stream: true }) + decoder.decode();
}

function decoderOf(bytes: Uint8Array, named?: string): TextDecoder {
  const start = Buffer.from(bytes.subarray(0, LOOKED_THROUGH)).toString("latin1");
  if (start.startsWith("\xff\xfe")) return new TextDecoder("utf-16le");
  if (start.startsWith("\xfe\xff")) return new TextDecoder("utf-16be");
  if (start.startsWith("\xef\xbb\xbf")) return new TextDecoder();
  const declared = DECLARED.exec(start)?.slice(1).find((label) => label !== undefined);
  try {
    // What can be read as ASCII is not UTF-16, whatever it says.
    return new TextDecoder(named ?? (declared === undefined || /^utf-?16/i.test(declared) ? "utf-8" : declared));
  } catch {
    // Nobody knows that one.
    return new TextDecoder();
  }
}
