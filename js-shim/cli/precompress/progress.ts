/** A progress bar on standard error, where that is a terminal. */
import progress from "cli-progress";
import type { Watcher } from "./run.js";

const FORMAT = "{bar} {percentage} %  {files} of {allFiles} files  {size} of {allSize}  {eta_formatted} left";

export class Progress implements Watcher {
  readonly #bar: progress.SingleBar | undefined;
  #files = 0;
  #bytes = 0;

  constructor(wanted: boolean) {
    if (!wanted || process.stderr.isTTY !== true) return;
    const options = { format: FORMAT, stream: process.stderr, hideCursor: true, clearOnComplete: true, etaBuffer: 50, gracefulExit: false };
    this.#bar = new progress.SingleBar(options, progress.Presets.shades_classic);
  }

  begin({ files, bytes, work }: { files: number; bytes: number; work: number }): void {
    if (work > 0) this.#bar?.start(work, 0, { ...this.#state(), allFiles: files, allSize: megabytes(bytes) });
  }

  done(work: number, bytes: number | undefined): void {
    if (bytes !== undefined) this.#files++;
    this.#bytes += bytes ?? 0;
    this.#bar?.increment(work, this.#state());
  }

  end(): void {
    this.#bar?.stop();
  }

  #state(): object {
    return { files: this.#files, size: megabytes(this.#bytes) };
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
