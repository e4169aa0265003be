import type { Mark } from "../ports/mark.js";

/** Options of the marks of outputs. */
export interface ProvenanceOptions {
  /**
   * Name of the AI system that the marks state as `AISystemUsed`, at most 200 characters.
   * @default the name of the model
   */
  readonly system?: string;
  /**
   * Marks a file, for example with a C2PA manifest that the host signs.
   * @default `iptcMark()`
   */
  readonly mark?: Mark;
}
