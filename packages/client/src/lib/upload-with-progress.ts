import type { CallOptions } from "./call-options.js";
import type { AnySafelightClient } from "./client.js";
import type { UploadedInput } from "./contract/wire.js";
import { progressFetch } from "./requests/progress-fetch.js";

/** Options of `uploadWithProgress`. */
export interface UploadProgressOptions extends CallOptions {
  /**
   * Receives the sent share of the file, from 0 to 1, several times a second. At 1, the server still checks and stores it. A
   * retry starts at 0 again. Never called without `XMLHttpRequest`, as in Node, and with the client's option `fetch` or
   * `credentials: "omit"`: until the first call, show an upload without a number.
   */
  readonly onProgress: (sent: number) => void;
}

/**
 * `uploadInput` with progress.
 *
 * @example
 * ```ts
 * const image = await uploadWithProgress(client, file, { onProgress: (sent) => setPercent(sent * 100), signal });
 * ```
 * @throws {SafelightError} as `uploadInput`
 */
// biome-ignore lint/complexity/useMaxParams: the public API
export function uploadWithProgress(
  client: Pick<AnySafelightClient, "uploadInput">,
  file: Blob,
  { onProgress, ...options }: UploadProgressOptions,
): Promise<UploadedInput> {
  return client.uploadInput(file, { ...options, fetch: progressFetch(onProgress) });
}
