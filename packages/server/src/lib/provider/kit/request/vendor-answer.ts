import { type VendorAnswer, type VendorRequest, vendorRequest } from "./vendor-request.js";

/**
 * Asks what costs nothing, such as how a job is doing.
 *
 * @throws when there is no whole answer, or the vendor is in trouble (429 and the 500s): the worker asks again later.
 */
export async function vendorAnswer(vendor: string, request: VendorRequest): Promise<VendorAnswer> {
  const reply = await vendorRequest(request);
  if (reply.type !== "answered") throw new Error(`${vendor} could not be asked: ${reply.reason}`);
  if (reply.status === 429 || reply.status >= 500) throw new Error(`${vendor} answered ${reply.status}.`);
  return reply;
}
