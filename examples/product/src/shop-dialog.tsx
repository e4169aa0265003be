import { useState } from "react";
import { type Offer, offers } from "../offers.ts";
import { Dialog } from "./dialog.tsx";
import type { OpenDialog } from "./open-dialog.ts";
import { openStripe } from "./open-stripe.ts";
import type { Person } from "./users.ts";

interface ShopDialogProps {
  readonly person: Person;
  /** Number of credits that the balance lacks for a refused postcard; 0 without one. */
  readonly missing: number;
  readonly open: (dialog: OpenDialog) => void;
  readonly onClose: () => void;
}

export function ShopDialog({ person, missing, open, onClose }: ShopDialogProps) {
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState(false);
  // After a success, Stripe's page replaces this one, so `busy` stays.
  const buy = async ({ id }: Offer) => {
    if (busy !== null) return;
    setBusy(id);
    setError(false);
    if (await openStripe("/api/checkout", { offer: id })) return;
    setBusy(null);
    setError(true);
  };

  return (
    <Dialog title="Buy credits" onClose={onClose}>
      {missing > 0 && (
        <p>
          You need {missing} more {missing === 1 ? "credit" : "credits"} for this postcard.
        </p>
      )}
      {person === "member" ? (
        <ul className="offers">
          {offers.map((offer) => (
            <li key={offer.id}>
              <span>
                <strong>{offer.name}</strong>
                {offer.credits} credits {offer.kind === "plan" && "each month"}
              </span>
              <button type="button" aria-disabled={busy !== null} onClick={() => buy(offer)}>
                {busy === offer.id ? "Opening…" : priceOf(offer)}
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <>
          <p>Create an account first, so that your credits are yours on each device. It comes with free credits.</p>
          <button type="button" onClick={() => open({ name: "sign-up" })}>
            Create an account
          </button>
        </>
      )}
      <p role="alert">{error && "The payment could not be started. Please try again in a moment."}</p>
    </Dialog>
  );
}

function priceOf({ price }: Offer): string {
  return new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(price / 100);
}
