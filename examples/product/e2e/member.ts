import assert from "node:assert/strict";

/** A signed-in user or guest, whose requests need no browser. */
export interface Member {
  readonly id: string;
  readonly email: string;
  post(path: string, body: object): Promise<Response>;
  get(path: string): Promise<Response>;
}

export const password = "correct horse";

/** Signs up a new user. */
export function signUp(url: string, name: string): Promise<Member> {
  const email = `${name}@example.com`;
  return startSession(url, { path: "sign-up/email", body: { email, password, name } });
}

/** Signs in a new guest. */
export function startGuest(url: string): Promise<Member> {
  return startSession(url, { path: "sign-in/anonymous", body: {} });
}

async function startSession(url: string, { path, body }: { path: string; body: object }): Promise<Member> {
  const json = { "content-type": "application/json", origin: url };
  const response = await fetch(`${url}/api/auth/${path}`, {
    method: "POST",
    headers: json,
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.clone().text());
  const { user } = await response.json();
  const cookie = response.headers
    .getSetCookie()
    .map((value) => value.split(";")[0])
    .join("; ");
  return {
    id: user.id,
    email: user.email,
    post: (to, sent) => fetch(url + to, { method: "POST", headers: { ...json, cookie }, body: JSON.stringify(sent) }),
    get: (from) => fetch(url + from, { headers: { cookie } }),
  };
}
