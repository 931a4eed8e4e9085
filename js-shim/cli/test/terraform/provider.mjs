// Writes provider.json anew: what the provider hashicorp/aws knows of the resources that pkg/terraform uses, taken from the package
// @cdktn/provider-aws, which is generated from the provider's own schema.
// npm pack @cdktn/provider-aws && tar xzf *.tgz && node js-shim/cli/test/terraform/provider.mjs package/.jsii
import { readFileSync, writeFileSync } from "node:fs";

const RESOURCES = [
  "aws_cloudfront_cache_policy", "aws_cloudfront_distribution", "aws_cloudfront_function", "aws_cloudfront_key_value_store",
  "aws_cloudfront_origin_access_control", "aws_cloudfront_origin_request_policy", "aws_cloudfront_response_headers_policy",
  "aws_cloudfrontkeyvaluestore_keys_exclusive", "aws_iam_role", "aws_iam_role_policy_attachment", "aws_lambda_function", "aws_s3_bucket",
  "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block",
];
const DATA = ["aws_iam_policy_document", "aws_partition"];

const { types } = JSON.parse(readFileSync(process.argv[2], "utf8"));

/** The type by its name, as `CloudfrontCachePolicy`. */
const pascal = (name) => name.replace(/^aws_/, "").replace(/(?:^|_)(.)/g, (_, letter) => letter.toUpperCase());
const byName = new Map(Object.values(types).map((type) => [type.name, type]));
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
let version;

/** What a property is called in HCL, which its documentation links to. */
function named({ docs, name }) {
  const [, found, word] = /\/providers\/hashicorp\/aws\/([\d.]+)\/docs\/[^#]+#(\w+) /.exec(docs.remarks ?? "") ?? [];
  version ??= found;
  return word ?? snake(name);
}

/** The types that a property may have. */
const alternatives = (type) => (type.union ? type.union.types : [type]).map((one) => one.collection?.elementtype ?? one).flatMap((one) => (one.union ? alternatives(one) : [one]));

function shape(type, more) {
  const attributes = {};
  const blocks = {};
  for (const property of type.properties ?? []) {
    const name = named(property);
    const required = property.optional !== true;
    const inner = alternatives(property.type).find(({ fqn }) => fqn?.startsWith("@cdktn/provider-aws."));
    if (inner === undefined) attributes[name] = required ? "required" : "optional";
    else blocks[name] = { ...(required && { required }), ...shape(types[inner.fqn]) };
  }
  return { attributes, blocks, ...more };
}

/** What other resources may ask of it. */
function readable(name) {
  const { properties } = byName.get(name);
  return properties.filter((property) => property.immutable && !property.static && !property.name.endsWith("Input")).map((property) => snake(property.name)).sort();
}

const described = (names, prefix) => Object.fromEntries(names.map((name) => [name, shape(byName.get(`${prefix}${pascal(name)}Config`), { readable: readable(`${prefix}${pascal(name)}`) })]));
const resources = described(RESOURCES, "");
const data = described(DATA, "DataAws");
writeFileSync(new URL("provider.json", import.meta.url), `${JSON.stringify({ provider: "hashicorp/aws", version, resources, data }, null, 1)}\n`);
