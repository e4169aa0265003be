import { expect, it } from "vitest";
import { FakeWallet } from "../../../../testing/fakes/fake-wallet.js";
import { testServer } from "../../../../testing/test-server.js";
import { authorizing } from "../../ledger/authorizing.js";
import { allowedActions } from "./act-on-generation.js";

it("allows no refund of a generation whose credits the host keeps, also without the host's options", async () => {
  const wallet = new FakeWallet({ ada: 10 }, () => null);
  const { as, store } = await testServer({ credits: authorizing(wallet.options) });
  const { id } = await as("ada").submit();
  await as("ada").finish(id);
  const detail = await store.getDetail({ id });
  expect(detail?.generation).toMatchObject({ state: "completed", credits: 4 });
  expect(detail && allowedActions(detail)).toEqual(new Set(["retry", "announce", "delete"]));
});
