import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AccountDialog } from "./account-dialog.tsx";
import { Gallery } from "./gallery.tsx";
import { Header } from "./header.tsx";
import { keys } from "./hooks.ts";
import type { OpenDialog } from "./open-dialog.ts";
import { PaymentNotice } from "./payment-notice.tsx";
import { ShopDialog } from "./shop-dialog.tsx";
import { SignInDialog } from "./sign-in-dialog.tsx";
import { Studio } from "./studio.tsx";
import { usePerson } from "./users.ts";

export function Page() {
  const { person, user, isPending, error } = usePerson();
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const queryClient = useQueryClient();
  const close = () => setDialog(null);

  if (isPending)
    return (
      <p className="center" role="status">
        Loading…
      </p>
    );
  if (error && user === null) {
    return (
      <p className="center" role="alert">
        Fernpost cannot be reached.{" "}
        <button type="button" onClick={() => location.reload()}>
          Try again
        </button>
      </p>
    );
  }
  return (
    <>
      <Header person={person} isAdmin={user?.role === "admin"} open={setDialog} />
      <main>
        <PaymentNotice />
        <Studio person={person} open={setDialog} />
        <Gallery person={person} open={setDialog} />
      </main>
      {(dialog?.name === "sign-in" || dialog?.name === "sign-up") && (
        <SignInDialog
          mode={dialog.name}
          onSignedIn={() => {
            close();
            // Its response has the new owner, and all hooks change to that owner.
            void queryClient.invalidateQueries({ queryKey: keys.active() });
          }}
          open={setDialog}
          onClose={close}
        />
      )}
      {dialog?.name === "shop" && (
        <ShopDialog person={person} missing={dialog.missing} open={setDialog} onClose={close} />
      )}
      {dialog?.name === "account" && user && (
        <AccountDialog
          email={user.email}
          onSignedOut={() => {
            close();
            queryClient.clear();
          }}
          onClose={close}
        />
      )}
    </>
  );
}
