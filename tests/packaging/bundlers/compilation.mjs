/** webpack, and Rspack, which has its interface. */
import { basename, dirname } from "node:path";

export function compilation(make) {
  const configured = (entry, file, plugins, conditions) => make({
    mode: "production",
    target: "es2022",
    entry,
    plugins,
    // Minifying takes most of the time, and proves nothing of a plugin.
    optimization: { minimize: plugins.length === 0 },
    context: dirname(entry),
    experiments: { outputModule: true },
    externals: /^node:/,
    externalsType: "module",
    resolve: { conditionNames: [...conditions, "import"] },
    output: { path: dirname(file), filename: basename(file), module: true, library: { type: "module" } },
    performance: { hints: false },
  });

  async function bundle(entry, file, conditions) {
    const warnings = await bundleWith([], entry, file, conditions);
    if (warnings.length > 0) throw new Error(warnings.join("\n"));
  }

  async function bundleWith(plugins, entry, file, conditions) {
    const compiler = configured(entry, file, plugins, conditions);
    const stats = await new Promise((resolve, reject) => compiler.run((error, done) => (error ? reject(error) : resolve(done))));
    await new Promise((resolve) => compiler.close(resolve));
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    if (errors.length > 0) throw Object.assign(new Error(stats.toString("errors-warnings")), { errors });
    return warnings.map(({ message }) => message);
  }

  const told = ({ errors }) => errors.map(({ message }) => message);

  async function watchWith(plugins, entry, file, conditions, built) {
    const compiler = configured(entry, file, plugins, conditions);
    const watching = compiler.watch({}, (error, stats) => built(error?.message ?? stats.toJson({ all: false, errors: true }).errors[0]?.message));
    return () => new Promise((resolve) => watching.close(() => compiler.close(resolve)));
  }

  return { bundle, bundleWith, told, watchWith };
}
