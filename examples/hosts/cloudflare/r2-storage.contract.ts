import { env } from "cloudflare:workers";
import { r2Storage } from "@safelight/server/r2";
import { runStorageContract } from "@safelight/server/testing";

let tests = 0;

// A prefix of its own for each test: its storage is empty.
runStorageContract("r2Storage", async () => {
  tests += 1;
  return { storage: r2Storage({ bucket: env.BUCKET, prefix: `test/${tests}` }) };
});
