"use client";

import Link from "next/link";
import { useState } from "react";
import { useGenerationNotices } from "@/hooks";

/**
 * Says how a picture ended, on whatever page its visitor is by then: once over all tabs and devices, and on return what
 * ended while nobody looked. What the form or the history shows as it ends is marked as seen there, and not told.
 */
export function Toast() {
  const [message, setMessage] = useState("");
  useGenerationNotices({
    onNotice: ({ status }) => {
      if (status === "completed") setMessage("Your picture is ready.");
      if (status === "failed") setMessage("Your picture could not be made.");
    },
  });
  const hide = () => setMessage("");
  // The region is there before its message: else it may not be read out.
  return (
    <div role="status" className="toasts">
      {message !== "" && (
        <div className="toast">
          {message}
          <Link href="/history" onClick={hide}>
            View history
          </Link>
          <button type="button" onClick={hide}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}
