import { ConnectionLost, type FakeVendor } from "../../src/lib/testing/vendors/fake-vendor.js";

/** What happens to every paid request: all but the 429 are taken first, and will be on the bill. */
export const clientFaults = ["reply lost", "429, Retry-After: 1", "500", "503"] as const;

export type ClientFault = (typeof clientFaults)[number];

/** The same vendor, with that fault. */
export function withFault(vendor: FakeVendor, fault: ClientFault): FakeVendor {
  if (fault === "429, Retry-After: 1") {
    vendor.plan({ type: "refuse", code: "rate_limited", retryAfter: "1" });
    return vendor;
  }
  const { handle: answer } = vendor;
  const handle: FakeVendor["handle"] = async (request) => {
    const before = vendor.paid.length;
    const response = await answer(request);
    if (vendor.paid.length === before) return response;
    await response.body?.cancel();
    if (fault === "reply lost") throw new ConnectionLost();
    return new Response("<html>It did not work.</html>", { status: Number(fault) });
  };
  // Its counts are read as they are then, so the object stays the same.
  return Object.defineProperty(vendor, "handle", { value: handle });
}
