import { describe, expect, it } from "vitest";
import { pathUnder } from "./path-under.js";

describe("pathUnder", () => {
  it.each([
    ["/api/g", "/"],
    ["/api/g/", "/"],
    ["/api/g?x=/", "/"],
    ["/api/g/active", "/active"],
    ["/api/g/active/", "/active"],
    ["/api/g/a/b/?x", "/a/b"],
    ["/api/g//", "//"],
    ["/api/g/active//", "/active//"],
    ["/api/g/x/../active", "/active"],
    ["/%61pi/%67/activ%65", "/active"],
    ["/api/g/a%2Fb%zz%", "/a%2Fb%zz%"],
    ["/api/g/%2561ctive", "/%2561ctive"],
  ])("returns the path of %s", (path, expected) => {
    expect(pathUnder("/api/g", `http://localhost${path}`)).toBe(expected);
  });

  it.each(["/", "/api", "/api/gx", "/api/g%2Factive", "/other/api/g", "/api/g/../x"])("returns null for %s", (path) => {
    expect(pathUnder("/api/g", `http://localhost${path}`)).toBeNull();
  });

  it("returns null for a URL that does not parse", () => {
    expect(pathUnder("/api/g", "http://[/api/g/active")).toBeNull();
  });

  it("accepts every path below the root", () => {
    expect(pathUnder("", "http://localhost/")).toBe("/");
    expect(pathUnder("", "http://localhost/active/")).toBe("/active");
  });
});
