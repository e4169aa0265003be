import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { handleCommands } from "../frame/handle-commands.ts";
import type { VendorBill } from "./vendor-bill.ts";

interface Job {
  readonly readyAt: number;
}

/** A vendor that outlives the hosts: it takes one to five seconds per job, and counts paid requests. */
const jobs = new Map<string, Job>();
const bill = new Map<string, number>();
/** Tokens that a lookup reported as absent: later requests with them are refused. */
const absent = new Set<string>();
let repeated = 0;

const server = createServer(async (request, response) => {
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  if (request.method === "POST") {
    // Only our own host sends requests.
    const { generationId, token } = (await json(request)) as { readonly generationId: string; readonly token: string };
    if (absent.has(token)) return reply(409, {});
    if (jobs.has(token)) repeated += 1;
    else jobs.set(token, { readyAt: performance.now() + 1_000 + Math.random() * 4_000 });
    bill.set(generationId, (bill.get(generationId) ?? 0) + 1);
    return reply(202, {});
  }
  const token = request.url?.slice("/jobs/".length) ?? "";
  const job = jobs.get(token);
  if (job === undefined) absent.add(token);
  return job === undefined ? reply(404, {}) : reply(200, { leftMs: Math.max(0, job.readyAt - performance.now()) });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");

handleCommands({
  port: () => Object(server.address()).port,
  bill: (): VendorBill => ({ generations: [...bill], repeated }),
});
