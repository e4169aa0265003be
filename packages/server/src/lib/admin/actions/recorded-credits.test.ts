import { expect, it } from "vitest";
import { z } from "zod";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { accepted, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

const reason = "ticket 7";
const sectionOf = (page: string, heading: string) => page.split(`<h2>${heading}</h2>`)[1]?.split("</section>")[0] ?? "";

it("shows an operator's refund on the generation, and with its reason on the account", async () => {
  const server = await testServer();
  const ada = server.as("ada");
  const { html, json, post } = openAdmin(server.safelight);
  const { id } = await ada.finish((await ada.submit()).id);
  expect(await html(`/generations/${id}`)).toContain("<dd>4</dd>");
  expect(sectionOf(await html("/accounts?id=ada"), "Actions of operators")).toContain("No operator has moved credits");
  await post(`/generations/${id}/refund`, { credits: 3, reason });
  const page = await html(`/generations/${id}`);
  expect(page).toContain("<dd>4, refunded by an operator 3</dd>");
  expect(page).toContain("Refund by grace: applied, 3 credits");
  const account = await html("/accounts?id=ada");
  const [row] =
    sectionOf(account, "Ledger")
      .split(/<tbody[^>]*>/)[1]
      ?.split("</tr>") ?? [];
  expect(row).toContain("Refund by grace: ticket 7");
  expect(row).toContain(`/generations/${id}"`);
  expect(sectionOf(account, "Actions of operators")).not.toContain("No operator has moved credits");
  await post("/accounts/adjust", { id: "ada", amount: 5, key: "form-1234", reason });
  const { actions } = await json("/accounts?id=ada");
  expect(actions).toMatchObject([{ action: "adjust" }, { action: "refund", subject: id }]);
});

it("lists the ends of a bulk on the account that they refund", async () => {
  const server = await testServer();
  const ada = server.as("ada");
  const ids = [(await ada.submit()).id, (await ada.submit()).id];
  const { json, post } = openAdmin(server.safelight);
  await post("/bulk/end", { ids: ids.join(" "), expected: "2", key: "form-1234", reason });
  const { actions } = await json("/accounts?id=ada");
  const row = (subject?: string) => ({ action: "end", subject, bulk: "bulk_form-1234", reason });
  expect(actions).toHaveLength(2);
  expect(actions).toEqual(expect.arrayContaining(ids.map((id) => expect.objectContaining(row(id)))));
});

it("ends the duration of an open attempt with its generation", async () => {
  const input = z.object({ prompt: z.string() });
  const flux = defineModel({ input, provider: scriptedProvider({ submit: [accepted()] }), credits: 4 });
  const server = await testServer({ models: { flux } });
  const { id } = await server.as("ada").submit();
  await server.safelight.worker.tick();
  const { html, json, post } = openAdmin(server.safelight);
  await post(`/generations/${id}/end`, { reason });
  const attempts = async () => sectionOf(await html(`/generations/${id}`), "Attempts");
  const before = await attempts();
  expect((await json(`/generations/${id}`)).attempts).toMatchObject([{ state: "accepted", endedAt: null }]);
  server.clock.skip(600_000);
  expect(await attempts()).toBe(before);
});
