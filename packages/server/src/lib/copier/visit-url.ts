import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import type { CopierGround } from "./copier-ground.js";
import { judgeUrl } from "./judge-url.js";
import type { Patience } from "./patience.js";
import { isPublicAddress } from "./public-address.js";
import { type Reading, readAnswer } from "./read-answer.js";
import { refuse } from "./refuse.js";
import { sendGet } from "./send-get.js";

/** What a URL is asked with. */
export interface Visit {
  readonly headers: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
  readonly maxBytes: number;
  readonly patience: Patience;
}

/**
 * Asks one URL, if it may be asked.
 *
 * @throws when it may go better another time.
 */
export async function visitUrl(ground: CopierGround, url: URL, visit: Visit): Promise<Reading> {
  const { headers, hosts, maxBytes, patience } = visit;
  const { signal } = patience;
  const verdict = judgeUrl(url, hosts);
  if (verdict.type === "refused") return refuse("download_failed", url.hostname, verdict.why);

  patience.expect(ground.headersMs, "There was no answer");
  // Around an address of version 6 there are brackets.
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = await patience.wait(addressesOf(ground, hostname));
  const forbidden = addresses.find(({ address }) => !isPublicAddress(address));
  if (verdict.at === "public addresses" && forbidden !== undefined) {
    return refuse("download_failed", hostname, `is at ${forbidden.address}, which is no public address`);
  }
  const isSecure = url.protocol === "https:";
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  const socket = await ground.connect({ hostname, port, isSecure, addresses }, signal);
  try {
    const answer = await sendGet({ url, headers, socket, signal });
    const onPiece = (): void => patience.expect(ground.idleMs, "Nothing more came");
    return await readAnswer(answer, { hostname, maxBytes, onPiece });
  } finally {
    socket.destroy();
  }
}

/** @throws when a name has none. */
async function addressesOf({ resolve }: CopierGround, hostname: string): Promise<readonly LookupAddress[]> {
  const family = isIP(hostname);
  if (family !== 0) return [{ address: hostname, family }];
  const addresses = await resolve(hostname);
  if (addresses.length === 0) throw new Error("The name has no address.");
  return addresses;
}
