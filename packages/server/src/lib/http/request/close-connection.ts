import type { Context } from "hono";
import type { RouterEnv } from "./router-context.js";

/** The header that closes the connection after a response. HTTP/2 has no such header, and Node warns about it. */
export function closeConnection({ env: { incoming } }: Context<RouterEnv>): Readonly<Record<string, string>> {
  const isHttp2 = incoming !== undefined && "httpVersionMajor" in incoming && incoming.httpVersionMajor === 2;
  return isHttp2 ? {} : { Connection: "close" };
}
