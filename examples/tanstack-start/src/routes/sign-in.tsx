import { createFileRoute, redirect } from "@tanstack/react-router";
import { currentUser } from "../prefetch";

export const Route = createFileRoute("/sign-in")({
  validateSearch: ({ problem }: Record<string, unknown>): { problem?: string } =>
    typeof problem === "string" ? { problem } : {},
  loader: async () => {
    if ((await currentUser()) !== null) throw redirect({ to: "/" });
  },
  component: SignIn,
});

function SignIn() {
  const { problem } = Route.useSearch();
  return (
    <main>
      <h1>Sign in</h1>
      {/* A form without JavaScript loads a new document, so that no data of another user is left in memory. */}
      <form action="/session" method="post">
        <label>
          Your name
          <input name="name" required autoComplete="username" aria-describedby="problem" />
        </label>
        <button type="submit">Sign in</button>
        <p id="problem" role="alert">
          {problem === "name" && "Use letters, digits and hyphens."}
        </p>
      </form>
    </main>
  );
}
