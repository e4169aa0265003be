import { once } from "node:events";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { epochNow } from "../frame/epoch-now.ts";
import { handleCommands } from "../frame/handle-commands.ts";
import { hideSharp } from "../frame/hide-sharp.ts";
import { composeHost, type HostOptions, type ServerMoments } from "./host.ts";

interface Start extends HostOptions {
  /** The page's script. */
  readonly script: string;
  /** Whether `sharp` is available. */
  readonly makesThumbnails: boolean;
}

const html = `<!doctype html>
<meta charset="utf-8"><title>Images</title>
<style>
  section { display: flex; flex-wrap: wrap; gap: 4px }
  .image { width: 150px; height: 150px; background: #222 }
</style>
<body><script type="module" src="/page.js"></script>`;

let moments: ReadonlyMap<string, ServerMoments> = new Map();

handleCommands({
  /** Serves the page and its API, and returns the port. */
  async start({ makesThumbnails, script, ...options }: Start): Promise<number> {
    if (!makesThumbnails) hideSharp();
    const host = composeHost(options);
    moments = host.moments;
    await host.safelight.migrate();
    host.safelight.worker.start();
    const app = new Hono()
      .get("/", (c) => c.html(html))
      .get("/page.js", (c) => c.body(script, 200, { "content-type": "text/javascript" }))
      .get("/clock", (c) => c.text(String(epochNow())))
      .route("/api/generations", host.safelight.app);
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The server has no TCP address.");
    return address.port;
  },
  moments: () => moments,
});
