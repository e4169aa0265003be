import { type VendorRequest, type VendorResponse, vendorRequest } from "./vendor-request.js";

/**
 * Sends a free request, such as a poll.
 *
 * @throws without a complete response, and for 429 and 5xx: the worker retries later.
 */
export async function queryVendor(vendor: string, request: VendorRequest): Promise<VendorResponse> {
  const result = await vendorRequest(request);
  if (result.type !== "responded") throw new Error(`Request to ${vendor} failed: ${result.reason}`);
  if (result.status === 429 || result.status >= 500) throw new Error(`${vendor} responded with ${result.status}.`);
  return result;
}
