import { createKeyRing, type KeyRing } from "../signing/key-ring.js";
import { createMediaUrls, type MediaUrls } from "../signing/media-urls.js";
import { createWebhookUrls, type WebhookUrls } from "../signing/webhook-urls.js";
import type { HostPorts } from "./host-ports.js";
import type { Settings } from "./resolve-options.js";
import { storedSecret } from "./secrets.js";

/** Options of {@link createUrlSigners}. */
export interface UrlSignersOptions {
  readonly ports: HostPorts;
  readonly settings: Settings;
  /** `null`: the store creates and keeps one. */
  readonly secrets: readonly string[] | null;
}

/** The keys of a server, and the URLs that it signs. */
export interface UrlSigners {
  readonly keyRing: KeyRing;
  readonly mediaUrls: MediaUrls;
  readonly webhookUrls: WebhookUrls;
  /** Whether vendors can send webhooks. They do so from outside and by https only. */
  readonly receivesWebhooks: boolean;
}

/** Derives the keys from the host's secrets, and the URLs from its origin. */
export function createUrlSigners({ ports, secrets, settings }: UrlSignersOptions): UrlSigners {
  const { clock, logger, store } = ports;
  const { basePath, publicOrigin } = settings;
  const base = `${publicOrigin}${basePath}`;
  const receivesWebhooks = publicOrigin.startsWith("https:");
  const keyRing = createKeyRing(secrets === null ? storedSecret({ store, logger }) : async () => secrets);
  return {
    keyRing,
    mediaUrls: createMediaUrls({ base, keyRing, clock }),
    webhookUrls: createWebhookUrls({ base: receivesWebhooks ? base : null, keyRing }),
    receivesWebhooks,
  };
}
