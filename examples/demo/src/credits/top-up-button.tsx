import { useState } from "react";
import { useToast } from "../notices/toasts.tsx";
import { useCredits } from "../safelight.ts";
import { visitor } from "../visitor/visitor.ts";

/**
 * Stands in for a payment: adds the credits of a new visitor.
 *
 * @param props.missingCredits the number that the balance lacks, shown on the button. Default: not shown.
 */
export function TopUpButton({ missingCredits }: { readonly missingCredits?: number }) {
  const { balance, refetch } = useCredits();
  const toast = useToast();
  const [isSending, setSending] = useState(false);
  const topUp = async () => {
    if (isSending) return;
    setSending(true);
    try {
      await visitor.topUp(balance ?? 0);
      await refetch();
    } catch (error) {
      toast({ title: "No credits were added", detail: error instanceof Error ? error.message : "Try again." });
    } finally {
      setSending(false);
    }
  };
  return (
    <button type="button" className="button top-up" aria-disabled={isSending} onClick={() => void topUp()}>
      {isSending ? "Adding credits…" : "Get more credits"}
      {missingCredits !== undefined && <span className="price">{`${missingCredits} needed`}</span>}
    </button>
  );
}
