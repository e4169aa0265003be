import type { HistoryResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { generationOf, problemOf, testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

/** A model whose schema accepts any field. */
const models = {
  flux: defineModel({ provider: scriptedProvider(), input: z.looseObject({}), credits: 0 }),
};

/** An input of exactly this many bytes as JSON. */
function inputOf(byteLength: number): { readonly prompt: string } {
  return { prompt: "x".repeat(byteLength - '{"prompt":""}'.length) };
}

describe("the input of a generation", () => {
  it("may be as large as the limit and no larger, for any model schema", async () => {
    const ann = (await testServer({ models })).as("ann");
    expect((await ann.submit(inputOf(32_768))).input).toEqual(inputOf(32_768));
    const response = await ann.post("", { model: "flux", input: inputOf(32_769) });
    expect(response.status).toBe(413);
    const { code, detail } = await problemOf(response);
    expect(code).toBe("payload_too_large");
    expect(detail).toBe("The input has 32769 bytes as JSON; at most 32768 are allowed. Shorten it.");
  });

  it("is counted in bytes, without the whitespace of the request", async () => {
    const ann = (await testServer({ models, limits: { maxInputBytes: 100 } })).as("ann");
    expect((await ann.post("", { model: "flux", input: { prompt: "ü".repeat(44) } })).status).toBe(413);
    expect((await ann.post("", `{"model":"flux","input":{${" ".repeat(200)}"prompt":"x"}}`)).status).toBe(202);
  });

  it("does not grow with each retry", async () => {
    const ann = (await testServer({ models, limits: { maxInputBytes: 1_000 } })).as("ann");
    let { id } = await ann.submit({ prompt: "x" });
    const sizes: number[] = [];
    const statuses: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const response = await ann.post(`/${id}/retry`, { input: { [`field${round}`]: "x".repeat(400) } });
      statuses.push(response.status);
      if (!response.ok) continue;
      const { input, ...retried } = await generationOf(response);
      id = retried.id;
      sizes.push(JSON.stringify(input).length);
    }
    expect(statuses).toEqual([202, 202, 413, 413]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
  });

  it("limits the bytes of each page without omitting a generation", async () => {
    const server = await testServer({ models, limits: { rate: false, maxActive: 200 } });
    const ann = server.as("ann");
    for (let count = 0; count < 100; count += 1) await ann.submit(inputOf(32_768));
    expect((await (await ann.get("/active")).text()).length).toBeLessThan(8_000_000);
    expect((await (await ann.get("/active?after=0")).text()).length).toBeLessThan(8_000_000);
    const ids = new Set<string>();
    for (let cursor: string | null = ""; cursor !== null; ) {
      const text = await (await ann.get(`?limit=100${cursor && `&cursor=${cursor}`}`)).text();
      expect(text.length).toBeLessThan(2_000_000);
      const page: HistoryResponse = JSON.parse(text);
      for (const { id } of page.generations) ids.add(id);
      cursor = page.nextCursor;
    }
    expect(ids.size).toBe(100);
  });
});
