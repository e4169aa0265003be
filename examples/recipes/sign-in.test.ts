import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { encode } from "@auth/core/jwt";
import { exportJWK, SignJWT } from "jose";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const keyId = "key-1";

/** A JWT with the given claims, signed with the key of the tests and valid for a minute. */
function tokenOf(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: keyId, typ: "JWT" })
    .setIssuedAt()
    .setExpirationTime("1m")
    .sign(privateKey);
}

const bearer = (token: string) => ({ headers: new Headers({ authorization: `Bearer ${token}` }) });

describe("Clerk", () => {
  before(() => {
    process.env.APP_URL = "http://localhost:3000";
    process.env.CLERK_TELEMETRY_DISABLED = "1";
    process.env.CLERK_SECRET_KEY = "sk_test_unused";
    process.env.CLERK_PUBLISHABLE_KEY = `pk_test_${Buffer.from("example.clerk.accounts.dev$").toString("base64")}`;
    process.env.CLERK_JWT_KEY = publicKey.export({ type: "spki", format: "pem" }).toString();
  });
  const claims = {
    sub: "user_ann",
    sid: "sess_1",
    iss: "https://example.clerk.accounts.dev",
    azp: "http://localhost:3000",
  };

  test("identifies the user of a verified session as owner, and the active organization as account", async () => {
    const { identify } = await import("./documented/clerk.ts");
    const alone = await identify(bearer(await tokenOf(claims)));
    assert.deepEqual(alone, { ownerId: "user_ann", accountId: "user_ann" });
    const member = await identify(
      bearer(await tokenOf({ ...claims, v: 2, o: { id: "org_7", rol: "member", slg: "seven" } })),
    );
    assert.deepEqual(member, { ownerId: "user_ann", accountId: "org_7" });
  });

  test("refuses a token of another origin, a forged token and a request without one", async () => {
    const { identify } = await import("./documented/clerk.ts");
    assert.equal(await identify(bearer(await tokenOf({ ...claims, azp: "https://evil.example" }))), null);
    assert.equal(await identify(bearer(`${await tokenOf(claims)}x`)), null);
    assert.equal(await identify({ headers: new Headers() }), null);
  });
});

test("Auth.js: identifies the subject of the cookie as owner", async () => {
  process.env.AUTH_SECRET = "a secret of the tests";
  const { identify } = await import("./documented/auth-js.ts");
  const salt = "authjs.session-token";
  const cookieOf = async (secret: string) => `${salt}=${await encode({ token: { sub: "ann" }, secret, salt })}`;
  assert.equal(await identify({ headers: new Headers({ cookie: await cookieOf("a secret of the tests") }) }), "ann");
  assert.equal(await identify({ headers: new Headers({ cookie: await cookieOf("another secret") }) }), null);
  assert.equal(await identify({ headers: new Headers() }), null);
});

describe("bearer tokens", () => {
  let isDown = true;
  const server = createServer(async (_request, response) => {
    if (isDown) return void response.writeHead(503).end();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: keyId, alg: "RS256" }] }));
  });
  let issuer: string;

  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.TOKEN_ISSUER = issuer;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  test("rejects while the issuer is down, instead of signing out", async () => {
    const { identify } = await import("./documented/bearer.ts");
    await assert.rejects(identify(bearer(await tokenOf({ sub: "ann", iss: issuer, aud: "safelight" }))));
    isDown = false;
  });

  test("identifies the subject of a token of the issuer for this server, and refuses other tokens", async () => {
    const { identify } = await import("./documented/bearer.ts");
    const claims = { sub: "ann", iss: issuer, aud: "safelight" };
    assert.equal(await identify(bearer(await tokenOf(claims))), "ann");
    assert.equal(await identify(bearer(await tokenOf({ ...claims, aud: "another" }))), null);
    assert.equal(await identify(bearer("no token")), null);
    assert.equal(await identify(bearer("no.jwt")), null);
    assert.equal(await identify({ headers: new Headers() }), null);
  });
});
