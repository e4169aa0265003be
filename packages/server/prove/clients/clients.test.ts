import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { vendorClients, versionOf } from "./clients.js";
import { measureAdapter, measureClient } from "./measure-client.js";

const page = fileURLToPath(new URL("../../../../docs/providers.md", import.meta.url));

// Those that wait longest are measured by `pnpm prove:clients` alone.
it("pays once where the vendor's own client pays again", { timeout: 20_000 }, async () => {
  const [client] = vendorClients.filter(({ call }) => call === "replicate.run");
  if (client === undefined) throw new Error("There is no such client.");
  expect(await measureClient(client, "reply lost")).toEqual({ sent: 6, taken: 6 });
  expect(await measureAdapter(client, "reply lost")).toEqual({ sent: 1, taken: 1 });
});

it("was measured with the clients that are installed (pnpm prove:clients --markdown docs/providers.md)", async () => {
  const text = await readFile(page, "utf8");
  for (const { call, packageName } of vendorClients) {
    expect(text).toContain(`| \`${call}\` of \`${packageName}\` ${await versionOf(packageName)} |`);
  }
});
