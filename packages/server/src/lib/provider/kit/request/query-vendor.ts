import { type VendorRequest, type VendorResponse, vendorRequest } from "./vendor-request.js";

/**
 * Sends a free request, such as a poll.
 *
 * @throws without a complete response, and for 429 and 5xx: the worker retries later.
 */
export async function queryVendor(vendor: string, request: VendorRequest): Promise<VendorResponse> {
  const reply = await vendorRequest(request);
  if (reply.type !== "responded") throw new Error(`Request to ${vendor} failed: ${reply.reason}`);
  if (reply.status === 429 || reply.status >= 500) throw new Error(`${vendor} responded with ${reply.status}.`);
  return reply;
}
