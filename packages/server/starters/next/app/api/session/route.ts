import { cookieOf } from "../../../lib/session";

/** Signs in. Before you deploy, check a password here, or a code that you sent by mail: this accepts any name. */
export async function POST(request: Request): Promise<Response> {
  const { user } = await request.json();
  if (typeof user !== "string" || !/^[a-z0-9]{1,40}$/.test(user)) return new Response(null, { status: 400 });
  return new Response(null, { status: 204, headers: { "set-cookie": cookieOf(user) } });
}

/** Signs out. */
export async function DELETE(): Promise<Response> {
  return new Response(null, { status: 204, headers: { "set-cookie": cookieOf(null) } });
}
