import { jsonOf } from "../request/vendor-json.js";
import type { VendorResponse } from "../request/vendor-request.js";

/**
 * Whether the vendor itself does not find a job. Vendors explain it in JSON. A 404 without JSON comes from a proxy or a load
 * balancer: the job may still run.
 */
export function isNotFound({ status, body }: Pick<VendorResponse, "status" | "body">): boolean {
  if (status !== 404) return false;
  const explanation = jsonOf({ body });
  return typeof explanation === "object" && explanation !== null;
}
