import { type FailureCode, failures } from "../../contract/failure.js";
import {
  type Generation,
  type GenerationFields,
  type GenerationStatus,
  isTerminalStatus,
  type Output,
  type Progress,
} from "../../contract/generation.js";
import type { Json } from "../../contract/json.js";
import { tinyPngByteLength, tinyPngPlaceholder, tinyPngSha256 } from "../request/tiny-png.js";
import { signPath, urlPeriod, urlsExpireAtMs } from "./signed-urls.js";

/** A stored generation. Each response computes the owner's view from it. */
export interface MockGeneration
  extends Omit<
    GenerationFields<string, Json>,
    "progress" | "ownerTag" | "urlsExpireAt" | "credits" | "refundedCredits"
  > {
  readonly status: GenerationStatus;
  readonly progress: Omit<Progress, "previewUrl">;
  readonly hasPreview: boolean;
  /** 0 if the host does not bill. */
  readonly credits: number;
  readonly refundedCredits: number;
  /** Number of outputs; 0 unless completed. */
  readonly outputCount: number;
  /** `null` unless failed. */
  readonly failureCode: FailureCode | null;
}

/** Settings of the owner's view. */
export interface WireOptions {
  readonly basePath: string;
  readonly ownerTag: string;
  readonly isBilled: boolean;
  readonly urlLifetimeMs: number;
  /** Flags of each output; `undefined` omits the field. */
  readonly flags: readonly string[] | null | undefined;
}

/** The generation as its owner sees it now. */
export function toWireGeneration(mock: MockGeneration, options: WireOptions): Generation {
  const { status, hasPreview, outputCount, failureCode, progress, ...fields } = mock;
  const isActive = !isTerminalStatus(status);
  const showsPreview = isActive && hasPreview;
  const { basePath, flags, urlLifetimeMs } = options;
  const urlOf = (path: string): string => signPath(`${basePath}/${mock.id}/${path}`, urlLifetimeMs);
  const shown: GenerationFields = {
    ...fields,
    ownerTag: options.ownerTag,
    progress: { ...progress, previewUrl: showsPreview ? urlOf("preview") : null },
    credits: options.isBilled ? fields.credits : null,
    refundedCredits: options.isBilled ? fields.refundedCredits : null,
    urlsExpireAt: showsPreview || status === "completed" ? new Date(urlsExpireAtMs(urlLifetimeMs)).toISOString() : null,
  };
  switch (status) {
    case "pending":
    case "processing":
    case "canceled":
      return { ...shown, status };
    case "failed": {
      const code = failureCode ?? "internal";
      return { ...shown, status, error: { code, ...failures[code] } };
    }
    case "completed": {
      const outputOf = (index: number): Output => ({
        index,
        kind: fields.kind,
        url: urlOf(`outputs/${index}`),
        contentType: "image/png",
        byteLength: tinyPngByteLength,
        sha256: tinyPngSha256,
        width: 1,
        height: 1,
        durationMs: null,
        placeholder: tinyPngPlaceholder,
        thumbnailUrl: urlOf(`outputs/${index}/thumbnail`),
        provenance: { digitalSourceType: "trainedAlgorithmicMedia", c2pa: false, marked: true },
        ...(flags !== undefined && { flags }),
      });
      const others = Array.from({ length: outputCount - 1 }, (_, index) => outputOf(index + 1));
      return { ...shown, status, outputs: [outputOf(0), ...others] };
    }
  }
}

/** Entity tag of the owner's view: its version, and the period in which its URLs stay the same. */
export function tagOf({ version }: MockGeneration, urlLifetimeMs: number): string {
  return `v${version}-${urlPeriod(urlLifetimeMs)}`;
}
