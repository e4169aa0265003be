/** A picture that a model is to work on. */
export interface AiSdkFile {
  readonly type: "file";
  readonly mediaType: string;
  readonly data: Uint8Array;
}

/** What `doGenerate` is given. Every key is there, because some packages read them all. */
export interface AiSdkCall {
  readonly prompt: string | undefined;
  readonly n: number;
  readonly size: string | undefined;
  readonly aspectRatio: string | undefined;
  readonly seed: number | undefined;
  /** Of `AiSdkFile`, from V3 on. */
  readonly files?: readonly object[] | undefined;
  readonly mask?: object | undefined;
  readonly providerOptions: Readonly<Record<string, unknown>>;
  readonly abortSignal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What came of one call. */
export interface AiSdkResult {
  /** Base64, or the bytes. */
  readonly images: readonly (string | Uint8Array)[];
  /** `false` where an empty result is no accident, such as with a filtered prompt. */
  readonly isRetryable?: boolean;
  readonly warnings?: readonly unknown[];
  /** By the name of the package: `{ images: [...] }`, and whatever else it tells. */
  readonly providerMetadata?: unknown;
  readonly usage?: unknown;
}

/**
 * An image model of the AI SDK, of version 2, 3 or 4 of its specification, by what is used of it: the packages are not
 * needed for this.
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
  /** `undefined` when nobody knows. From V4 on. */
  readonly supportsFileInputs?: PromiseLike<boolean | undefined> | boolean | undefined;
  readonly supportsMaskInputs?: PromiseLike<boolean | undefined> | boolean | undefined;
  doGenerate(options: AiSdkCall): PromiseLike<AiSdkResult>;
}

/** @throws {TypeError} for what is no image model, such as the name of one: names need a gateway, which would be guessed. */
export function checkImageModel(model: AiSdkImageModel): void {
  const { doGenerate, specificationVersion }: Partial<AiSdkImageModel> = Object(model);
  if (typeof doGenerate === "function" && /^v[234]$/.test(String(specificationVersion))) return;
  throw new TypeError('aiSdk needs an image model of the AI SDK (V2 to V4), such as openai.image("gpt-image-2")');
}
