import { type VendorAnswer, type VendorRequest, vendorRequest } from "./vendor-request.js";

/**
 * Sends a free request, such as a poll.
 *
 * @throws without a complete response, and for 429 and 5xx: the worker retries later.
 */
export async function vendorAnswer(vendor: string, request: VendorRequest): Promise<VendorAnswer> {
  const reply = await vendorRequest(request);
  if (reply.type !== "answered") throw new Error(`Request to ${vendor} failed: ${reply.reason}`);
  if (reply.status === 429 || reply.status >= 500) throw new Error(`${vendor} responded with ${reply.status}.`);
  return reply;
}
