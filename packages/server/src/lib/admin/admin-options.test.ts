import { describe, expect, it } from "vitest";
import { testServer } from "../../../testing/test-server.js";
import { createAdmin } from "./create-admin.js";

/** Calls `createAdmin` as a host without types. */
async function create(options: object) {
  const { safelight } = await testServer();
  return () => createAdmin(safelight, { authorize: () => null, ...options });
}

describe("the options of createAdmin", () => {
  it.each([
    ["an unknown option", { revael: "never" }, 'Unknown option "revael" in createAdmin'],
    ["another case of reveal", { reveal: "Never" }, 'Invalid reveal "Never"'],
    ["an empty reveal", { reveal: "" }, 'Invalid reveal ""'],
    ["a relative signIn", { signIn: "login" }, 'Invalid signIn "login"'],
    ["a script as signIn", { signIn: "javascript:alert(1)" }, "Invalid signIn"],
    ["a signIn below the page", { signIn: "/admin/safelight/login" }, "Invalid signIn"],
    ["the page itself as signIn", { signIn: "/admin/safelight?next=1" }, "Invalid signIn"],
    ["one image origin that is no list", { mediaOrigins: "https://cdn.example" }, "Invalid mediaOrigins"],
    ["an image origin with a path", { mediaOrigins: ["https://cdn.example/images"] }, "Invalid mediaOrigins"],
    ["an image origin with a slash", { mediaOrigins: ["https://a.example", "https://cdn.example/"] }, "mediaOrigins"],
    ["a further directive", { mediaOrigins: ["https://cdn.example; script-src *"] }, "Invalid mediaOrigins"],
    ["a semicolon in a host", { mediaOrigins: ["https://cdn.example;script-src"] }, "Invalid mediaOrigins"],
    ["a keyword", { mediaOrigins: ["'unsafe-inline'"] }, "Invalid mediaOrigins"],
    ["a scheme", { mediaOrigins: ["data:"] }, "Invalid mediaOrigins"],
    ["an origin of the page with a path", { origins: ["https://admin.example/"] }, "Invalid origins"],
    ["an origin of the page with a wildcard", { origins: ["https://*.example"] }, "Invalid origins"],
    ["one origin that is no list", { origins: "https://admin.example" }, "Invalid origins"],
    ["a link that is no function", { links: { owner: "/users/" } }, "Invalid links"],
    ["an unknown link", { links: { user: () => "" } }, 'Unknown option "user" in links'],
    ["a title that is no text", { title: 5 }, "Invalid title"],
    ["a worth without a currency", { creditValue: { amount: 1 } }, "Invalid creditValue"],
    ["a worth that is no object", { creditValue: null }, "Invalid creditValue"],
    ["a negative worth", { creditValue: { amount: -1, currency: "USD" } }, "Invalid creditValue"],
    ["a currency in words", { creditValue: { amount: 1, currency: "dollar" } }, "Invalid creditValue"],
    ["one price for all units", { vendorPrices: { fal: 0.01 } }, "Invalid vendorPrices"],
    ["a list of prices", { vendorPrices: { fal: [0.01] } }, "Invalid vendorPrices"],
    ["a price as text", { vendorPrices: { fal: { images: "0.01" } } }, "Invalid vendorPrices"],
    ["a basePath that is no text", { basePath: /admin/ }, "Invalid basePath"],
  ])("refuse %s", async (_, options, message) => {
    expect(await create(options)).toThrow(message);
  });

  it.each([
    { signIn: "/login?next=admin", reveal: "never", title: "" },
    {
      signIn: "https://login.example/",
      mediaOrigins: ["https://cdn.example", "https://*.example.com", "http://[::1]:9000"],
    },
    { creditValue: { amount: 0, currency: "EUR" }, vendorPrices: { fal: { images: 0.01 } } },
    { signIn: "/admin", links: { owner: (id: string) => `/users/${id}` } },
  ])("accept %o", async (options) => {
    expect(await create(options)).not.toThrow();
  });
});

describe("the permissions that authorize returns", () => {
  it.each([[["cancle"]], [["cancel", 5]], ["all"], [["constructor"]]])("close the page for %j", async (may) => {
    const server = await testServer();
    // The cast stands for a host without types.
    const admin = createAdmin(server.safelight, { authorize: () => ({ actor: "grace", may: may as "read" }) });
    expect((await admin.handler(new Request("https://app.example/admin/safelight"))).status).toBe(404);
    expect(server.logs.at(-1)?.fields.error).toContain(JSON.stringify(may));
  });
});
