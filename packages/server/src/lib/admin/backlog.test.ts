import { expect, it } from "vitest";
import { openAdmin } from "../../../testing/admin/open-admin.js";
import { testServer } from "../../../testing/test-server.js";

it("notes on the overview that more generations are active than it counts, and offers to continue a search", async () => {
  const server = await testServer({ limits: { maxActive: false, rate: false }, credits: { initialGrant: 1_000 } });
  const ada = server.as("ada");
  for (let number = 0; number < 101; number += 1) await ada.submit();
  const cut = openAdmin(server.safelight, { scanLimit: 100 });
  expect(await cut.html("/")).toContain("Counts only the 100 longest-due generations.");
  expect(await cut.html("/generations?q=state:reconciling")).toContain("Continue the search</a>");
  const whole = openAdmin(server.safelight, { scanLimit: 200 });
  expect(await whole.html("/")).not.toContain("longest-due");
});
