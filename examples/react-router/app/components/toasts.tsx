import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import { useGenerationNotices } from "../hooks";

/** Shows how a generation ended: once over all tabs and devices, and on return for those that ended in between. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [toast, setToast] = useState<{ readonly id: string; readonly text: string } | null>(null);
  useGenerationNotices({
    onNotice: ({ id, status }) => {
      if (status === "completed") setToast({ id, text: "Your poster is ready." });
      if (status === "failed") setToast({ id, text: "Your poster could not be made." });
    },
  });
  const hide = () => setToast(null);
  return (
    <>
      {children}
      {/* The region exists before its message; otherwise a screen reader may not announce it. */}
      <div role="status" className="toasts">
        {toast && (
          <p className="toast">
            {toast.text}{" "}
            <Link to={`/posters/${toast.id}`} onClick={hide}>
              View it
            </Link>{" "}
            <button type="button" onClick={hide}>
              Dismiss
            </button>
          </p>
        )}
      </div>
    </>
  );
}
