// The instances of WebAssembly that the package makes, seen from outside: nothing of the package is opened for this.

/** Calls `make`; `change` sees the exports of each instance made meanwhile and afterwards, and may replace them. */
export function watchInstances(change) {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (...args) {
    const { exports } = new Instance(...args);
    return { exports: change(exports) ?? exports };
  };
  return () => {
    WebAssembly.Instance = Instance;
  };
}
