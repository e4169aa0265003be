import { type FormEvent, useState } from "react";
import { Dialog } from "./dialog.tsx";
import { errorTextOf } from "./error-texts.ts";
import type { OpenDialog } from "./open-dialog.ts";
import { users } from "./users.ts";

interface SignInDialogProps {
  readonly mode: "sign-in" | "sign-up";
  readonly onSignedIn: () => void;
  readonly open: (dialog: OpenDialog) => void;
  readonly onClose: () => void;
}

export function SignInDialog({ mode, onSignedIn, open, onClose }: SignInDialogProps) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isNew = mode === "sign-up";

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBusy) return;
    const form = new FormData(event.currentTarget);
    const email = String(form.get("email"));
    const password = String(form.get("password"));
    setBusy(true);
    setError(null);
    const { error: refused } = isNew
      ? await users.signUp.email({ email, password, name: email.split("@")[0] ?? email })
      : await users.signIn.email({ email, password });
    setBusy(false);
    if (refused) setError(errorTextOf({ code: refused.code ?? "" }));
    else onSignedIn();
  };

  return (
    <Dialog title={isNew ? "Create an account" : "Sign in"} onClose={onClose}>
      <p>Postcards that you made as a guest come along.</p>
      <form onSubmit={submit}>
        <label>
          E-mail
          <input name="email" type="email" autoComplete="email" required />
        </label>
        <label>
          Password
          <input
            name="password"
            type="password"
            autoComplete={isNew ? "new-password" : "current-password"}
            minLength={8}
            maxLength={128}
            required
          />
        </label>
        <p role="alert">{error}</p>
        <button type="submit" aria-disabled={isBusy}>
          {isNew ? "Create account" : "Sign in"}
        </button>
      </form>
      <button type="button" className="plain" onClick={() => open({ name: isNew ? "sign-in" : "sign-up" })}>
        {isNew ? "I have an account" : "Create an account"}
      </button>
    </Dialog>
  );
}
