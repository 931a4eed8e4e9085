/** One or several. */
export type OneOrMore<T> = T | readonly T[];
