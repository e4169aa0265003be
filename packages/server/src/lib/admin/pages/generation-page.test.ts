import { expect, it } from "vitest";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { testServer } from "../../../../testing/test-server.js";

it.each([
  ["checkOutput", "your <code>checkOutput</code> failed"],
  [undefined, "download_failed"],
] as const)("names the cause why a result is not stored yet, without its message: %s", async (causedBy, cause) => {
  const server = await testServer();
  const ada = server.as("ada");
  const { id } = await ada.finish((await ada.submit()).id);
  const detail = await server.store.getDetail({ id });
  if (detail === null) throw new Error("The generation is missing.");
  const failure = { code: "download_failed", message: "private words", ...(causedBy && { causedBy }) } as const;
  const storing = {
    ...detail,
    generation: { ...detail.generation, state: "storing", finishedAt: null },
    summary: { ...detail.summary, state: "storing", finishedAt: null },
    attempts: detail.attempts.map((attempt) => ({ ...attempt, failure })),
  } as const;
  server.store.getDetail = async () => storing;
  const { html } = openAdmin(server.safelight);
  const page = await html(`/generations/${id}`);
  expect(page).toContain(`<dt>Why its result is not stored yet</dt><dd>${cause}</dd>`);
  expect(page).not.toContain("private words");
  server.store.getDetail = async () => ({ ...storing, attempts: detail.attempts });
  expect(await html(`/generations/${id}`)).not.toContain("Why its result");
});
