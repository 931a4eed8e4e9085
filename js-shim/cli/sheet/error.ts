/** Why a workbook cannot be read. */
export class SheetError extends Error {
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.help = help;
  }
}
