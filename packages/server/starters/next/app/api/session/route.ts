import { cookieOf } from "../../../lib/session";

const userName = /^[\p{L}\p{N}][\p{L}\p{N} .@_+-]{0,63}$/u;

/** Signs in. Before you deploy, check a password here, or a code that you sent by mail: this accepts any name. */
export async function POST(request: Request): Promise<Response> {
  // JSON only: a page of another site can send a form as the visitor, but its browser asks the server before it sends JSON.
  if (!request.headers.get("content-type")?.startsWith("application/json")) return new Response(null, { status: 415 });
  const { user } = (await request.json().catch(() => null)) ?? {};
  if (typeof user !== "string" || !userName.test(user)) return new Response(null, { status: 400 });
  return new Response(null, { status: 204, headers: { "set-cookie": cookieOf(user) } });
}

/** Signs out. */
export async function DELETE(): Promise<Response> {
  return new Response(null, { status: 204, headers: { "set-cookie": cookieOf(null) } });
}
