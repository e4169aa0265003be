import { stripTypeScriptTypes } from "node:module";
import { afterEach, expect, it, vi } from "vitest";
import { codeBlocksOf } from "./code-blocks.ts";
import { readRepositoryFile } from "./repository-files.ts";

const [{ source = "" } = {}] = codeBlocksOf(readRepositoryFile("docs/access.md")).filter(
  ({ file }) => file === "cookie-session.ts",
);
const tomorrow = Math.floor(Date.now() / 1_000) + 86_400;
let loads = 0;

afterEach(() => {
  vi.unstubAllEnvs();
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

interface CookieSession {
  readonly cookieOf: (userId: string | null) => string;
  readonly identify: (request: { readonly headers: Headers }) => string | null;
}

/** The module of the page, loaded with these variables. */
function sessionWith(variables: Readonly<Record<string, string>>): Promise<CookieSession> {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const code = encodeURIComponent(`${stripTypeScriptTypes(source)}\n// ${loads++}`);
  return import(/* @vite-ignore */ `data:text/javascript,${code}`);
}
