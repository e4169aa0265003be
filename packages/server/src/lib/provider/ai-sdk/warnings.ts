import { fieldsOf } from "../vendor/vendor-json.js";

/** What a model made of its input, such as that it has ignored the seed. */
export interface AiSdkWarning {
  readonly modelId: string;
  readonly generationId: string;
  /** As the package gave it: `{ type: "unsupported", feature, details }`, and others. May hold words of the vendor. */
  readonly warning: unknown;
}

/** One line on the console, without what a vendor may have said in its own words. */
export function logWarning({ generationId, modelId, warning }: AiSdkWarning): void {
  const { feature, setting, type } = fieldsOf(warning);
  const about = [type, feature ?? setting].filter((word) => typeof word === "string").join(" ");
  console.warn(`safelight: The model ${modelId} warns about its input: ${about}.`, { generationId });
}
