import { afterEach, expect, it, vi } from "vitest";
import { missingKey, requireKey, vendorKey } from "./vendor-key.js";

afterEach(() => void vi.unstubAllEnvs());

it("takes the given key, else the environment's as it is now", () => {
  vi.stubEnv("KODAK_KEY", "from-environment");
  expect(vendorKey("given", "KODAK_KEY")).toBe("given");
  expect(requireKey("Kodak", undefined, "KODAK_KEY")).toBe("from-environment");
});

it.each(["", " ", undefined])("does not pass %j for a key", (given) => {
  vi.stubEnv("KODAK_KEY", "");
  expect(vendorKey(given, "KODAK_KEY")).toBeNull();
  expect(() => requireKey("Kodak", given, "KODAK_KEY")).toThrow("set KODAK_KEY");
  expect(missingKey("Kodak", "KODAK_KEY").failure).toEqual({
    code: "unauthenticated",
    message: "Kodak cannot be asked: set KODAK_KEY, or give it to the adapter.",
  });
});
