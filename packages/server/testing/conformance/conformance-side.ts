import { type Generation, isTerminal } from "@safelight/client/contract";
import { z } from "zod";
import { defineModel } from "../../src/lib/model/define-model.js";
import type { OperationStatus } from "../../src/lib/ports/provider.js";
import { done, scriptedProvider } from "../fakes/scripted-provider.js";
import { testServer } from "../test-server.js";
import { tinyPng } from "../tiny-png.js";

export const input = z.object({ prompt: z.string().min(1), count: z.int().min(1).default(1) });

/** In the query of a position that no owner has reached. */
export const aheadOfAll = "after=900000";

export const limits = { rate: { requests: 20, perMs: 60_000 }, maxActive: 3 };

export const initialGrant = 40;

/** A server and the controls of its provider. */
export interface Side {
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The provider has begun and reports a preview. */
  begin(id: string): Promise<void>;
  complete(id: string, outputs: number): Promise<void>;
  reject(id: string): Promise<void>;
  /** The provider confirms that it has stopped. */
  confirmCancel(id: string): Promise<void>;
  signOut(): void;
}

export async function realSide(): Promise<Side> {
  let next: OperationStatus = { type: "running", progress: null };
  const provider = scriptedProvider<{ prompt: string; count: number }>({
    capabilities: { progress: true, previews: true },
    poll: [() => next],
    cancel: ["canceled"],
  });
  const model = { provider, input };
  const server = await testServer({
    models: {
      flux: defineModel({ ...model, credits: 4, outputs: ({ count }) => count }),
      byCount: defineModel({ ...model, credits: ({ count }) => count }),
      old: defineModel({ ...model, credits: 4, retired: true }),
    },
    credits: { initialGrant },
    limits,
    recognition: true,
  });
  let owner: string | null = "ann";
  const request: Side["request"] = async (path, init) => {
    let isSettled = false;
    const response = server.request(owner, path, init).finally(() => {
      isSettled = true;
    });
    // The server waits for its replica to reach a position that is ahead, by its own clock.
    while (path.includes(aheadOfAll) && !isSettled) await server.clock.advance(1_000);
    return response;
  };
  const workUntil = async (id: string, isThere: (generation: Generation) => boolean): Promise<void> => {
    for (let round = 0; round < 50; round += 1) {
      const { generation }: { generation: Generation } = await (await request(`/${id}`)).json();
      if (isThere(generation)) return;
      await server.safelight.worker.tick();
      server.clock.skip(5_000);
    }
    throw new Error(`${id} did not reach this state.`);
  };
  const end = (id: string, status: OperationStatus): Promise<void> => {
    next = status;
    return workUntil(id, isTerminal);
  };
  return {
    request,
    begin: (id) => {
      next = { type: "running", progress: 0.4, preview: { bytes: tinyPng(1), contentType: "image/png" } };
      return workUntil(id, ({ progress }) => progress.previewUrl !== null);
    },
    complete: (id, outputs) => end(id, done(...Array.from({ length: outputs }, (_, index) => index))),
    reject: (id) => end(id, { type: "failed", failure: { code: "content_blocked", message: "no" } }),
    confirmCancel: (id) => end(id, { type: "canceled" }),
    signOut: () => {
      owner = null;
    },
  };
}
