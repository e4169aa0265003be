import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSafelightClient } from "@safelight/client";
import { createSafelight, defineModel } from "@safelight/server";
import { custom } from "@safelight/server/custom";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { QueryClient } from "@tanstack/react-query";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { liveOf, withLive } from "./live-of.js";

const folder = await mkdtemp(join(tmpdir(), "safelight-many-"));
const safelight = createSafelight({
  store: libsqlStore({ url: `file:${join(folder, "safelight.db")}`, synchronous: "normal" }),
  storage: memoryStorage(),
  identify: () => "ada",
  secret: "a secret of the tests, and of nothing else",
  models: { flux: defineModel({ provider: custom({ id: "idle", run: async () => [] }), input: z.string() }) },
  limits: { rate: false, maxActive: false },
  logger: { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} },
});

afterAll(async () => {
  await safelight.close();
  await rm(folder, { recursive: true, force: true });
});

// More than one response of `GET /active` lists, and more than the page remembers.
const count = 1_050;

it("keeps all active generations when one response omits some, also after a refetch", {
  timeout: 240_000,
}, async () => {
  await Promise.all(Array.from({ length: count }, () => safelight.api.submit({ ownerId: "ada" }, "flux", "a lamp")));
  const queryClient = new QueryClient();
  const client = createSafelightClient<typeof safelight>({ baseUrl: "http://localhost", fetch: safelight.handler });
  const live = liveOf(queryClient, client);
  const unmount = withLive(live, ({ mount }) => mount(client));
  const listed = () => queryClient.getQueryData(live.active.queryKey)?.generations.length;
  await expect.poll(listed, { timeout: 110_000 }).toBe(count);
  await queryClient.invalidateQueries({ queryKey: live.active.queryKey });
  await expect.poll(listed, { timeout: 110_000 }).toBe(count);
  unmount();
});
