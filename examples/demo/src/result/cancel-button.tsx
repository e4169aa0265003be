import type { Generation } from "@safelight/client/contract";
import { promptOf } from "../models/generation-input.ts";
import { CloseIcon } from "../shell/icons.tsx";
import { useFocusFallback } from "../shell/use-focus-fallback.ts";
import { useCancel, useIsCanceling } from "./use-cancel.ts";

/** Cancels an active generation. */
export function CancelButton(props: { readonly generation: Generation; readonly variant: "text" | "icon" }) {
  const { generation, variant } = props;
  const cancel = useCancel();
  const isCanceling = useIsCanceling(generation);
  const button = useFocusFallback<HTMLButtonElement>();
  const isIcon = variant === "icon";
  return (
    <button
      ref={button}
      type="button"
      className={isIcon ? "icon-button" : "button button-quiet"}
      aria-disabled={isCanceling}
      aria-label={isIcon ? `Cancel: ${promptOf(generation)}` : undefined}
      onClick={() => void cancel(generation.id)}
    >
      {isIcon ? <CloseIcon /> : isCanceling ? "Canceling…" : "Cancel"}
    </button>
  );
}
