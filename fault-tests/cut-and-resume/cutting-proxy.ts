import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { type CutPlan, findCut } from "./cut-plans.js";

/** Kind of a request, from its path. */
export type RequestKind = "stream" | "long poll" | "request";

/** A response that was cut. */
export interface Cut extends CutPlan {
  readonly kind: RequestKind;
}

/** A proxy that cuts responses. */
export interface CuttingProxy {
  readonly url: string;
  /** All cuts so far. */
  readonly cuts: readonly Cut[];
  /** Stops cutting, and closes the silenced connections. */
  stopCutting(): void;
  close(): Promise<void>;
}

/**
 * Forwards bytes between clients and a server, and cuts responses.
 *
 * @param options.planFor plans the cut of the next response to a client, by its `x-watcher` header; `null` for none.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one object of short functions with shared state
export async function startCuttingProxy(options: {
  readonly port: number;
  readonly planFor: (watcher: string, kind: RequestKind) => CutPlan | null;
}): Promise<CuttingProxy> {
  const cuts: Cut[] = [];
  const sockets = new Set<Socket>();
  const silenced = new Set<Socket>();
  let isStopped = false;

  const forward = (client: Socket): void => {
    const upstream = connect(options.port, "127.0.0.1");
    let kind: RequestKind = "request";
    let plan: CutPlan | null = null;
    let isFirst = true;
    let isCut = false;
    let requestedAt = 0;
    let timer: NodeJS.Timeout | undefined;
    let held: Buffer | null = null;
    const flush = (): void => {
      if (held !== null) client.write(held);
      held = null;
    };
    // Forwards each chunk in two writes, split within a character.
    const pass = (chunk: Buffer): void => {
      flush();
      const at = findCut({ position: "in a character", point: 0.5 }, { chunk, isFirst: false }) ?? chunk.length;
      client.write(chunk.subarray(0, at));
      if (at === chunk.length) return;
      held = chunk.subarray(at);
      setTimeout(flush, 1);
    };
    const cut = (done: CutPlan, rest: Buffer): void => {
      flush();
      isCut = true;
      plan = null;
      cuts.push({ ...done, kind });
      upstream.removeAllListeners("data").destroy();
      if (done.manner === "silence") {
        client.write(rest);
        silenced.add(client);
      } else if (done.manner === "reset") client.write(rest, () => client.resetAndDestroy());
      else client.end(done.manner === "end" ? asComplete(rest) : rest);
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // A cut connection emits errors.
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    }
    client.on("close", () => {
      clearTimeout(timer);
      silenced.delete(client);
      upstream.destroy();
    });
    upstream.on("close", () => {
      clearTimeout(timer);
      flush();
      if (!isCut) client.end();
    });
    client.on("data", (request) => {
      const current = readRequest(request);
      if (current !== null) {
        clearTimeout(timer);
        kind = current.kind;
        plan = isStopped ? null : options.planFor(current.watcher, kind);
        isFirst = true;
        requestedAt = performance.now();
        const planned = plan;
        if (planned?.position === "between events") {
          timer = setTimeout(() => (isStopped ? undefined : cut(planned, Buffer.alloc(0))), planned.notBeforeMs);
        }
      }
      upstream.write(request);
    });
    upstream.on("data", (chunk) => {
      const isDue = !isStopped && plan !== null && performance.now() - requestedAt >= plan.notBeforeMs;
      const at = isDue && plan !== null ? findCut(plan, { chunk, isFirst }) : null;
      isFirst = false;
      if (at === null || plan === null) pass(chunk);
      else cut(plan, chunk.subarray(0, at));
    });
  };

  const server = createServer(forward);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no TCP address.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    cuts,
    stopCutting() {
      isStopped = true;
      for (const socket of silenced) socket.destroy();
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

/** Reads a request without a body, which arrives in one chunk. */
function readRequest(chunk: Buffer): { readonly watcher: string; readonly kind: RequestKind } | null {
  const text = chunk.toString("latin1");
  const path = /^GET (\S+) HTTP/.exec(text)?.[1];
  if (path === undefined) return null;
  const watcher = /^x-watcher: (.*)\r$/im.exec(text)?.[1] ?? "";
  if (path.includes("/events")) return { watcher, kind: "stream" };
  return { watcher, kind: path.includes("wait=") ? "long poll" : "request" };
}

/** Ends the chunk early and the response with it. Bytes outside a chunk stay as they are. */
function asComplete(rest: Buffer): Buffer {
  const head = /^([0-9a-f]+)\r\n/i.exec(rest.toString("latin1"))?.[0];
  if (head === undefined) return rest;
  const data = rest.subarray(head.length);
  const last = Buffer.from("0\r\n\r\n");
  if (data.length === 0) return last;
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from("\r\n"), last]);
}
