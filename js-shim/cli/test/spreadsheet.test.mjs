// Workbooks as lists of redirects: cells by ECMA-376, part 1, and what no list can be made of.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { strToU8, zipSync } from "fflate";
import { folder, selvedge } from "./run.mjs";

const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const xml = (text) => strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${text}`);

/** A workbook of these sheets: name, rows, and what follows them. */
function workbook(...sheets) {
  const codes = sheets[0].codes ?? [];
  const parts = {
    "_rels/.rels": xml(`<Relationships><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
    "xl/workbook.xml": xml(
      `<workbook xmlns:r="${RELATIONS}"><sheets>${sheets.map(({ name, state = "visible" }, at) => `<sheet name="${name}" sheetId="${at + 1}" state="${state}" r:id="s${at}"/>`).join("")}</sheets></workbook>`,
    ),
    "xl/_rels/workbook.xml.rels": xml(
      `<Relationships>${sheets.map((_, at) => `<Relationship Id="s${at}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${at}.xml"/>`).join("")}` +
        `<Relationship Id="t" Type="${RELATIONS}/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="y" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
    ),
    "xl/sharedStrings.xml": xml("<sst><si><t>/shared</t></si><si><r><t>/ri</t></r><r><rPr><b/></rPr><t>ch</t></r><rPh sb=\"0\" eb=\"1\"><t>read aloud</t></rPh></si></sst>"),
    "xl/styles.xml": xml(`<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\\\-mm"/>${codes.map((code, at) => `<numFmt numFmtId="${200 + at}" formatCode="${code.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"/>`).join("")}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>${codes.map((_, at) => `<xf numFmtId="${200 + at}"/>`).join("")}<xf numFmtId="9"/><xf numFmtId="3"/></cellXfs></styleSheet>`),
  };
  for (const [at, { rows, after = "" }] of sheets.entries()) parts[`xl/worksheets/sheet${at}.xml`] = xml(`<worksheet><sheetData>${rows}</sheetData>${after}</worksheet>`);
  return zipSync(parts);
}

const text = (place, value) => `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;
const row = (number, ...cells) => `<row r="${number}">${cells.join("")}</row>`;
const HEADER = row(1, text("A1", "Old URL"), text("B1", "New URL"), text("C1", "Code"));
const ONE = HEADER + row(2, text("A2", "/a"), text("B2", "/b"));

function convert(t, bytes, ...args) {
  const cwd = folder(t, {});
  writeFileSync(join(cwd, "list.xlsx"), bytes);
  return selvedge("convert", "list.xlsx", "--to", "csv", ...args, { cwd });
}

test("cells are what people see in them", (t) => {
  const rows = HEADER
    + row(2, '<c r="A2" t="s"><v>0</v></c>', '<c r="B2" t="s"><v>1</v></c>', '<c r="C2"><v>3.02E2</v></c>')
    // The value of a formula is kept with it; cells may have no place.
    + '<row><c t="str"><f>"/for"&amp;"mula"</f><v>/formula</v></c><c t="inlineStr"><is><t>/a,b &lt;"&gt; </t></is></c></row>'
    + row(6, text("A6", "/merged"), text("B6", "/one"))
    + row(7, text("A7", "/as-well"));
  const { code, out, err } = convert(t, workbook({ name: "List", rows, after: '<mergeCells><mergeCell ref="B6:C7"/></mergeCells>' }, { name: "Empty", rows: "" }));
  // The merge is two columns wide: what stands for the code there is not one.
  assert.deepEqual([code, out], [1, 'from,to,status\n/shared,/rich,302\n/formula,"/a,b <""> ",301\n'.replace('> "', '>"')]);
  assert.match(err, /list\.xlsx:6:\d+: error\[invalid-row\]: "\/one" is not a status/);
});

test("merged targets are those of all their rows", (t) => {
  const rows = ONE + row(3, text("A3", "/c"));
  const { code, out } = convert(t, workbook({ name: "List", rows, after: '<mergeCells><mergeCell ref="B2:B3"/></mergeCells>' }));
  assert.deepEqual([code, out], [0, "from,to,status\n/a,/b,301\n/c,/b,301\n"]);
});

test("what is not an address is an error of its row", (t) => {
  const rows = ONE
    + row(3, '<c r="A3" s="1"><v>46054</v></c>', text("B3", "/date"))
    + row(4, text("A4", "/no-value"), '<c r="B4"><f>A1&amp;"x"</f></c>')
    + row(5, text("A5", "/error"), '<c r="B5" t="e"><f>Z9</f><v>#REF!</v></c>')
    + row(6, text("A6", "/two\nlines"), text("B6", "/x"))
    + row(7, '<c r="A7" s="2"><v>46054</v></c>', text("B7", "/date"))
    + row(8, text("A8", `/${"x".repeat(20_000)}`), text("B8", "/long"));
  const { code, out, err } = convert(t, workbook({ name: "List", rows }));
  assert.deepEqual([code, out], [1, "from,to,status\n/a,/b,301\n"]);
  // 46054 days after 1899-12-30.
  assert.match(err, /list\.xlsx:3:1: error\[invalid-row\]: the cell holds "=date\(2026-02-01\)", not an address/);
  assert.match(err, /list\.xlsx:4:\d+: error\[invalid-row\]: the cell holds "=A1&\\"x\\"", not/);
  assert.match(err, /list\.xlsx:5:\d+: error\[invalid-row\]: the cell holds "=#REF!", not/);
  assert.match(err, /list\.xlsx:6:\d+: error\[control-character\]/);
  assert.match(err, /list\.xlsx:7:1: error\[invalid-row\]/);
  assert.match(err, /list\.xlsx:8:1: error\[invalid-row\]: the cell holds 20001 bytes/);
});

// ECMA-376 part 1, 18.8.31: `0` shows a digit always, `#` one that counts; a backslash, quotes and some characters stand for themselves.
// Excel shows 11 characters of a number without a format, and 15 digits at most. What it shows is written next to each.
test("numbers are as their formats show them, or errors of their rows", (t) => {
  const shown = [
    ['"/page-"000', 7, "/page-007"], ["00000", 123, "00123"], ["0.00", 1.5, "1.50"], ['"/v"0.0', 2, "/v2.0"], ["General", 12345678901, "12345678901"], ["@", 301, "301"], ["#,##0", 302, "302"],
    ['0;-0;"/none"', 5, "5"], ["\\/0_);(0)", 9, "/9"], ['[Red]"/r;"0', 4, "/r;4"], ["#", 12, "12"],
  ];
  const unclear = [
    ["0%", 0.5], ["General", "12345678901234567890"], ["General", "0.30000000000000004"], ["#,##0", 1000], ["0", 1.5], ["0.00E+00", 7], [";;;", 7], ["[>100]0", 7], ["000", -7], ["0", "1E+15"], ["0.0,", 1200], ["# ?/?", 0.5],
  ];
  const cases = [...shown, ...unclear];
  const codes = cases.map(([code]) => code);
  const rows = HEADER + cases.map(([, value], at) => row(at + 2, `<c r="A${at + 2}" s="${3 + at}"><v>${value}</v></c>`, text(`B${at + 2}`, `/t${at}`))).join("")
    // Formats that are not written down in the file: 9 is 0 %, 3 has thousands.
    + row(100, text("A100", "/percent"), `<c r="B100" s="${3 + cases.length}"><v>0.5</v></c>`) + row(101, text("A101", "/code"), text("B101", "/x"), `<c r="C101" s="${4 + cases.length}"><v>302</v></c>`);
  const { code, out, err } = convert(t, workbook({ name: "List", rows, codes }));
  assert.equal(code, 1);
  const quoted = (value) => (/[,;]/.test(value) ? `"${value}"` : value);
  const lines = out.trim().split("\n").slice(1);
  for (const [at, [code, , value]] of shown.entries()) assert.ok(lines.some((line) => line === `${quoted(value.startsWith("/") ? value : `/${value}`)},/t${at},301`), `${code}: ${value}\n${out}${err}`);
  for (const [at, [code, value]] of unclear.entries()) assert.match(err, new RegExp(`list\\.xlsx:${at + 2 + shown.length}:1: error\\[invalid-row\\]: the cell holds "=number\\(`), `${code}: ${value}`);
  assert.match(err, /list\.xlsx:100:\d+: error\[invalid-row\]: the cell holds "=number\(0\.5, 0%\)", not/);
  assert.ok(lines.includes("/code,/x,302"));
  assert.equal(lines.length, shown.length + 1);
});

test("the sheet is the one that has something in it, or the one that is named", (t) => {
  const other = HEADER + row(2, text("A2", "/c"), text("B2", "/d"));
  const bytes = workbook({ name: "One", rows: ONE }, { name: "Notes", rows: other, state: "hidden" }, { name: "Two", rows: other });
  assert.match(convert(t, bytes).err, /has 2 sheets: "One", "Two"\n.*--sheet NAME/);
  assert.equal(convert(t, bytes, "--sheet", "Two").out, "from,to,status\n/c,/d,301\n");
  assert.equal(convert(t, bytes, "--sheet", "1").out, "from,to,status\n/a,/b,301\n");
  assert.match(convert(t, bytes, "--sheet", "Three").err, /has no sheet "Three"\n.*"One", "Notes", "Two"/);
  assert.match(convert(t, workbook({ name: "One", rows: "" })).err, /has nothing in its sheets/);
});

test("a workbook that cannot be read says why, and nothing is written", (t) => {
  const whole = workbook({ name: "List", rows: ONE });
  const size = (bytes, value) => {
    // The central directory says how large a part is: offset 24 of each of its headers (APPNOTE.TXT, 4.3.12).
    const altered = Buffer.from(bytes);
    for (let at = altered.indexOf("PK\x01\x02", "latin1"); at >= 0; at = altered.indexOf("PK\x01\x02", at + 1, "latin1")) altered.writeUInt32LE(value, at + 24);
    return altered;
  };
  const sheet = (part) => zipSync({ "xl/workbook.xml": xml(part) });
  for (const [what, bytes, said] of [
    ["encrypted", Buffer.from("d0cf11e0a1b11ae1", "hex"), /is encrypted, or of an Excel before 2007/],
    ["cut", whole.subarray(0, 1500), /is not a whole workbook, or is broken/],
    ["only its beginning", whole.subarray(0, 4), /is broken/],
    ["larger than memory", size(whole, 0x7fff_ffff), /unpacks to more than 400 MB/],
    ["smaller than it is", size(whole, 40), /is broken/],
    ["another archive", zipSync({ "readme.txt": strToU8("hello") }), /is not a workbook/],
    ["entities", sheet('<!DOCTYPE w [<!ENTITY a "aaaa">]><workbook><sheets/></workbook>'), /has a document type/],
    ["not XML", sheet("<workbook><sheets></workbook>"), /is broken: xl\/workbook.xml: Unexpected close tag/],
    ["a row beyond", workbook({ name: "List", rows: '<row r="99999999999"><c><v>1</v></c></row>' }), /a row that no sheet has/],
    ["a column beyond", workbook({ name: "List", rows: row(1, text("XFD1", "x")) }), /more than 256 columns/],
    ["all merged", workbook({ name: "List", rows: ONE, after: '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>' }), /too many merged cells/],
  ]) {
    const { code, out, err } = convert(t, bytes);
    assert.deepEqual([what, code, out], [what, 2, ""], err);
    assert.match(err, said, what);
  }
  assert.match(selvedge("convert", "list.csv", "--to", "csv", "--sheet", "A", { cwd: folder(t, { "list.csv": "from,to\n/a,/b\n" }) }).err, /has no sheets/);
});
