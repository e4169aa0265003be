/** Limits per owner, per request and per process. */
export interface LimitOptions {
  /**
   * Max submits per owner; the burst is the whole limit. `false` for no limit.
   * @default { requests: 60, perMs: 60_000 }
   */
  readonly rate?: { readonly requests: number; readonly perMs: number } | false;
  /**
   * Max refunded generations per owner, after which further submits are refused (429 `refund_budget_spent`); the burst
   * is the whole limit. Counts only generations that an owner can provoke and that reached a provider: rejected
   * content, rejected input and cancels. Free generations do not count. A refund is never refused. `false` for no
   * budget.
   * @default { generations: 100, perMs: 3_600_000 }
   */
  readonly refunds?: { readonly generations: number; readonly perMs: number } | false;
  /**
   * Max generations of one owner in progress at once; `false` for no limit.
   * @default 20
   */
  readonly maxActive?: number | false;
  /**
   * Max request body, in bytes.
   * @default 262_144
   */
  readonly maxBodyBytes?: number;
  /**
   * Max input of one generation, in bytes of its JSON in UTF-8. A retry counts with the fields that it inherits. Each
   * response that lists generations repeats their inputs, up to 100 in one page.
   * @default 32_768
   */
  readonly maxInputBytes?: number;
  /**
   * Max files that one owner may upload; the burst is the whole limit. `false` for no limit.
   * @default { requests: 60, perMs: 600_000 }
   */
  readonly uploads?: { readonly requests: number; readonly perMs: number } | false;
  /**
   * Max uploaded files that one input may reference; a repeated reference counts again. If the vendor receives the
   * bytes, all of these files are in memory together.
   * @default 10
   */
  readonly maxInputFiles?: number;
  /**
   * Max size of an uploaded image, in bytes. The image is in memory during its upload. The images of one input may have
   * twice as much in total; a repeated reference counts again.
   * @default 26_214_400
   */
  readonly maxInputImageBytes?: number;
  /**
   * Max size of all stored uploads of one owner, in bytes. An upload beyond it is refused (413 `payload_too_large`)
   * until unused ones expire (`retention.inputsMs`). At least the max size of one file. `false` for no limit.
   * @default 1_073_741_824, or the max size of one file if that is more
   */
  readonly maxInputBytesPerOwner?: number | false;
  /**
   * Max bytes of all uploads in progress on one process. An upload is refused (503 `unavailable`) before its body is read if its
   * `Content-Length` does not fit. It counts with 64 KiB and 16 times its received bytes, and from 1 MiB on with its
   * `Content-Length`; without one, with its received bytes. It is refused later if this does not fit. One owner may use half of the
   * limit, and have 10 uploads in progress (429 `rate_limited`). One fifth, but at least one image, is reserved for uploads up to the
   * size of an image. One upload of the max size always fits, even if this leaves less for images. Minimum: the largest of
   * `maxInputImageBytes` plus 4,096 (the form around an image), `maxInputVideoBytes` and `maxInputAudioBytes`.
   * @default 2.5 times the minimum, but at least 268_435_456
   */
  readonly maxUploadBytes?: number;
  /**
   * Max width times height of an uploaded image: a small file may decode to much memory, here or at the vendor. Each
   * side has at most 16,384 pixels.
   * @default 64_000_000
   */
  readonly maxInputImagePixels?: number;
  /**
   * Max size of an uploaded video, in bytes; `false` refuses videos. It goes to a temporary file and from there to the
   * storage, so memory does not grow with it. The videos of one input may have twice as much in total.
   * @default 209_715_200, or half of `limits.maxUploadBytes` or all of `limits.maxInputBytesPerOwner`, if that is less
   */
  readonly maxInputVideoBytes?: number | false;
  /**
   * Max width times height of an uploaded video.
   * @default 9_437_184
   */
  readonly maxInputVideoPixels?: number;
  /**
   * Max size of an uploaded audio file, in bytes; `false` refuses audio. As `maxInputVideoBytes`.
   * @default 52_428_800, or less as for videos
   */
  readonly maxInputAudioBytes?: number | false;
  /**
   * Max duration of an uploaded video or audio file, in seconds. A file that does not state its duration is accepted; a field of a
   * model with `maxSeconds` refuses it.
   * @default 3_600
   */
  readonly maxInputSeconds?: number;
  /**
   * Max size of an output, in bytes, for all kinds of media or for each. A larger output is dropped and its price
   * refunded. A generation without any remaining output fails with `output_rejected`. Providers receive the limit, so
   * that they can stop reading early.
   * @default { image: 67_108_864, video: 536_870_912, audio: 134_217_728 }
   */
  readonly maxOutputBytes?: number | { readonly image?: number; readonly video?: number; readonly audio?: number };
  /**
   * Max open event streams and held long polls of all owners on one process. A further stream is refused (503
   * `unavailable`). A further long poll gets its response at once; clients then poll at the server's interval. Each
   * needs an open file.
   * @default 10_000
   */
  readonly maxStreams?: number;
}
