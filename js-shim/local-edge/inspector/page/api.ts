/** What the page asks of the edge. The token is in the fragment of the address that the terminal showed. */

export interface State {
  readonly url: string;
  readonly platform: string;
  readonly rules: readonly { readonly name: string; readonly text: string }[];
  readonly examples: readonly { readonly title: string; readonly fields: object }[];
}

const token = location.hash.slice(1) || sessionStorage.getItem("token") || "";
sessionStorage.setItem("token", token);
history.replaceState(null, "", location.pathname);

export async function ask<Answer>(method: "GET" | "POST", path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`/api/${path}`, { method, headers: { "x-selvedge-token": token }, ...(body && { body: JSON.stringify(body) }) });
  if (answer.status === 403) throw new Error(await answer.text());
  const value = (await answer.json()) as Answer & { readonly error?: string; readonly findings?: readonly Finding[] };
  if (!answer.ok) throw new Refusal(value.error ?? answer.statusText, value.findings ?? []);
  return value;
}

/** What is wrong with rules, and where. */
export interface Finding {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly place: string;
  readonly message: string;
  readonly help: string;
}

/** What was asked cannot be done. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly findings: readonly Finding[],
  ) {
    super(message);
  }
}

/** Reads lines of JSON for as long as they come. */
export async function follow<Line>(path: string, each: (line: Line, isFirst: boolean) => void): Promise<void> {
  const answer = await fetch(`/api/${path}`, { headers: { "x-selvedge-token": token } });
  if (!answer.ok || answer.body === null) throw new Error(await answer.text());
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let isFirst = true;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      each(JSON.parse(line) as Line, isFirst);
      isFirst = false;
    }
  }
}
