import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useActiveGeneration, useCredits } from "./hooks";

export function Account({ onSignedOut }: { readonly onSignedOut: (() => void) | undefined }) {
  const { balance } = useCredits();
  const { count } = useActiveGeneration();
  const queryClient = useQueryClient();
  const [problem, setProblem] = useState("");

  const request = async (path: string, init: RequestInit) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(path, { headers, ...init }).catch(() => null);
    setProblem(response?.ok ? "" : "That did not work. Please try again.");
    return response?.ok === true;
  };
  // The event stream brings the new balance.
  const buy = () => request("/api/buy", { method: "POST", body: JSON.stringify({ paymentId: crypto.randomUUID() }) });
  const signOut = async () => {
    if (!(await request("/api/session", { method: "DELETE" }))) return;
    queryClient.clear();
    onSignedOut?.();
  };

  return (
    <header className="flex flex-wrap items-center gap-4">
      <span>{balance ?? "…"} credits</span>
      <span role="status">{count > 0 && `${count} developing`}</span>
      <button type="button" onClick={buy} className="rounded border px-4 py-2">
        Buy 50
      </button>
      <button type="button" onClick={signOut} className="rounded border px-4 py-2">
        Sign out
      </button>
      {problem && <p role="alert">{problem}</p>}
    </header>
  );
}
