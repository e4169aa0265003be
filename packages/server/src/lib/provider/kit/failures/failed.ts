import type { ProviderErrorCode } from "../../../generation/provider-failure.js";
import type { OperationStatus } from "../../../ports/provider.js";

/** Status of a job that failed. */
export function failed(code: ProviderErrorCode, message: string) {
  return { type: "failed", failure: { code, message } } as const satisfies OperationStatus;
}
