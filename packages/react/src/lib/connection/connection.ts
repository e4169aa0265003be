import type { ConnectionState } from "@safelight/client";

/**
 * How changes reach the page: the state of the client, or
 *
 * - `connecting`: there was no response yet. It is also the state in a server's HTML.
 * - `signed-out`: no permitted user is signed in. The page asks again once a minute, when it becomes visible, and when the
 *   device is online again.
 */
export type Connection = ConnectionState | "connecting" | "signed-out";
