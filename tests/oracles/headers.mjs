/** What random `_headers` files are made of, block by block, and paths that have a good chance to match one. */
const NAMES = ["X-T1", "X-T2", "x-t1", "X-T3"];

export function block(random, path, values, unsets) {
  const set = {};
  for (const name of random.list(1, 2, () => random.pick(NAMES))) {
    const key = Object.keys(set).find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;
    set[key] ??= random.pick(values);
  }
  const unset = random.maybe(unsets) ? [random.pick(NAMES)] : [];
  return { path, set, unset };
}

export function textOf(blocks) {
  return blocks
    .map(({ path, set, unset }) => [path, ...unset.map((name) => `  ! ${name}`), ...Object.entries(set).map(([name, value]) => `  ${name}: ${value}`), ""].join("\n"))
    .join("\n");
}

export function headerPaths(random, blocks, count) {
  return random.list(count, count, () => {
    const path = random.maybe(0.7)
      ? random.pick(blocks).path.replace(/:[a-z]/g, () => random.pick(["v", "w-1"])).replace(/\*/g, () => random.pick(["", "s", "s/t", "x.css"]))
      : random.list(1, 3, () => `/${random.pick(["a", "b", "A", "img", "d.css", "c1"])}`).join("");
    const ended = random.maybe(0.15) ? (path.endsWith("/") ? path.slice(0, -1) : `${path}/`) : path;
    return ended.replace(/\/{2,}/g, "/") || "/";
  });
}
