import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "./hooks";

export function SignIn({ onSignedIn }: { readonly onSignedIn: (() => void) | undefined }) {
  const queryClient = useQueryClient();
  const [problem, setProblem] = useState("");

  const signIn = async (form: FormData) => {
    const body = JSON.stringify({ user: form.get("user") });
    const headers = { "content-type": "application/json" };
    const response = await fetch("/api/session", { method: "POST", headers, body }).catch(() => null);
    if (response?.status === 400) return setProblem("Use letters, digits, spaces and . @ _ + - (at most 64).");
    if (!response?.ok) return setProblem("The sign-in did not work. Please try again.");
    await queryClient.invalidateQueries({ queryKey: keys.active() });
    onSignedIn?.();
  };

  return (
    <form action={signIn} className="flex flex-wrap gap-4">
      <input name="user" aria-label="Name" autoComplete="username" required className="rounded border px-3 py-2" />
      <button type="submit" className="rounded bg-blue-700 px-4 py-2 text-white">
        Sign in
      </button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}
