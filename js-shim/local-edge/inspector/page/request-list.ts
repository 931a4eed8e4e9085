/** The list of requests: only the rows in sight are elements, so that ten thousand cost no more than twenty. */
import { el } from "../../../pages/dom.js";

export interface Brief {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly cache: string;
  readonly milliseconds: number;
  readonly fault?: string;
  readonly ran: readonly string[];
}

const MAX_ROWS = 10_000;
/** As in the style sheet. */
const ROW_REM = 2.75;

export class RequestList {
  #all: Brief[] = [];
  /** Those that the filter lets through, the last request first. */
  #shown: Brief[] = [];
  #words: string[] = [];
  #chosen: string | undefined;
  #wanted: string | undefined;
  #isDue = false;

  constructor(
    readonly box: HTMLElement,
    readonly rows: HTMLElement,
    readonly choose: (brief: Brief) => void,
  ) {
    box.addEventListener("scroll", () => this.#draw());
    box.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#draw()).observe(box);
  }

  get length(): number {
    return this.#all.length;
  }

  add(briefs: readonly Brief[]): void {
    this.#all.push(...briefs);
    if (this.#all.length > MAX_ROWS) this.#all.splice(0, this.#all.length - MAX_ROWS);
    // Whoever reads further down keeps what they read.
    const added = briefs.filter((brief) => this.#passes(brief)).length;
    const { scrollTop } = this.box;
    this.#shown = this.#all.filter((brief) => this.#passes(brief)).reverse();
    this.#draw();
    if (scrollTop > 0) this.box.scrollTop = scrollTop + added * this.#height;
    const wanted = briefs.find(({ id }) => id === this.#wanted);
    if (wanted !== undefined) this.#select(wanted);
  }

  clear(): void {
    this.#all = [];
    this.#shown = [];
    this.#draw();
  }

  filter(text: string): void {
    this.#words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.#shown = this.#all.filter((brief) => this.#passes(brief)).reverse();
    this.box.scrollTop = 0;
    this.#draw();
  }

  chooseWhenListed(id: string): void {
    this.#wanted = id;
    const listed = this.#all.find((brief) => brief.id === id);
    if (listed !== undefined) this.#select(listed);
  }

  get #height(): number {
    return ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  #passes({ method, url, status, fault }: Brief): boolean {
    const text = `${method} ${url} ${status} ${fault ?? ""}`.toLowerCase();
    return this.#words.every((word) => text.includes(word));
  }

  #select(brief: Brief): void {
    this.#wanted = undefined;
    this.#chosen = brief.id;
    const [at, height] = [this.#shown.indexOf(brief), this.#height];
    if (at * height < this.box.scrollTop) this.box.scrollTop = at * height;
    if ((at + 1) * height > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = (at + 1) * height - this.box.clientHeight;
    this.#draw();
    this.choose(brief);
  }

  #key(event: KeyboardEvent): void {
    const last = this.#shown.length - 1;
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.#height) - 1);
    const at = this.#shown.findIndex(({ id }) => id === this.#chosen);
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: last };
    const to = moves[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    const brief = this.#shown[Math.min(Math.max(to, 0), last)];
    if (brief !== undefined) this.#select(brief);
  }

  #draw(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      const { scrollTop, clientHeight } = this.box;
      const height = this.#height;
      const from = Math.max(0, Math.floor(scrollTop / height) - 5);
      const to = Math.min(this.#shown.length, Math.ceil((scrollTop + clientHeight) / height) + 5);
      this.rows.style.height = `${this.#shown.length * height}px`;
      this.rows.replaceChildren(...this.#shown.slice(from, to).map((brief, i) => this.#row(brief, from + i, height)));
      const isDrawn = this.#shown.slice(from, to).some(({ id }) => id === this.#chosen);
      if (isDrawn && this.#chosen !== undefined) this.box.setAttribute("aria-activedescendant", rowId(this.#chosen));
      else this.box.removeAttribute("aria-activedescendant");
    });
  }

  #row(brief: Brief, at: number, height: number): HTMLElement {
    const { id, method, url, status, cache, milliseconds, fault, ran } = brief;
    const row = el("div", { className: "row", id: rowId(id) },
      el("b", { className: status >= 500 ? "bad" : status >= 400 ? "warn" : "good" }, String(status)),
      el("span", { className: "path" }, `${method} ${url}`),
      el("span", { className: "time" }, `${milliseconds.toFixed(1)} ms`),
      el("span", { className: fault === undefined ? "said" : "said bad" }, fault ?? [cache, ...ran.filter((did) => did !== "" && did !== "unchanged")].join("; ")));
    row.style.top = `${at * height}px`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(id === this.#chosen));
    row.setAttribute("aria-setsize", String(this.#shown.length));
    row.setAttribute("aria-posinset", String(at + 1));
    row.addEventListener("click", () => this.#select(brief));
    return row;
  }
}

function rowId(id: string): string {
  return `row-${id}`;
}
