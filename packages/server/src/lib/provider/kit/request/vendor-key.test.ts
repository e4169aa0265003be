import { afterEach, expect, it, vi } from "vitest";
import { missingKey, requireKey, vendorKey } from "./vendor-key.js";

afterEach(() => void vi.unstubAllEnvs());

it("prefers the given key to the current environment variable", () => {
  vi.stubEnv("KODAK_KEY", "from-environment");
  expect(vendorKey("given", "KODAK_KEY")).toBe("given");
  expect(requireKey("Kodak", { given: undefined, variable: "KODAK_KEY" })).toBe("from-environment");
});

it.each(["", " ", undefined])("refuses %j as a key", (given) => {
  vi.stubEnv("KODAK_KEY", "");
  expect(vendorKey(given, "KODAK_KEY")).toBeNull();
  expect(() => requireKey("Kodak", { given, variable: "KODAK_KEY" })).toThrow("set KODAK_KEY");
  expect(missingKey("Kodak", "KODAK_KEY").failure).toEqual({
    code: "unauthenticated",
    message: "Missing API key of Kodak: set KODAK_KEY, or pass it to the adapter.",
  });
});
