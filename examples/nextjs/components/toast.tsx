"use client";

import Link from "next/link";
import { useState } from "react";
import { useGenerate } from "@/hooks";

/**
 * Says how a picture ended, on whatever page its visitor is by then. Hooks that name the same model are one place: this
 * one follows what the form submits, and takes up what was in progress before a reload.
 */
export function Toast() {
  const [message, setMessage] = useState("");
  useGenerate({
    model: "poster",
    onCompleted: () => setMessage("Your picture is ready."),
    onFailed: () => setMessage("Your picture could not be made."),
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
