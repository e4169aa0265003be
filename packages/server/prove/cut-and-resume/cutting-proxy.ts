import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { type CutPlan, findCut } from "./cut-plans.js";

/** What an answer is to, as far as a proxy can tell. */
export type RequestKind = "stream" | "held question" | "question";

/** An answer that was cut. */
export interface Cut extends CutPlan {
  readonly kind: RequestKind;
}

/** A proxy that cuts answers. */
export interface CuttingProxy {
  readonly url: string;
  /** Everything that was cut so far. */
  readonly cuts: readonly Cut[];
  /** Cuts nothing from here on, and lets go of what it had silenced. */
  calm(): void;
  close(): Promise<void>;
}

/**
 * Carries bytes between clients and a server, until an answer is to be cut.
 *
 * @param options.planFor what will become of the answer to a request of this client, by the `x-watcher` that it sends.
 */
export async function startCuttingProxy(options: {
  readonly port: number;
  readonly planFor: (watcher: string, kind: RequestKind) => CutPlan | null;
}): Promise<CuttingProxy> {
  const cuts: Cut[] = [];
  const sockets = new Set<Socket>();
  const silenced = new Set<Socket>();
  let isCalm = false;

  const carry = (near: Socket): void => {
    const far = connect(options.port, "127.0.0.1");
    let kind: RequestKind = "question";
    let plan: CutPlan | null = null;
    let isFirst = true;
    let isCut = false;
    let askedAt = 0;
    let timer: NodeJS.Timeout | undefined;
    let late: Buffer | null = null;
    const flush = (): void => {
      if (late !== null) near.write(late);
      late = null;
    };
    // What passes comes in two, torn within a character.
    const pass = (piece: Buffer): void => {
      flush();
      const at = findCut({ place: "in a character", point: 0.5 }, piece, false) ?? piece.length;
      near.write(piece.subarray(0, at));
      if (at === piece.length) return;
      late = piece.subarray(at);
      setTimeout(flush, 1);
    };
    const cut = (done: CutPlan, rest: Buffer): void => {
      flush();
      isCut = true;
      plan = null;
      cuts.push({ ...done, kind });
      far.removeAllListeners("data").destroy();
      if (done.manner === "silence") {
        near.write(rest);
        silenced.add(near);
      } else if (done.manner === "reset") near.write(rest, () => near.resetAndDestroy());
      else near.end(done.manner === "end" ? asWhole(rest) : rest);
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // Whoever is cut off complains.
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    }
    near.on("close", () => {
      clearTimeout(timer);
      silenced.delete(near);
      far.destroy();
    });
    far.on("close", () => {
      clearTimeout(timer);
      flush();
      if (!isCut) near.end();
    });
    near.on("data", (request) => {
      const asked = readRequest(request);
      if (asked !== null) {
        clearTimeout(timer);
        kind = asked.kind;
        plan = isCalm ? null : options.planFor(asked.watcher, kind);
        isFirst = true;
        askedAt = performance.now();
        const planned = plan;
        if (planned?.place === "between events") {
          timer = setTimeout(() => (isCalm ? undefined : cut(planned, Buffer.alloc(0))), planned.notBeforeMs);
        }
      }
      far.write(request);
    });
    far.on("data", (piece) => {
      const isRipe = !isCalm && plan !== null && performance.now() - askedAt >= plan.notBeforeMs;
      const at = isRipe && plan !== null ? findCut(plan, piece, isFirst) : null;
      isFirst = false;
      if (at === null || plan === null) pass(piece);
      else cut(plan, piece.subarray(0, at));
    });
  };

  const server = createServer(carry);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy listens nowhere.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    cuts,
    calm() {
      isCalm = true;
      for (const socket of silenced) socket.destroy();
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

/** A request without a body comes in one piece. */
function readRequest(piece: Buffer): { readonly watcher: string; readonly kind: RequestKind } | null {
  const text = piece.toString("latin1");
  const path = /^GET (\S+) HTTP/.exec(text)?.[1];
  if (path === undefined) return null;
  const watcher = /^x-watcher: (.*)\r$/im.exec(text)?.[1] ?? "";
  if (path.includes("/events")) return { watcher, kind: "stream" };
  return { watcher, kind: path.includes("wait=") ? "held question" : "question" };
}

/** Ends a chunk early, and the answer with it. What is no chunk is left as it is. */
function asWhole(rest: Buffer): Buffer {
  const head = /^([0-9a-f]+)\r\n/i.exec(rest.toString("latin1"))?.[0];
  if (head === undefined) return rest;
  const data = rest.subarray(head.length);
  const last = Buffer.from("0\r\n\r\n");
  if (data.length === 0) return last;
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from("\r\n"), last]);
}
