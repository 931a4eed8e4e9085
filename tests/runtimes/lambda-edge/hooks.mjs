// The hooks that tests/events name: what rules should not try. AWS's own examples are callback-style; these are not.
import { createHmac, timingSafeEqual } from "node:crypto";

const form = ({ data }) => new URLSearchParams(Buffer.from(data, "base64").toString());
const isForm = ({ body, method }) => method === "POST" && body?.data;

/** AWS writes each pair to the log. */
const read = (request) => {
  if (isForm(request)) for (const [name, value] of form(request.body)) void [name, value];
};

const change = async (request) => {
  if (!isForm(request)) return;
  const { body } = request;
  const fields = [...form(body), ["new-param-name", "new-param-value"]];
  body.action = "replace";
  body.encoding = "text";
  body.data = fields.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
};

export const hooks = {
  /** Reads the fields of a form. */
  example17: { viewerRequest: read, originRequest: read },

  /** Adds a field to a form. */
  example18: { viewerRequest: change, originRequest: change },

  /** A JSON Web Token in the query, signed with HS256 and a shared secret. */
  example26: {
    viewerRequest({ querystring }) {
      const [head, claims, signature] = (new URLSearchParams(querystring).get("jwt") ?? "").split(".");
      const expected = createHmac("sha256", "secret").update(`${head}.${claims}`).digest();
      const given = Buffer.from(signature ?? "", "base64url");
      if (given.length === expected.length && timingSafeEqual(given, expected)) return undefined;
      return { status: "401", statusDescription: "Unauthorized" };
    },
  },
};
