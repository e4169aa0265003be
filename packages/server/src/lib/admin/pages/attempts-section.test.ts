import { expect, it } from "vitest";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { testServer } from "../../../../testing/test-server.js";

it("shows the failure of an attempt and its missing outputs, and repeats none", async () => {
  const server = await testServer();
  const ada = server.as("ada");
  const { id } = await ada.finish((await ada.submit()).id);
  const detail = await server.store.getDetail({ id });
  if (detail === null) throw new Error("The generation is missing.");
  const missing = [{ index: 0, code: "content_blocked", message: "filtered" }] as const;
  const { html } = openAdmin(server.safelight, { reveal: "always" });
  const pageWith = (code: "content_blocked" | "result_expired", message: string) => {
    const attempts = detail.attempts.map((attempt) => ({ ...attempt, failure: { code, message, missing } }));
    server.store.getDetail = async () => ({ ...detail, attempts });
    return html(`/generations/${id}`);
  };
  const listed = "<div>Output 0 missing: <b>content_blocked</b> filtered</div>";
  const page = await pageWith("result_expired", "gone");
  expect(page).toContain(`<b>result_expired</b> gone${listed}`);
  expect(page).toContain("attempt 1: done, result_expired, output 0 missing: content_blocked");
  expect(await pageWith("content_blocked", "another")).toContain(`<b>content_blocked</b> another${listed}`);
  expect(await pageWith("content_blocked", "filtered")).not.toContain("<b>content_blocked</b> filtered<div>");
});
