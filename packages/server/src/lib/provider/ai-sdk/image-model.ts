import { withSetupCode } from "../../ports/setup-error.js";
/** An input image or a mask. */
export interface AiSdkFile {
  readonly type: "file";
  readonly mediaType: string;
  readonly data: Uint8Array;
}

/** Argument of `doGenerate`. Every key is present, because some packages read all of them. */
export interface AiSdkCall {
  readonly prompt: string | undefined;
  readonly n: number;
  readonly size: string | undefined;
  readonly aspectRatio: string | undefined;
  readonly seed: number | undefined;
  /** `AiSdkFile` values. V3 and later. */
  readonly files?: readonly object[] | undefined;
  readonly mask?: object | undefined;
  readonly providerOptions: Readonly<Record<string, unknown>>;
  readonly abortSignal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Result of one call. */
export interface AiSdkResult {
  /** Base64 or bytes. */
  readonly images: readonly (string | Uint8Array)[];
  /** `false` if a retry would also be empty, such as after a filtered prompt. */
  readonly isRetryable?: boolean;
  readonly warnings?: readonly unknown[] | undefined;
  /** By package name: `{ images: [...] }` and package-specific fields. */
  readonly providerMetadata?: unknown;
  readonly usage?: unknown;
}

/**
 * The parts of an AI SDK image model (specification version 2, 3 or 4) that the adapter uses. The AI SDK packages are not
 * a dependency.
 *
 * @see https://ai-sdk.dev/docs/ai-sdk-core/image-generation checked 2026-11
 */
export interface AiSdkImageModel {
  readonly specificationVersion: "v2" | "v3" | "v4";
  readonly provider: string;
  readonly modelId: string;
  readonly maxImagesPerCall:
    | number
    | undefined
    | ((options: { modelId: string }) => PromiseLike<number | undefined> | number | undefined);
  /** `undefined` if unknown. V4 and later. */
  readonly supportsFileInputs?: PromiseLike<boolean | undefined> | boolean | undefined;
  readonly supportsMaskInputs?: PromiseLike<boolean | undefined> | boolean | undefined;
  doGenerate(options: AiSdkCall): PromiseLike<AiSdkResult>;
}

/**
 * @throws {TypeError} for anything else, such as a model id: an id would need a default gateway, which Safelight does not
 * guess.
 */
export function checkImageModel(model: AiSdkImageModel): void {
  const { doGenerate, specificationVersion }: Partial<AiSdkImageModel> = Object(model);
  if (typeof doGenerate === "function" && /^v[234]$/.test(String(specificationVersion))) return;
  throw withSetupCode(
    "option_invalid",
    new TypeError('aiSdk needs an AI SDK image model (V2 to V4), such as openai.image("gpt-image-2")'),
  );
}
