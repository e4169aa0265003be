import { createFileRoute } from "@tanstack/react-router";
import { cookieOf } from "../session.server";

/** Signs in with the field `name`, and out without it. */
async function post({ request }: { request: Request }): Promise<Response> {
  const field = (await request.formData()).get("name");
  if (field === null) return seeOther("/sign-in", cookieOf(null));
  const name = String(field).trim().toLowerCase();
  return /^[a-z0-9-]{1,40}$/.test(name) ? seeOther("/", cookieOf(name)) : seeOther("/sign-in?problem=name");
}

function seeOther(location: string, cookie?: string): Response {
  return new Response(null, { status: 303, headers: { location, ...(cookie && { "set-cookie": cookie }) } });
}

export const Route = createFileRoute("/session")({ server: { handlers: { POST: post } } });
