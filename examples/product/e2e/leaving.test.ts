import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createAuth } from "../server/auth.ts";
import { password } from "./member.ts";

test("deletes the sessions of a user before the data, and keeps the user if that fails", async (t) => {
  const dataFolder = mkdtempSync(join(tmpdir(), "fernpost-"));
  t.after(() => rmSync(dataFolder, { recursive: true, force: true }));
  const url = "http://localhost:3000";
  let sessionDuring: unknown;
  let cookie = "";
  const auth = await createAuth(
    { url, dataFolder, secret: "a secret of the tests, and of nothing else" },
    {
      onGuestSignedIn: async () => {},
      onLeave: async () => {
        sessionDuring = await auth.api.getSession({ headers: new Headers({ cookie }) });
        throw new Error("Stripe is unavailable.");
      },
    },
  );
  const post = (path: string, body: object): Promise<Response> =>
    auth.handler(
      new Request(`${url}/api/auth/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: url, cookie },
        body: JSON.stringify(body),
      }),
    );
  const email = "kim@example.com";
  const signedUp = await post("sign-up/email", { email, password, name: "Kim" });
  cookie = signedUp.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  assert.notEqual(await auth.api.getSession({ headers: new Headers({ cookie }) }), null);

  const refused = await post("delete-user", { password }).catch(() => null);
  assert.notEqual(refused?.status, 200);
  assert.equal(sessionDuring, null);
  assert.equal((await post("sign-in/email", { email, password })).status, 200);
});
