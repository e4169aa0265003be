import { useState } from "react";

/** The outcome of a payment, after the return from Stripe. The stream delivers the new balance, maybe some seconds later. */
export function PaymentNotice() {
  const [outcome, setOutcome] = useState(() => {
    const payment = new URLSearchParams(location.search).get("payment");
    // Remove the parameter, so that a reload does not show the notice again.
    if (payment !== null) history.replaceState(null, "", location.pathname);
    return payment;
  });
  if (outcome === null) return null;
  return (
    <p className="notice" role="status">
      {outcome === "done"
        ? "Thank you! Your credits arrive in a moment."
        : "The payment was canceled. Nothing was charged."}
      <button type="button" className="plain" onClick={() => setOutcome(null)}>
        Dismiss
      </button>
    </p>
  );
}
