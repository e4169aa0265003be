import { describe, expect, it } from "vitest";
import { d1Store } from "./d1-store.js";

describe("d1Store", () => {
  it.each([
    ["no binding", {}, 'd1Store needs the option "database"'],
    ["a name instead of the binding", { database: "DB" }, "add it to `d1_databases`"],
    ["an unknown option", { database: {}, databse: {} }, 'Unknown option "databse"'],
  ])("rejects %s", (_name, options, message) => {
    // As from JavaScript, without types.
    expect(() => d1Store(options as never)).toThrow(message);
  });
});
