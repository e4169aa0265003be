import { expect, it } from "vitest";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { testServer } from "../../../../testing/test-server.js";
import { parseSearch } from "../parse-search.js";
import { term } from "./values.js";

it.each(["ada", "ada lovelace", "a:b", "a,b", " ada", "", "team\u00a07", "ada\tb"])(
  "a term finds the value %j",
  (value) => {
    expect(parseSearch(term("owner", value) ?? "")).toMatchObject({ filter: { ownerId: value } });
  },
);

it.each(['"ada"', 'a"b', 'ada "the countess"'])("no term and no link searches for %j", async (owner) => {
  expect(term("owner", owner)).toBeNull();
  const server = await testServer();
  await server.as(owner).submit();
  const page = await openAdmin(server.safelight).html("/generations");
  expect(page).toContain(owner.replaceAll('"', "&quot;"));
  expect(page).not.toContain("q=owner");
});

it("a repeated adjustment names the reasons for which it changed nothing", async () => {
  const server = await testServer();
  await server.as("ada").submit();
  const { html, post } = openAdmin(server.safelight);
  const fields = { id: "ada", amount: "5", key: "form-1234", reason: "ticket 7" };
  await post("/accounts/adjust", fields);
  const { position } = await (await post("/accounts/adjust", fields)).json();
  expect(await html(`/accounts?id=ada&record=${position}`)).toContain("changed nothing: the form was sent before");
});
