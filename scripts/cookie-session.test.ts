import { stripTypeScriptTypes } from "node:module";
import { afterEach, expect, it, vi } from "vitest";
import { codeBlocksOf } from "./code-blocks.ts";
import { readRepositoryFile } from "./repository-files.ts";

const blocks = codeBlocksOf(readRepositoryFile("docs/access.md"));
const sourceOf = (name: string) => blocks.find(({ file }) => file === name)?.source ?? "";
const route = (name: string) => readRepositoryFile(`packages/server/starters/next/app/api/${name}/route.ts`);
const tomorrow = Math.floor(Date.now() / 1_000) + 86_400;
let loads = 0;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

it("does not load without a secret, so that no request is a 500", async () => {
  await expect(sessionWith({ SESSION_SECRET: "" })).rejects.toThrow("Set SESSION_SECRET");
});

it("identifies the user of its own cookie only", async () => {
  const { cookieOf, identify } = await sessionWith({ SESSION_SECRET: "a secret" });
  const [cookie = ""] = cookieOf("ann ü").split(";");
  const sent = (text: string) => identify({ headers: new Headers({ cookie: `other=1; ${text}` }) });
  expect(sent(cookie)).toBe("ann ü");
  const [, , signature] = cookie.split(".");
  expect(sent(`session=${Buffer.from("ben").toString("base64url")}.${tomorrow}.${signature}`)).toBeNull();
  expect(sent(cookieOf(null))).toBeNull();
  expect(identify({ headers: new Headers() })).toBeNull();
  const other = await sessionWith({ SESSION_SECRET: "another secret" });
  expect(sent(other.cookieOf("ann ü").split(";")[0] ?? "")).toBeNull();
});

it("is a Secure cookie in production, and works over http in development", async () => {
  const secret = { SESSION_SECRET: "a secret" };
  const { cookieOf } = await sessionWith({ ...secret, NODE_ENV: "production" });
  expect(
    [cookieOf("ann"), cookieOf(null)].every((cookie) => cookie.includes("; HttpOnly; SameSite=Lax; Secure;")),
  ).toBe(true);
  const development = await sessionWith({ ...secret, NODE_ENV: "development" });
  expect(development.cookieOf("ann")).not.toContain("Secure");
});

it.each([
  ["signIn of docs/access.md", sourceOf("sign-in.ts"), "signIn", 204],
  ["the route of the session of the starter for Next", route("session"), "POST", 204],
  ["the route of purchases of the starter for Next", route("buy"), "POST", 200],
])("refuses a form of another site: %s", async (_, source, name, accepted) => {
  const session = await sessionWith({ SESSION_SECRET: "a secret" });
  // The modules that the source names cannot be imported from a data URL.
  const safelight = { api: { grantCredits: async () => ({ balance: 150 }) } };
  vi.stubGlobal("imported", { ...session, safelight });
  vi.stubGlobal("userIdOf", async ({ user }: { readonly user: string }) => user);
  const code = source.replace(/^import (.+) from .+;$/gm, "const $1 = globalThis.imported;");
  const handle: (request: Request) => Promise<Response> = (await load(code))[name];
  const [cookie = ""] = session.cookieOf("ann").split(";");
  const body = JSON.stringify({ user: "mallory", paymentId: "p1" });
  const send = (type: string) =>
    handle(new Request("http://localhost/", { method: "POST", headers: { cookie, "content-type": type }, body }));
  // Those that a browser sends to any site without a preflight request.
  for (const type of ["text/plain", "text/plain;application/json", "application/x-www-form-urlencoded"]) {
    const refusal = await send(type);
    expect([type, refusal.status, refusal.headers.getSetCookie()]).toEqual([type, 415, []]);
  }
  expect((await send("application/json; charset=utf-8")).status).toBe(accepted);
});

interface CookieSession {
  readonly cookieOf: (userId: string | null) => string;
  readonly identify: (request: { readonly headers: Headers }) => string | null;
}

/** The module of the page, loaded with these variables. */
function sessionWith(variables: Readonly<Record<string, string>>): Promise<CookieSession> {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return load(sourceOf("cookie-session.ts"));
}

/** Evaluates a module once more. */
function load(source: string) {
  const code = encodeURIComponent(`${stripTypeScriptTypes(source)}\n// ${loads++}`);
  return import(/* @vite-ignore */ `data:text/javascript,${code}`);
}
