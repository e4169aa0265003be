import type { ConnectionState } from "@safelight/client";

/**
 * How changes reach the page: as the client says, or `signed-out` where nobody is signed in, or nobody who may see
 * anything. Then the server is asked once a minute, and when the page is looked at or online again.
 */
export type Connection = ConnectionState | "signed-out";
