import { expect, it } from "vitest";
import { openAdmin } from "../../../../testing/open-admin.js";
import { testServer } from "../../../../testing/test-server.js";
import type { EndReport } from "../../ports/telemetry.js";

it("reports the end of a generation that an operator cancels or ends, once", async () => {
  const ended: EndReport[] = [];
  const report = (end: EndReport): void => void ended.push(end);
  const server = await testServer({
    telemetry: { submitted: () => {}, ended: report, logged: () => {}, watchQueue: () => () => {} },
  });
  const ada = server.as("ada");
  const [canceled, failed, woken] = [await ada.submit(), await ada.submit(), await ada.submit()];
  const { post } = openAdmin(server.safelight);
  for (const path of [`${canceled.id}/cancel`, `${failed.id}/end`, `${woken.id}/wake`, `${failed.id}/end`]) {
    await post(`/generations/${path}`, { reason: "ticket 7" });
  }
  await server.safelight.close();
  expect(ended.map(({ generation: { id, state, refundedCredits } }) => [id, state, refundedCredits])).toEqual([
    [canceled.id, "canceled", 4],
    [failed.id, "failed", 4],
  ]);
});
