import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { vendorClients, versionOf } from "./clients.js";
import { measureAdapter, measureClient } from "./measure-client.js";

const page = fileURLToPath(new URL("../../docs/providers.md", import.meta.url));

// `pnpm prove:clients` measures the other clients, which retry for longer.
it("sends one paid request where the vendor's own client sends six", { timeout: 20_000 }, async () => {
  const [client] = vendorClients.filter(({ call }) => call === "replicate.run");
  if (client === undefined) throw new Error("replicate.run is not among the clients.");
  expect(await measureClient(client, "response lost")).toEqual({ sent: 6, taken: 6 });
  expect(await measureAdapter(client, "response lost")).toEqual({ sent: 1, taken: 1 });
});

it("has the installed client versions in docs/providers.md (pnpm prove:clients --markdown docs/providers.md)", async () => {
  const text = await readFile(page, "utf8");
  for (const { call, packageName } of vendorClients) {
    expect(text).toContain(`| \`${call}\` of \`${packageName}\` ${await versionOf(packageName)} |`);
  }
});
