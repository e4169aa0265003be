"use client";

import { useActiveGeneration } from "../hooks";
import { focusRing } from "../styles/buttons";

export interface ConnectionBannerProps {
  /** The page to sign in at. @default no link */
  readonly signInHref?: string | undefined;
}

/** States that the page is offline or signed out. Shows nothing in other states of the connection. */
export function ConnectionBanner({ signInHref }: ConnectionBannerProps) {
  const { connection } = useActiveGeneration();
  const isShown = connection === "offline" || connection === "signed-out";
  return (
    // Always mounted: a live region announces only changes of its content.
    <div
      role="status"
      className={
        isShown
          ? "flex flex-wrap items-center justify-center gap-x-3 gap-y-1 border-b border-border bg-muted px-4 py-2 text-center text-sm text-foreground"
          : "sr-only"
      }
      data-slot="connection-banner"
      data-status={connection}
    >
      {connection === "offline" && "You are offline. Generations continue, and appear when you are back."}
      {connection === "signed-out" && (
        <>
          You are signed out.
          {signInHref !== undefined && (
            <a className={`rounded-sm font-medium underline underline-offset-4 ${focusRing}`} href={signInHref}>
              Sign in
            </a>
          )}
        </>
      )}
    </div>
  );
}
