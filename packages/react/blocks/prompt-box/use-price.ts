import { SafelightError } from "@safelight/client";
import { useState } from "react";
import { useQuote } from "../hooks";

/** The price that the button shows and the submit sends. */
export interface Price {
  /** In credits; `null` while unknown, and if the host does not bill. */
  readonly credits: number | null;
  /** Call it with the error of a submit at this price: the server may have reported another price. */
  readonly onRefused: (error: unknown) => void;
}

/**
 * The price of a model's input. While the quote of a changed input loads, it is the last price of the same model, and never
 * that of another model. A submit that sends it as `expectedCredits` is refused if it is no longer right.
 *
 * @param input `null` for none: no quote is requested.
 */
export function usePrice(model: string, input: unknown): Price {
  const { quote, isCurrent } = useQuote(model, input);
  const [last, setLast] = useState<{ readonly model: string; readonly credits: number | null } | null>(null);
  const [seen, setSeen] = useState(quote);
  if (isCurrent && (quote !== seen || last?.model !== model)) {
    setSeen(quote);
    setLast({ model, credits: quote?.credits ?? null });
  }
  return {
    credits: last?.model === model ? last.credits : null,
    onRefused(error) {
      if (SafelightError.isInstance(error) && error.code === "price_changed" && error.credits !== null)
        setLast({ model, credits: error.credits });
    },
  };
}
