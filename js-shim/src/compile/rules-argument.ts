/**
 * What functions that take rules accept beyond `Rules`: rules from `import rules from "../rules/rules.json"`. TypeScript says only
 * `string` of a word in a JSON file and `number` of a status, so such a type cannot be checked further. What is wrong with
 * its words is found when the rules are loaded.
 */
import type { Rules } from "../rules/rules.js";

/** Rules, their JSON text, or rules imported from a JSON file. */
export type RulesArgument<R> = Rules | string | (R & ImportedRules<R>);

/** `R` if these are rules but for words that are typed as `string` and numbers typed as `number`; `never` otherwise. */
export type ImportedRules<R> = R extends Rules | string | number | boolean ? never
  : R extends Widened<Rules, R> & OnlyKnown<R, Rules> ? R
  : never;

/**
 * The type that `defineRules` asks for: `R` itself if it is right, and otherwise one that makes the compiler name what is
 * wrong. A literal is compared with `Rules`; only a variable, of which TypeScript allows unknown keys, gets as far as
 * `UnknownKey`.
 */
export type CheckedRules<R> = R extends Widened<Rules, R>
  ? R extends OnlyKnown<R, Rules>
    ? R
    : (R extends Rules ? Rules : R) & UnknownKey<UnknownKeys<OnlyKnown<R, Rules>>>
  : Rules;

/** What `defineRules` returns: the type it was given, or `Rules` for rules from a JSON file. */
export type DefinedRules<R> = R extends Rules ? R : Rules;

/** Never fulfilled: `"stauts" is not a key of rules`. */
export interface UnknownKey<Name> {
  readonly "is not a key of rules": Name;
}

/** Lets TypeScript infer `R` from an argument whose own type is computed from `R`. */
export type Inferred<R> = R & (R extends never ? R : never);

/** `S`, with `string` for a set of words and `number` for a set of numbers wherever `V` says no more than that. */
type Widened<S, V> = [V] extends [never] ? S
  : S extends string ? (string extends V ? string : S)
  : S extends number ? (number extends V ? number : S)
  : S extends boolean ? (boolean extends V ? boolean : S)
  : S extends readonly (infer E)[] ? readonly Widened<E, ElementOf<V>>[]
  : S extends object ? { readonly [K in keyof S]: Widened<S[K], MemberOf<V, K>> | Absent<S, K> }
  : S;

/** A member that only other items of a list have is `undefined` in the type of a JSON file. */
type Absent<S, K extends keyof S> = {} extends Pick<S, K> ? undefined : never;

/** `V`, with an `Unknown` in place of each member that `S` does not have. */
type OnlyKnown<V, S> = V extends readonly (infer E)[] ? readonly OnlyKnown<E, ElementOf<S>>[]
  : V extends object ? { readonly [K in keyof V]: K extends KeyOf<S> ? OnlyKnown<V[K], MemberOf<S, K>> : Unknown<K> }
  : V;

interface Unknown<Name> {
  readonly unknownKey: Name;
}

/** The names of the `Unknown` members at any depth; `Depth` ends it where a type contains itself. */
type UnknownKeys<T, Depth extends 0[] = []> = Depth["length"] extends 9 ? never
  : T extends Unknown<infer Name> ? Name
  : T extends readonly (infer E)[] ? UnknownKeys<E, Depth>
  : T extends object ? UnknownKeys<T[keyof T], [...Depth, 0]>
  : never;

type ElementOf<T> = T extends readonly (infer E)[] ? E : never;
type KeyOf<T> = T extends readonly unknown[] ? never : T extends object ? keyof T : never;
type MemberOf<T, K> = T extends readonly unknown[] ? never
  : T extends object ? (K extends keyof T ? T[K] : string extends K ? T[keyof T] : never)
  : never;
