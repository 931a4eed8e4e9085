// A plot as SVG: time by the number of rules, both on logarithmic scales.
const WIDTH = 760;
const HEIGHT = 420;
const LEFT = 70;
const TOP = 44;
const RIGHT = 250;
const BOTTOM = 48;
const COLOURS = ["#0b6e4f", "#c1121f", "#1d4e89", "#e07a00", "#6a3d9a", "#5c5c5c", "#008b8b"];

export function plot(title, rows) {
  const names = [...new Set(rows.map(({ name }) => name))];
  const [least, most] = [Math.min(...rows.map(({ ns }) => ns)), Math.max(...rows.map(({ ns }) => ns))].map(Math.log10);
  const [bottom, top] = [Math.floor(least), Math.ceil(most)];
  const counts = [...new Set(rows.map(({ count }) => count))];
  const last = Math.log10(Math.max(...counts)) || 1;
  const x = (count) => LEFT + (Math.log10(count) / last) * (WIDTH - LEFT - RIGHT);
  const y = (ns) => HEIGHT - BOTTOM - ((Math.log10(ns) - bottom) / (top - bottom)) * (HEIGHT - TOP - BOTTOM);
  const text = (at, to, words, more = "") => `<text x="${at.toFixed(1)}" y="${to.toFixed(1)}" ${more}>${escape(words)}</text>`;
  const parts = [text(LEFT, 24, title, `font-size="15" font-weight="600"`)];
  for (let power = bottom; power <= top; power++) {
    const at = y(10 ** power);
    parts.push(`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}" stroke="#dddddd"/>`);
    parts.push(text(LEFT - 8, at + 4, time(10 ** power), `text-anchor="end"`));
  }
  for (const count of counts) parts.push(text(x(count), HEIGHT - BOTTOM + 20, count.toLocaleString("en"), `text-anchor="middle"`));
  parts.push(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "rules", `text-anchor="middle"`));
  const ends = [];
  names.forEach((name, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const own = rows.filter((row) => row.name === name);
    const points = own.map(({ count, ns }) => `${x(count).toFixed(1)},${y(ns).toFixed(1)}`);
    parts.push(`<polyline fill="none" stroke="${colour}" stroke-width="${index === 0 ? 3 : 1.6}" points="${points.join(" ")}"/>`);
    for (const point of points) parts.push(`<circle cx="${point.split(",")[0]}" cy="${point.split(",")[1]}" r="2.6" fill="${colour}"/>`);
    ends.push({ name, colour, at: y(own.at(-1).ns) });
  });
  // Names next to the lines' ends, apart from each other.
  ends.sort((one, other) => one.at - other.at);
  let free = TOP;
  for (const { name, colour, at } of ends) {
    free = Math.max(free, at + 4);
    parts.push(text(WIDTH - RIGHT + 12, free, name, `fill="${colour}"`));
    free += 16;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
${parts.join("\n")}
</svg>
`;
}

/** A time in words. */
export function time(ns) {
  const [unit, size] = ns < 1e3 ? ["ns", 1] : ns < 1e6 ? ["µs", 1e3] : ns < 1e9 ? ["ms", 1e6] : ["s", 1e9];
  const value = ns / size;
  return `${value < 10 && value % 1 !== 0 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

function escape(words) {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
