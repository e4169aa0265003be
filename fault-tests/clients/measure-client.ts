import { MatrixWorld } from "../../packages/server/testing/provider-matrix/matrix-world.js";
import { playOne } from "../../packages/server/testing/provider-matrix/play-one.js";
import type { FakeVendor } from "../../packages/server/testing/vendors/fake-vendor.js";
import { serveVendor } from "../../packages/server/testing/vendors/serve-vendor.js";
import { subjects } from "../providers/subjects.js";
import type { VendorClient } from "./clients.js";
import { type ClientFault, withFault } from "./faults.js";

/** Counts at the vendor for one image. */
export interface Measured {
  /** Paid requests that arrived. */
  readonly sent: number;
  /** Paid requests that the vendor accepted and billed. */
  readonly taken: number;
}

/** A client that is still retrying is aborted then; its requests up to that point count. */
const limitMs = 20_000;

/** Requests one image by the vendor's own client. */
export async function measureClient(client: VendorClient, fault: ClientFault): Promise<Measured> {
  const vendor = withFault(client.createVendor(), fault);
  const served = await serveVendor(vendor);
  try {
    // Its error does not matter: the vendor counts the requests.
    await client.runCall(served.origin, AbortSignal.timeout(limitMs)).catch(() => {});
  } finally {
    await served.close();
  }
  return countsOf(vendor);
}

/** Requests one image by Safelight's adapter for the same vendor, through the worker. */
export async function measureAdapter({ adapter, createVendor }: VendorClient, fault: ClientFault): Promise<Measured> {
  const subject = { ...subjects[adapter], createVendor: () => withFault(createVendor(), fault) };
  const world = await MatrixWorld.open(subject, {});
  try {
    if (fault === "429, Retry-After: 1") {
      await playOne(world, [{ type: "refuse", code: "rate_limited", retryAfter: "1" }]);
    } else await playOne(world, [{ type: "succeed" }]);
    return countsOf(world.vendor);
  } finally {
    await world.close();
  }
}

function countsOf({ paid, paidAttempts }: FakeVendor): Measured {
  return { sent: paidAttempts, taken: paid.length };
}
