import { expect, it } from "vitest";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { testServer } from "../../../../testing/test-server.js";

it.each([
  ["queued", "“Cancel”, “End and refund”"],
  ["running", "“End and refund”"],
] as const)("names the actions that need the host's statement: %s", async (state, names) => {
  const server = await testServer();
  const { id } = await server.as("ada").submit();
  const detail = await server.store.getDetail({ id });
  if (detail === null) throw new Error("The generation is missing.");
  const summary = { ...detail.summary, state, creditsIn: "hostTable" } as const;
  server.store.getDetail = async () => ({ ...detail, summary });
  const page = await openAdmin(server.safelight).html(`/generations/${id}`);
  expect(page).toContain(`>Not offered here: ${names}. The credits are in a table of the host`);
  expect(page.includes(`/generations/${id}/cancel`)).toBe(state === "running");
  expect(page).not.toContain(`/generations/${id}/end`);
});

it("names the retries that exist, and links to the new generation", async () => {
  const server = await testServer();
  const ada = server.as("ada");
  const { id } = await ada.finish((await ada.submit()).id);
  const { html, post } = openAdmin(server.safelight);
  expect(await html(`/generations/${id}`)).not.toContain("Retried already");
  const fields = { charge: "free", key: "form-0001", reason: "ticket 7" };
  const { after, position } = await (await post(`/generations/${id}/retry`, fields)).json();
  const link = `/generations/${after.retry}"><code>${after.retry}</code></a>`;
  const page = await html(`/generations/${id}?record=${position}`);
  expect(page).toMatch(new RegExp(`Retried already:</b> <a href="[^"]*${link} by grace, .*\\(ticket 7\\)`));
  expect(page).toMatch(new RegExp(`was applied \\(.*\\)\\. The new generation: <a href="[^"]*${link}`));
});

it.each(["unknown", "intent", "accepted"] as const)("says what is known of a job to cancel: %s", async (state) => {
  const server = await testServer();
  const ada = server.as("ada");
  const { id } = await ada.finish((await ada.submit()).id);
  const detail = await server.store.getDetail({ id });
  if (detail === null) throw new Error("The generation is missing.");
  const attempts = detail.attempts.map((attempt) => ({ ...attempt, state, jobCancel: null }));
  server.store.getDetail = async () => ({ ...detail, attempts });
  const page = await openAdmin(server.safelight).html(`/generations/${id}`);
  expect(page.includes("requested, not sent yet")).toBe(state === "accepted");
  expect(page.includes("no job is known, so nothing was canceled")).toBe(state !== "accepted");
});
