import { MatrixWorld } from "../../src/lib/testing/provider-matrix/matrix-world.js";
import { playOne } from "../../src/lib/testing/provider-matrix/play-one.js";
import type { FakeVendor } from "../../src/lib/testing/vendors/fake-vendor.js";
import { serveVendor } from "../../src/lib/testing/vendors/serve-vendor.js";
import { subjects } from "../providers/subjects.js";
import type { VendorClient } from "./clients.js";
import { type ClientFault, withFault } from "./faults.js";

/** What one wish for a picture came to at the vendor. */
export interface Measured {
  /** Paid requests that came in. */
  readonly sent: number;
  /** Those that the vendor took: they are on the bill. */
  readonly taken: number;
}

/** A client that has not given up by then is cut off: what it has sent by then counts. */
const limitMs = 20_000;

/** Asks for one picture by the vendor's own client. */
export async function measureClient(client: VendorClient, fault: ClientFault): Promise<Measured> {
  const vendor = withFault(client.createVendor(), fault);
  const served = await serveVendor(vendor);
  try {
    // What it throws in the end says nothing: the vendor counts.
    await client.ask(served.origin, AbortSignal.timeout(limitMs)).catch(() => {});
  } finally {
    await served.close();
  }
  return countsOf(vendor);
}

/** Asks for one picture by our adapter for the same vendor, through the worker. */
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
