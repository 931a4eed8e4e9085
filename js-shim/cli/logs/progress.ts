/** How far the reading of logs is, on standard error, where that is a terminal. */
import progress from "cli-progress";
import type { Reading } from "./reading.js";

const FORMAT = "{bar} {percentage} %  {lines} lines  {eta_formatted} left";
const STEP = 1 << 20;

export class LogProgress {
  readonly #bar: progress.SingleBar | undefined;
  readonly #reading: Reading;
  #told = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
    if (process.stderr.isTTY !== true || reading.total === 0) return;
    this.#bar = new progress.SingleBar({ format: FORMAT, stream: process.stderr, hideCursor: true, clearOnComplete: true, gracefulExit: false }, progress.Presets.shades_classic);
    this.#bar.start(reading.total, 0, { lines: 0 });
  }

  moved(): void {
    const { bytes, lines } = this.#reading;
    if (this.#bar === undefined || bytes - this.#told < STEP) return;
    this.#told = bytes;
    this.#bar.update(bytes, { lines: lines.toLocaleString("en") });
  }

  end(): void {
    this.#bar?.stop();
  }
}
