/** What the function of a row returns, given the message that it got. */
export function resultOf({ change = {}, result, repeat = {} }, message) {
  const returned = result ?? structuredClone(message);
  const set = (pointer, value) => {
    const names = pointer.slice(1).split("/");
    const last = names.pop();
    const parent = names.reduce((at, name) => at[name], returned);
    if (value === null) delete parent[last];
    else parent[last] = value;
  };
  for (const [pointer, value] of Object.entries(change)) set(pointer, value);
  for (const [pointer, [text, count]] of Object.entries(repeat)) set(pointer, text.repeat(count));
  return returned;
}
