import type { ProviderErrorCode } from "../../../generation/provider-failure.js";
import type { OperationStatus } from "../../../ports/provider.js";

/** The end of a job that came to nothing. */
export function failed(code: ProviderErrorCode, message: string) {
  return { type: "failed", failure: { code, message } } as const satisfies OperationStatus;
}
