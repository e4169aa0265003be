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
