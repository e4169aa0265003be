import type { ConnectionState } from "@safelight/client";

/**
 * How changes reach the page: the state of the client, which is `connecting` in a server's HTML, or `signed-out` if no
 * permitted user is signed in. The page then asks again once a minute, when it becomes visible, and when the device is
 * online again.
 */
export type Connection = ConnectionState | "signed-out";
