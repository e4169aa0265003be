import { expect, it } from "vitest";
import { openAdmin } from "../../../testing/admin/open-admin.js";
import { testServer } from "../../../testing/test-server.js";
import type { OutcomeCount } from "../ports/store/operator-counts.js";
import { failingModelsOf } from "./failing-models.js";

const row = (state: OutcomeCount["state"], count: number, change: Partial<OutcomeCount> = {}): OutcomeCount => ({
  interval: 23,
  model: "flux",
  state,
  failureCode: state === "failed" ? "provider_failed" : null,
  count,
  credits: 0,
  refundedCredits: 0,
  ...change,
});

it("finds a model of which at least half fail, and at least three", () => {
  const late = row("failed", 1, { failureCode: "deadline_exceeded", interval: 22 });
  expect(failingModelsOf([row("completed", 3), late, row("failed", 2)], 24)).toEqual([
    { model: "flux", failed: 3, ended: 6, failureCode: "provider_failed" },
  ]);
  expect(failingModelsOf([row("completed", 4), row("failed", 3)], 24)).toEqual([]);
  expect(failingModelsOf([row("failed", 2)], 24)).toEqual([]);
});

it("adds up the failures of both hours before it names the most frequent one", () => {
  const rejected = row("failed", 4, { failureCode: "provider_rejected_input" });
  const outcomes = [row("failed", 3), row("failed", 3, { interval: 22 }), rejected];
  expect(failingModelsOf(outcomes, 24)).toMatchObject([{ failed: 10, failureCode: "provider_failed" }]);
});

it.each<Partial<OutcomeCount>>([
  { interval: 21 },
  { failureCode: "content_rejected" },
  { failureCode: "ended_by_operator" },
])("ignores failures with %j", (change) => {
  expect(failingModelsOf([row("failed", 9, change)], 24)).toEqual([]);
});

it("names it on the overview, with links to its failures and the vendors", async () => {
  const server = await testServer();
  const { html } = openAdmin(server.safelight);
  expect(await html("/")).not.toContain("submitted in this hour");
  const { readOverview } = server.store;
  server.store.readOverview = async (query) => ({ ...(await readOverview(query)), outcomes: [row("failed", 3)] });
  expect(await html("/")).toMatch(
    /q=model%3Aflux%20status%3Afailed">flux<\/a>: 3 of the 3 generations submitted in this hour and the previous one failed, most often with <code>provider_failed.*\/vendors"/,
  );
});
