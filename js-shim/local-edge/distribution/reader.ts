/** Reads an object of a configuration file; what is wrong names its place. */
import { InputError } from "../../cli/input-error.js";

export type Plain = Readonly<Record<string, unknown>>;

export class Reader {
  readonly plain: Plain;

  constructor(
    readonly file: string,
    value: unknown,
    readonly place = "",
  ) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new InputError(`${place === "" ? "it" : place} is not an object`, { where: file });
    this.plain = value as Plain;
  }

  wrong(message: string): InputError {
    return new InputError(this.place === "" ? message : `${this.place}.${message}`, { where: this.file, help: "the guide's page on selvedge dev lists the members" });
  }

  only(names: readonly string[]): void {
    const unknown = Object.keys(this.plain).find((name) => !names.includes(name));
    if (unknown !== undefined) throw this.wrong(`${unknown}: there is no such member; there are ${names.filter((name) => name !== "$schema").join(", ")}`);
  }

  member(name: string): Reader {
    return new Reader(this.file, this.plain[name], this.#at(name));
  }

  list(name: string): Reader[] {
    const value = this.plain[name] ?? [];
    if (!Array.isArray(value)) throw this.wrong(`${name}: it is not a list`);
    return value.map((item, i) => new Reader(this.file, item, `${this.#at(name)}[${i}]`));
  }

  names(name: string): string[] {
    const value = this.plain[name] ?? [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) throw this.wrong(`${name}: it is not a list of names`);
    return value;
  }

  texts(name: string): Record<string, string> {
    const value = this.plain[name];
    if (value === undefined) return {};
    const texts = this.member(name).plain;
    if (!Object.values(texts).every((text) => typeof text === "string")) throw this.wrong(`${name}: its members are texts`);
    return texts as Record<string, string>;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw this.wrong(`${name}: it is missing`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.plain[name];
    if (value !== undefined && typeof value !== "string") throw this.wrong(`${name}: it is not a text`);
    return value;
  }

  number(name: string): number {
    const value = this.optionalNumber(name);
    if (value === undefined) throw this.wrong(`${name}: it is missing`);
    return value;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.plain[name];
    if (value !== undefined && (typeof value !== "number" || !(value >= 0))) throw this.wrong(`${name}: it is not a number`);
    return value as number | undefined;
  }

  #at(name: string): string {
    return this.place === "" ? name : `${this.place}.${name}`;
  }
}

export function objectOf(value: unknown): Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Plain) : {};
}

export function listOf(value: unknown): Plain[] {
  return itemsOf(value).map(objectOf);
}

export function namesOf(value: unknown): string[] {
  return itemsOf(value).filter((name) => typeof name === "string");
}

/** The API of CloudFront has lists as `{ Quantity, Items }`. */
function itemsOf(value: unknown): readonly unknown[] {
  const items = Array.isArray(value) ? value : objectOf(value)["Items"];
  return Array.isArray(items) ? items : [];
}

export function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

export function numberOf(value: unknown, otherwise: number): number {
  const number = Number(value);
  return value === undefined || value === null || Number.isNaN(number) ? otherwise : number;
}
