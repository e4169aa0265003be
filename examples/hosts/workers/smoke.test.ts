import { createRequire } from "node:module";
import { after } from "node:test";
import { startBucketServer } from "./bucket-server.ts";
import { serveDatabase } from "./serve-database.ts";
import { smokeHost } from "./smoke.ts";

// The package has no types: a CommonJS module that exports the path of its program.
const workerd: { readonly default: string } = createRequire(import.meta.url)("workerd");
const open: { close(): void | Promise<void> }[] = [];
after(() => Promise.all(open.map((each) => each.close())));

smokeHost("Cloudflare Workers, in request mode", {
  start: async () => {
    const [database, bucket] = await Promise.all([serveDatabase(), startBucketServer()]);
    open.push(database, bucket);
    return {
      command: [workerd.default, "serve", "--control-fd=1", "--socket-addr=http=127.0.0.1:0", "./workerd-smoke.capnp"],
      cwd: import.meta.dirname,
      env: {
        DATABASE_URL: database.url,
        BUCKET_URL: bucket.url,
        SAFELIGHT_SECRET: "a secret that is long enough for tests",
      },
      ready: /"port":(\d+)/,
    };
  },
  packages: ["workerd", "wrangler"],
  exempt: { SIGTERM: 'A Worker receives no signal. The check "kill" covers a request that ends with its isolate.' },
});
