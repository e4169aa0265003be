import type { Generation } from "@safelight/client/contract";
import { promptOf } from "../models/generation-input.ts";
import { CloseIcon } from "../shell/icons.tsx";
import { useFocusFallback } from "../shell/use-focus-fallback.ts";
import { useCancel, useIsCanceling } from "./use-cancel.ts";

/** Cancels a generation in progress; as a sign in lists, and in words elsewhere. */
export function CancelButton(props: { readonly generation: Generation; readonly look: "words" | "sign" }) {
  const { generation, look } = props;
  const cancel = useCancel();
  const isCanceling = useIsCanceling(generation);
  const button = useFocusFallback<HTMLButtonElement>();
  const isSign = look === "sign";
  return (
    <button
      ref={button}
      type="button"
      className={isSign ? "icon-button" : "button button-quiet"}
      aria-disabled={isCanceling}
      aria-label={isSign ? `Cancel: ${promptOf(generation)}` : undefined}
      onClick={() => void cancel(generation.id)}
    >
      {isSign ? <CloseIcon /> : isCanceling ? "Canceling…" : "Cancel"}
    </button>
  );
}
