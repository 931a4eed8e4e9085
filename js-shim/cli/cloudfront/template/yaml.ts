/** CloudFormation templates as YAML, as people write them: with comments, and with the short forms of the intrinsic functions. */
import { Document, isMap, isScalar, isSeq, type Pair, type Scalar, visit } from "yaml";

/** The member of an object that becomes the comment above it. */
export const COMMENT = "#";

/** Functions that CloudFormation has a tag for, where all they take is one value or one list. */
const SHORT = /^(?:Ref|Condition)$|^Fn::(?=Sub|GetAtt|If|Equals|Not|Select|Split|Join)/;

export function yamlOf(template: object): string {
  const document = new Document(template, { version: "1.1" });
  visit(document, {
    Pair(_, pair) {
      takeComment(pair as Pair<Scalar>);
    },
  });
  visit(document, {
    Map(key, map, path) {
      const [only, more] = map.items as unknown as Pair<Scalar>[];
      if (only === undefined || more !== undefined || !isScalar(only.key)) return;
      const name = String(only.key.value);
      // The member of a resource that names its condition is not a function.
      if (!SHORT.test(name) || (!isScalar(only.value) && !isSeq(only.value)) || path.length === 0) return;
      only.value.tag = `!${name.replace("Fn::", "")}`;
      if (isSeq(only.value)) only.value.flow = true;
      return only.value;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true, defaultStringType: "PLAIN" });
}

function takeComment(pair: Pair<Scalar>): void {
  if (!isMap(pair.value) || !pair.value.has(COMMENT)) return;
  pair.key.commentBefore = ` ${String(pair.value.get(COMMENT)).replace(/\n/g, "\n ")}`;
  pair.value.delete(COMMENT);
}
