import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { testServer } from "../../../testing/test-server.js";
import { defineModel } from "../model/define-model.js";

const options = { provider: scriptedProvider(), input: z.object({ prompt: z.string() }) };
const models = { flux: defineModel(options), own: defineModel({ ...options, priority: 1 }) };

/** Submits to each model, each time as a new owner. Returns how many minutes each rank is ahead of priority 0. */
async function minutesAhead(server: Awaited<ReturnType<typeof testServer<typeof models>>>, owner: string) {
  const now = server.clock.now();
  const minutes: number[] = [];
  for (const model of ["flux", "own"] as const) {
    const submitted = await server.safelight.api.submit({ ownerId: `${owner}-${model}` }, model, { prompt: "x" });
    const record = await server.store.get({ ownerId: `${owner}-${model}`, id: submitted.generation.id });
    minutes.push(1 - ((record?.rank ?? 0) - now) / 60_000);
  }
  return minutes;
}

describe("the priority of createSafelight", () => {
  it("applies to models without their own", async () => {
    const server = await testServer({ models, priority: 3 });
    expect(await minutesAhead(server, "ann")).toEqual([3, 1]);
  });

  it("may be a function of the parsed input and the caller", async () => {
    const priority = (_: unknown, { ownerId }: { ownerId: string }) => (ownerId.startsWith("pro") ? 9 : 2);
    const server = await testServer({ models, priority });
    expect(await minutesAhead(server, "pro")).toEqual([9, 1]);
    expect(await minutesAhead(server, "ann")).toEqual([2, 1]);
  });

  it("is 0 by default, and must be from 0 to 9", async () => {
    expect(await minutesAhead(await testServer({ models }), "ann")).toEqual([0, 1]);
    await expect(testServer({ models, priority: 10 })).rejects.toThrow(
      "priority must be an integer from 0 to 9, not 10",
    );
  });
});
