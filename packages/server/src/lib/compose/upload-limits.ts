import { maxImageBodyBytes } from "../http/request/file-body.js";
import type { ServiceLimits } from "../service/service-context.js";
import { atLeast } from "./at-least.js";
import type { LimitOptions } from "./limit-options.js";

type UploadLimits = Pick<
  ServiceLimits,
  | "maxInputBytesPerOwner"
  | "maxUploadBytes"
  | "maxInputVideoBytes"
  | "maxInputVideoPixels"
  | "maxInputAudioBytes"
  | "maxInputSeconds"
>;

/**
 * Checks the limits that depend on each other: the largest file of each kind must fit the quota of its owner and the uploads in
 * progress. The defaults give way to the limits that the host sets.
 *
 * @throws {RangeError} for a limit below its minimum.
 */
export function toUploadLimits(limits: LimitOptions, maxInputImageBytes: number): UploadLimits {
  const { maxInputBytesPerOwner, maxUploadBytes, maxInputVideoPixels = 9_437_184, maxInputSeconds = 3_600 } = limits;
  const maxDefault = Math.min(
    // One owner may use half of it.
    Math.floor((maxUploadBytes ?? Number.POSITIVE_INFINITY) / 2),
    maxInputBytesPerOwner || Number.POSITIVE_INFINITY,
  );
  const {
    maxInputVideoBytes = Math.min(209_715_200, maxDefault),
    maxInputAudioBytes = Math.min(52_428_800, maxDefault),
  } = limits;
  const video = maxInputVideoBytes === false ? 0 : atLeast(1, { "limits.maxInputVideoBytes": maxInputVideoBytes });
  const audio = maxInputAudioBytes === false ? 0 : atLeast(1, { "limits.maxInputAudioBytes": maxInputAudioBytes });
  const maxFileBytes = Math.max(maxInputImageBytes, video, audio);
  const minUploadBytes = Math.max(maxImageBodyBytes(maxInputImageBytes), video, audio);
  return {
    maxInputBytesPerOwner:
      maxInputBytesPerOwner === false
        ? null
        : atLeast(maxFileBytes, {
            "limits.maxInputBytesPerOwner": maxInputBytesPerOwner ?? Math.max(1_073_741_824, maxFileBytes),
          }),
    // Four fifths of the default have room for two of the largest files.
    maxUploadBytes: atLeast(minUploadBytes, {
      "limits.maxUploadBytes": maxUploadBytes ?? Math.max(268_435_456, Math.ceil(2.5 * minUploadBytes)),
    }),
    maxInputVideoBytes: video,
    maxInputVideoPixels: atLeast(1, { "limits.maxInputVideoPixels": maxInputVideoPixels }),
    maxInputAudioBytes: audio,
    maxInputSeconds: atLeast(1, { "limits.maxInputSeconds": maxInputSeconds }),
  };
}
