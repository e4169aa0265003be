import type { Json } from "@safelight/client/contract";
import { withSetupCode } from "../../ports/setup-error.js";
import type { AiSdkFile } from "./image-model.js";

/** Argument of `doStart` and `doGenerate`. Every key is present, because some packages read all of them. */
export interface AiSdkVideoCall {
  readonly prompt: string | undefined;
  readonly n: number;
  readonly aspectRatio: string | undefined;
  readonly resolution: string | undefined;
  readonly duration: number | undefined;
  readonly fps: number | undefined;
  readonly seed: number | undefined;
  readonly image: object | undefined;
  readonly frameImages: readonly { readonly image: AiSdkFile; readonly frameType: string }[] | undefined;
  readonly inputReferences: readonly AiSdkFile[] | undefined;
  readonly generateAudio: boolean | undefined;
  readonly providerOptions: Readonly<Record<string, unknown>>;
  readonly abortSignal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Result of a finished generation. `videos` are `VideoModelV4VideoData` values. */
export interface AiSdkVideoResult {
  readonly videos: readonly unknown[];
  readonly warnings?: readonly unknown[];
}

/** Result of `doStart`. */
export interface AiSdkVideoStart {
  /** JSON. */
  readonly operation: unknown;
  readonly warnings?: readonly unknown[];
}

/** Result of `doStatus`. */
export type AiSdkVideoStatus =
  | { readonly status: "pending" }
  | ({ readonly status: "completed" } & AiSdkVideoResult)
  | { readonly status: "error"; readonly error: string };

/**
 * The parts of an AI SDK video model (specification version 4) that the adapter uses. The AI SDK packages are not a
 * dependency.
 *
 * @see `Experimental_VideoModelV4` of `@ai-sdk/provider` 4.0.38, checked 2026-11
 */
export interface AiSdkVideoModel {
  readonly specificationVersion: "v4";
  readonly provider: string;
  readonly modelId: string;
  readonly maxVideosPerCall:
    | number
    | undefined
    | ((options: { modelId: string }) => PromiseLike<number | undefined> | number | undefined);
  doGenerate?(options: never): PromiseLike<AiSdkVideoResult>;
  doStart?(options: never): PromiseLike<AiSdkVideoStart>;
  doStatus?(options: never): PromiseLike<AiSdkVideoStatus>;
}

/** Options of `doStatus`. */
export interface AiSdkStatusCall {
  readonly operation: Json;
  readonly abortSignal: AbortSignal;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** The methods of a model, with the arguments that the adapter passes. */
export interface VideoMethods {
  /** `null` if the model has only jobs. */
  readonly generate: ((call: AiSdkVideoCall) => PromiseLike<AiSdkVideoResult>) | null;
  /** `null` if the model has no resumable jobs. `generate` is then present. */
  readonly job: {
    readonly start: (call: AiSdkVideoCall) => PromiseLike<AiSdkVideoStart>;
    readonly status: (call: AiSdkStatusCall) => PromiseLike<AiSdkVideoStatus>;
  } | null;
}

/**
 * Returns the methods of a model.
 *
 * @throws {TypeError} for anything but a video model, such as a model id.
 */
export function videoMethodsOf(model: AiSdkVideoModel): VideoMethods {
  const { doGenerate, doStart, doStatus, specificationVersion }: Partial<AiSdkVideoModel> = Object(model);
  const isResumable = typeof doStart === "function" && typeof doStatus === "function";
  if (specificationVersion !== "v4" || (!isResumable && typeof doGenerate !== "function")) {
    throw withSetupCode(
      "option_invalid",
      new TypeError(
        'aiSdkVideo needs an AI SDK video model (V4), such as gateway.video("google/veo-3.1-generate-001")',
      ),
    );
  }
  // The packages declare template literal types, such as `${number}:${number}`, which `videoCallOf` checks at run time.
  return {
    generate: typeof doGenerate === "function" ? (call) => doGenerate.call(model, call as never) : null,
    job: isResumable
      ? {
          start: (call) => doStart.call(model, call as never),
          status: (call) => doStatus.call(model, call as never),
        }
      : null,
  };
}
