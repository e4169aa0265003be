import { expect, it } from "vitest";
import { openAdminPage } from "../../../../testing/admin/open-admin-page.js";
import { testServer } from "../../../../testing/test-server.js";

it("names the colleague who was faster, and links to the generation", async () => {
  const server = await testServer();
  const ada = server.as("ada");
  const { id } = await ada.submit();
  const as = (actor: string) => openAdminPage(server, { actor, may: "everything" });
  const refuse = async (action: string, fields: Record<string, string> = {}) => {
    const response = await as("linus").post(`/generations/${id}/${action}`, { reason: "a call", ...fields });
    expect(response.status).toBe(409);
    return response.text();
  };
  await as("hopper").post(`/generations/${id}/cancel`, { reason: "ticket 7" });
  expect(await refuse("cancel")).toMatch(
    /does not allow &quot;Cancel&quot;.*&quot;Cancel&quot;, by hopper at \d{4}-.* UTC \(reason: ticket 7\)/,
  );
  expect(await refuse("refund", { credits: "1" })).toContain("by hopper");

  const done = await ada.finish((await ada.submit()).id);
  const refund = { reason: "ticket 8", credits: "2" };
  await as("grace").post(`/generations/${done.id}/refund`, refund);
  await as("hopper").post(`/generations/${done.id}/reveal`, { reason: "ticket 9" });
  const response = await as("linus").post(`/generations/${done.id}/refund`, refund);
  const text = await response.text();
  expect(text).toMatch(/refunded already, by grace at \d{4}-.* UTC \(reason: ticket 8\)/);
  expect(text).toContain(`<a href="/admin/safelight/generations/${done.id}">Back to the generation</a>`);
});
