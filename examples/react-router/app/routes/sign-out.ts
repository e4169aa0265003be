import { redirect } from "react-router";
import { sessions } from "../session.server";
import type { Route } from "./+types/sign-out";

export const loader = () => redirect("/");

export async function action({ request }: Route.ActionArgs) {
  const session = await sessions.getSession(request.headers.get("cookie"));
  return redirect("/sign-in", { headers: { "set-cookie": await sessions.destroySession(session) } });
}
