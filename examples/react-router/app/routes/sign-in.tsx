import { Form, redirect } from "react-router";
import { sessions, userOf } from "../session.server";
import type { Route } from "./+types/sign-in";

export async function loader({ request }: Route.LoaderArgs) {
  if ((await userOf(request.headers)) !== null) throw redirect("/");
  return null;
}

export async function action({ request }: Route.ActionArgs) {
  const name = String((await request.formData()).get("name"))
    .trim()
    .toLowerCase();
  if (!/^[a-z0-9-]{1,40}$/.test(name)) return { problem: "Use letters, digits and hyphens." };
  const session = await sessions.getSession();
  session.set("userId", name);
  return redirect("/", { headers: { "set-cookie": await sessions.commitSession(session) } });
}

export default function SignIn({ actionData }: Route.ComponentProps) {
  return (
    <main>
      <h1>Sign in</h1>
      {/* A new document, so that no data of another user is left in memory. */}
      <Form method="post" reloadDocument>
        <label>
          Your name
          <input name="name" required autoComplete="username" aria-describedby="problem" />
        </label>
        <button type="submit">Sign in</button>
        <p id="problem" role="alert">
          {actionData?.problem}
        </p>
      </Form>
    </main>
  );
}
