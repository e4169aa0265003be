import { type FormEvent, useState } from "react";
import { Dialog } from "./dialog.tsx";
import { errorTextOf } from "./error-texts.ts";
import { openStripe } from "./open-stripe.ts";
import { users } from "./users.ts";

interface AccountDialogProps {
  readonly email: string;
  readonly onSignedOut: () => void;
  readonly onClose: () => void;
}

export function AccountDialog({ email, onSignedOut, onClose }: AccountDialogProps) {
  const [error, setError] = useState<string | null>(null);
  const [isDeleting, setDeleting] = useState(false);

  const openPortal = async () => {
    if (!(await openStripe("/api/portal", {}))) setError("The page of your payments could not be opened.");
  };
  const finish = ({ error: refused }: { readonly error: { readonly code?: string | undefined } | null }) => {
    if (refused) setError(errorTextOf({ code: refused.code ?? "" }));
    else onSignedOut();
  };
  const deleteAccount = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    finish(await users.deleteUser({ password: String(new FormData(event.currentTarget).get("password")) }));
  };

  return (
    <Dialog title="Account" onClose={onClose}>
      <p>{email}</p>
      <button type="button" onClick={openPortal}>
        Payments and subscription
      </button>
      <button type="button" onClick={async () => finish(await users.signOut())}>
        Sign out
      </button>
      {isDeleting ? (
        <form onSubmit={deleteAccount}>
          <p>Your postcards and credits are deleted, and your subscription ends. This cannot be undone.</p>
          <label>
            Password
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
          <button type="submit" className="danger">
            Delete for good
          </button>
        </form>
      ) : (
        <button type="button" className="plain" onClick={() => setDeleting(true)}>
          Delete account
        </button>
      )}
      <p role="alert">{error}</p>
    </Dialog>
  );
}
