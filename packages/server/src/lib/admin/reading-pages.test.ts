import type { Generation } from "@safelight/client/contract";
import { expect, it, vi } from "vitest";
import { z } from "zod";
import { openAdmin } from "../../../testing/admin/open-admin.js";
import { accepted, done, type ScriptLine, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { bodyOf, testServer } from "../../../testing/test-server.js";
import type { ProviderErrorCode } from "../generation/provider-failure.js";
import { defineModel } from "../model/define-model.js";
import type { SubmitOutcome, SubmitRequest } from "../ports/provider.js";

const input = z.object({ prompt: z.string() });

const rejected = (code: ProviderErrorCode) => ({ type: "rejected", failure: { code, message: "refused" } }) as const;

/** A server with two vendors, of which `flux` follows a script. `later` moves the time of the page. */
async function vendors(...submits: readonly ScriptLine<SubmitOutcome, SubmitRequest<unknown>>[]) {
  const paid: SubmitOutcome = { type: "accepted", operation: 1, costs: [{ amount: 2, unit: "images" }] };
  const models = {
    flux: defineModel({ provider: scriptedProvider({ id: "broke", submit: submits }), input, credits: 4 }),
    paid: defineModel({
      provider: scriptedProvider({ id: "paid", submit: [paid], poll: [done()] }),
      input,
      credits: 4,
    }),
  };
  const server = await testServer({ models });
  // The ids of generations contain the real time.
  let laterMs = 0;
  vi.spyOn(server.clock, "now").mockImplementation(() => Date.now() + laterMs);
  const ada = server.as("ada");
  const submit = async (model: string) => {
    const response = await ada.post("", { model, input: { prompt: "a cat" } });
    const { generation } = await bodyOf<{ readonly generation: Generation }>(response);
    return ada.finish(generation.id);
  };
  const later = (ms: number) => {
    laterMs = ms;
  };
  return { ...server, submit, later };
}

it("puts a vendor that an operator must mend on top, with the remedy", async () => {
  const { later, safelight, submit } = await vendors(accepted(), rejected("insufficient_credit"));
  const { html, get, json } = openAdmin(safelight);
  expect(await html("/vendors")).toContain("No vendor was called in this time");
  await submit("flux");
  expect(await html("/vendors")).not.toContain("console");
  for (let number = 0; number < 3; number += 1) await submit("paid");
  const { id } = await submit("flux");
  const page = await html("/vendors?span=1h");
  expect(page).toMatch(/class="result unchanged"[^>]*><p><strong>broke: <code>insufficient_credit<\/code>/);
  expect(page).toContain("Add credit, or raise its limit");
  expect(page).toContain(`/generations/${id}`);
  expect(await json("/vendors")).toMatchObject({
    span: "24h",
    counted: 5,
    vendors: [
      {
        ...{ providerId: "broke", attempts: 2, done: 1, decided: 2, unknown: 0 },
        faults: [{ code: "insufficient_credit", generationId: id, hasLaterSuccess: false }],
        lastError: { code: "insufficient_credit", generationId: id },
      },
      { providerId: "paid", attempts: 3, done: 3, costs: [{ unit: "images", amount: 6 }], faults: [] },
    ],
  });
  later(3_600_000);
  expect(await json("/vendors?span=1h")).toMatchObject({ counted: 0, vendors: [] });
  expect((await get("/vendors?span=30d")).status).toBe(400);
  expect((await get("/money?span=1h")).status).toBe(400);
});

it("notes a fault that a later attempt at the vendor follows", async () => {
  const { safelight, submit } = await vendors(rejected("unauthenticated"), accepted());
  const { html } = openAdmin(safelight);
  await submit("flux");
  expect(await html("/vendors")).toContain('class="result unchanged"');
  await submit("flux");
  const page = await html("/vendors");
  expect(page).not.toContain('class="result unchanged"');
  expect(page).toContain("A later attempt is done");
});

it("shows the options that margins need, and then the margins", async () => {
  const { safelight, submit } = await vendors(accepted());
  await submit("paid");
  const bare = await openAdmin(safelight).html("/money");
  expect(bare).toContain("creditValue: { amount: 0.01, currency: &quot;USD&quot; }");
  expect(bare).toContain("&quot;paid&quot;: { &quot;images&quot;: 0.01 }");
  const { html, json } = openAdmin(safelight, {
    creditValue: { amount: 0.5, currency: "EUR" },
    vendorPrices: { paid: { images: 1.25 } },
  });
  const page = await html("/money");
  expect(page).not.toContain("creditValue");
  expect(page).toMatch(/class="loss">-€0.50 <small>-25 %/);
  expect(await json("/money")).toMatchObject({ currency: "EUR", margins: [{ value: 2, cost: 2.5, margin: -0.5 }] });
});
