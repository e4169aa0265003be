import type { CompletedGeneration } from "@safelight/client/contract";
import { describe, expect, it, vi } from "vitest";
import { testModels, testServer } from "../../../testing/test-server.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { createSafelight } from "./create-safelight.js";
import { checkSecrets } from "./secrets.js";

const long = "x".repeat(32);

describe("checkSecrets", () => {
  it("accepts one or several secrets of at least 32 characters", () => {
    expect(checkSecrets(long, "production")).toEqual([long]);
    expect(checkSecrets([long, `${long}y`], "production")).toEqual([long, `${long}y`]);
  });

  it.each([["x".repeat(31)], [""], [[long, "short"]], [[]]])("refuses %j", (secret) => {
    expect(() => checkSecrets(secret, "development")).toThrow(/at least 32/);
  });

  it("requires a secret in production only", () => {
    expect(() => checkSecrets(undefined, "production")).toThrow(
      /needs a secret in production.*SAFELIGHT_SECRET.*openssl rand -hex 32/,
    );
    expect(checkSecrets(undefined, "test")).toBeNull();
    expect(checkSecrets(undefined, undefined)).toBeNull();
  });
});

describe("createSafelight", () => {
  it("reads the environment when it is called", async () => {
    const { store } = await testServer();
    const create = () => createSafelight({ store, storage: memoryStorage(), identify: () => null, models: testModels });
    expect(create).not.toThrow();
    vi.stubEnv("NODE_ENV", "production");
    expect(create).toThrow(/needs a secret in production/);
    vi.unstubAllEnvs();
  });

  it("creates a secret once, warns once, and shares it with every server of the database", async () => {
    const server = await testServer({ secret: undefined });
    const ann = server.as("ann");
    const { id } = await ann.submit();
    const { outputs } = (await ann.finish(id)) as CompletedGeneration;
    await ann.get("/active");
    expect(server.logs).toMatchObject([{ level: "warn", message: expect.stringContaining("No secret is configured") }]);

    const other = createSafelight({
      store: server.store,
      storage: server.storage,
      identify: () => null,
      models: testModels,
      clock: server.clock,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    expect((await other.handler(new Request(`http://localhost${outputs[0].url}`))).status).toBe(200);
  });

  it("accepts URLs that an older secret signed, and signs with the new one", async () => {
    const server = await testServer({ secret: long });
    const ann = server.as("ann");
    const { id } = await ann.submit();
    const { outputs } = (await ann.finish(id)) as CompletedGeneration;
    const status = async (secret: readonly [string, ...string[]]): Promise<number> => {
      const { store, storage, clock } = server;
      const other = createSafelight({ store, storage, clock, secret, identify: () => null, models: testModels });
      return (await other.handler(new Request(`http://localhost${outputs[0].url}`))).status;
    };
    expect(await status(["y".repeat(32), long])).toBe(200);
    expect(await status(["y".repeat(32)])).toBe(401);
  });
});
