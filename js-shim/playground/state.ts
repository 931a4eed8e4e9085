/** What the page holds, and how it is in an address: nothing of it is sent anywhere, since browsers keep a fragment to themselves. */
import { CONVERSIONS } from "#dist/tools/rule-files.js";
import { DIALECTS, PLATFORMS } from "#dist/generated/names.js";

export const FORMS = { rules: "rules.json", redirects: "_redirects", headers: "_headers", "netlify-toml": "netlify.toml", "vercel-json": "vercel.json" } as const;
export type Form = keyof typeof FORMS;

export interface File {
  readonly form: Form;
  readonly text: string;
}

export interface State {
  readonly platform: (typeof PLATFORMS)[number];
  readonly dialect: (typeof DIALECTS)[number];
  readonly files: readonly File[];
  /** What the form for a request holds, by the names of its fields. */
  readonly request: Readonly<Record<string, string>>;
  readonly conversion: (typeof CONVERSIONS)[number];
}

/** More than anybody types, and little enough for every browser. */
const MAX_CHARACTERS = 1_000_000;
const MAX_FILES = 8;

export async function toFragment(state: State): Promise<string> {
  const packed = new Blob([JSON.stringify(state)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Whoever made the address: what it holds is looked at as anything from outside is. */
export async function fromFragment(fragment: string): Promise<State | undefined> {
  if (fragment === "" || fragment.length > MAX_CHARACTERS) return undefined;
  try {
    const bytes = Uint8Array.from(atob(fragment.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
    return checked(JSON.parse(await unpacked(bytes)));
  } catch {
    return undefined;
  }
}

/** A few bytes may unpack to millions, so they are counted on the way. */
async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
    if (text.length > MAX_CHARACTERS) throw new RangeError("too long");
  }
}

function checked(value: unknown): State | undefined {
  const { platform, dialect, files, request, conversion } = value as Partial<State>;
  const isSound =
    isOneOf(platform, PLATFORMS) &&
    isOneOf(dialect, DIALECTS) &&
    isOneOf(conversion, CONVERSIONS) &&
    Array.isArray(files) &&
    files.length > 0 &&
    files.length <= MAX_FILES &&
    files.every((file: Partial<File> | null) => isOneOf(file?.form, Object.keys(FORMS)) && typeof file?.text === "string") &&
    typeof request === "object" &&
    request !== null &&
    Object.values(request).every((field) => typeof field === "string");
  return isSound ? (value as State) : undefined;
}

function isOneOf(value: unknown, words: readonly string[]): boolean {
  return words.some((word) => word === value);
}
