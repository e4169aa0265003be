import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdmin } from "../../admin/create-admin.js";
import type { Logger } from "../../ports/logger.js";
import type { Storage } from "../../ports/storage.js";
import type { Store } from "../../ports/store/store.js";
import { systemClock } from "../../process/system-clock.js";
import { type OperatorService, withOperatorAccess } from "../../service/operator-access.js";
import { createErasures } from "../../service/owners/erasures.js";
import { createKeyRing } from "../../signing/key-ring.js";
import { oneTimeSignIn } from "./one-time-sign-in.js";
import { requestListener } from "./request-listener.js";
import { revealedMedia } from "./revealed-media.js";

/** All actions but a retry, which needs the models of the host. */
const actions = [
  "wake",
  "cancel",
  "end",
  "refund",
  "adjust",
  "announce",
  "delete",
  "deliver",
  "drop",
  "reveal",
  "reveal_errors",
  "audit",
] as const;

const logger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (message, fields) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  error: (message, fields) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
};

/** Serves the operator page on 127.0.0.1. */
export async function startAdminServer(options: {
  readonly store: Store;
  /** `null`: outputs are not shown. */
  readonly storage: Storage | null;
  readonly port: number;
  readonly mayWrite: boolean;
  readonly actor: string;
  /** The host's secret. With it, an action detects an erasure of its owner that runs at the same time. `null` if unknown. */
  readonly secret: string | null;
}): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const { actor, mayWrite, port, storage, store } = options;
  const signIn = oneTimeSignIn();
  const media = revealedMedia({ basePath: `${signIn.basePath}/media`, storage, store });
  const secret = options.secret ?? randomBytes(32).toString("hex");
  const service: OperatorService = {
    store,
    logger,
    clock: systemClock,
    // The host's grant is unknown here. It is not needed: only accounts that exist can be adjusted.
    billing: { initialGrant: 0 },
    hasHostOptions: false,
    // The host's targets are unknown here. An announcement that no worker can send is dropped after a week.
    announceTo: ["hook", "webhook"],
    erasures: createErasures(store),
    keyRing: createKeyRing(async () => [secret]),
    mediaUrls: media,
    // The workers of the host find the change in the database.
    dispatcher: { enqueue: () => {} },
    eventBus: { hint: () => {} },
    reporter: undefined,
    toRetryCommand: null,
  };
  const access = withOperatorAccess({}, { service, publicOrigin: "", audit: () => store.audit() });
  const admin = createAdmin(access, {
    basePath: signIn.basePath,
    authorize: ({ headers }) => (signIn.isSignedIn(headers) ? { actor, may: mayWrite ? actions : "read" } : null),
  });
  const handle = async (request: Request): Promise<Response> => {
    const redeemed = signIn.redeem(request);
    if (redeemed !== null) return redeemed;
    // A browser also requests files such as /favicon.ico.
    if (!`${new URL(request.url).pathname}/`.startsWith(`${signIn.basePath}/`))
      return new Response(null, { status: 404 });
    const file = signIn.isSignedIn(request.headers) ? await media.respond(request) : null;
    return file ?? admin.handler(request);
  };
  const server = createServer(requestListener(handle));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  // The cast is safe: the server listens on a port.
  const { port: opened } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${opened}${signIn.signInPath}`, close };
}
