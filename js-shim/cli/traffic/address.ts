/** Parts of an address. */

export function withoutQuery(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? url : url.slice(0, mark);
}

export function pathOf(url: string): string {
  const path = withoutQuery(url).replace(/^[a-z]+:\/\/[^/]*/i, "");
  return path === "" ? "/" : path;
}

/** By its name: what has another ending is a file. */
export function isPage(url: string): boolean {
  return /(?:\/[^./]*|\.html?)$/i.test(pathOf(url));
}
