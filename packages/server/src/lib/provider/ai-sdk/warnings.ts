import { fieldsOf } from "../kit/request/vendor-json.js";

/** What a model made of its input, such as that it has ignored the seed. */
export interface AiSdkWarning {
  readonly modelId: string;
  readonly generationId: string;
  /** As the package gave it: `{ type: "unsupported", feature, details }`, and others. May hold words of the vendor. */
  readonly warning: unknown;
}

/**
 * A warning of the process, which Node and Bun write as one line; elsewhere nothing. Without what a vendor may have said in
 * its own words.
 */
export function emitWarning({ generationId, modelId, warning }: AiSdkWarning): void {
  const { feature, setting, type } = fieldsOf(warning);
  const about = [type, feature ?? setting].filter((word) => typeof word === "string").join(" ");
  const message = `The model ${modelId} warns about the input of ${generationId}: ${about}.`;
  globalThis.process?.emitWarning?.(message, "SafelightWarning");
}
