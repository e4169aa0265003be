import { d1Store } from "@safelight/server/d1";
import { r2Storage } from "@safelight/server/r2";

/** Compiles only while Cloudflare's own types fit the options. */
export function portsOf({ DB, BUCKET }: { readonly DB: D1Database; readonly BUCKET: R2Bucket }) {
  return { store: d1Store({ database: DB }), storage: r2Storage({ bucket: BUCKET }) };
}
