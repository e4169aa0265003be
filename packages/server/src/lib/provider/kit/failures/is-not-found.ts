import { jsonOf } from "../request/vendor-json.js";
import type { VendorResponse } from "../request/vendor-request.js";

/**
 * Whether the vendor itself does not find a job. Vendors explain it in JSON; another 404 is that of a proxy or a load balancer while
 * the vendor is away, and the job may still run.
 */
export function isNotFound({ status, body }: Pick<VendorResponse, "status" | "body">): boolean {
  const explanation = jsonOf({ body });
  return status === 404 && typeof explanation === "object" && explanation !== null;
}
