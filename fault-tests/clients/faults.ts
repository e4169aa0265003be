import { ConnectionLost, type FakeVendor } from "../../packages/server/testing/vendors/fake-vendor.js";

/** Faults of every paid request. The vendor accepts and bills all of them but the 429. */
export const clientFaults = ["response lost", "429, Retry-After: 1", "500", "503"] as const;

export type ClientFault = (typeof clientFaults)[number];

/** Adds the fault to the vendor. */
export function withFault(vendor: FakeVendor, fault: ClientFault): FakeVendor {
  if (fault === "429, Retry-After: 1") {
    vendor.plan({ type: "refuse", code: "rate_limited", retryAfter: "1" });
    return vendor;
  }
  const { handle: original } = vendor;
  const handle: FakeVendor["handle"] = async (request) => {
    const before = vendor.paid.length;
    const response = await original(request);
    if (vendor.paid.length === before) return response;
    await response.body?.cancel();
    if (fault === "response lost") throw new ConnectionLost();
    return new Response("<html>Something went wrong.</html>", { status: Number(fault) });
  };
  // The same object, since its counters are read later.
  return Object.defineProperty(vendor, "handle", { value: handle });
}
