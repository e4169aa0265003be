import { asRecord } from "../../json/as-record.js";

/** Warning of a model about its input, such as that it ignores the seed. */
export interface AiSdkWarning {
  readonly modelId: string;
  readonly generationId: string;
  /** As the package reported it: `{ type: "unsupported", feature, details }` and others. May contain vendor text. */
  readonly warning: unknown;
}

/** Emits a process warning, which Node and Bun print as one line; other runtimes do nothing. Vendor text is left out. */
export function emitWarning({ generationId, modelId, warning }: AiSdkWarning): void {
  const { feature, setting, type } = asRecord(warning);
  const about = [type, feature ?? setting].filter((word) => typeof word === "string").join(" ");
  const message = `Model ${modelId} warned about the input of ${generationId}: ${about}.`;
  globalThis.process?.emitWarning?.(message, "SafelightWarning");
}
