import { describe, expect, it } from "vitest";
import { importPeer } from "./import-peer.js";

describe("importPeer", () => {
  it("names the command that installs a missing package", async () => {
    const missing = "safelight-has-no-such-package";
    await expect(importPeer(missing, () => import(/* @vite-ignore */ missing))).rejects.toThrow(
      "Install safelight-has-no-such-package: npm install safelight-has-no-such-package",
    );
  });

  it("rethrows other errors", async () => {
    const error = new Error("The native part does not fit this machine.");
    await expect(importPeer("libsql", () => Promise.reject(error))).rejects.toBe(error);
  });

  it("returns the module", async () => {
    expect(await importPeer("node:path", () => import("node:path"))).toHaveProperty("join");
  });
});
