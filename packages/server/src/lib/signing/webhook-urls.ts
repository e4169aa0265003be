import type { KeyRing } from "./key-ring.js";

/** The attempt that a webhook is for. */
export interface WebhookTarget {
  readonly generationId: string;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  readonly providerId: string;
}

/** Creates and parses webhook URLs. Each is valid for one attempt at one provider. */
export interface WebhookUrls {
  /** `null` when the host has no public URL. */
  urlOf(target: WebhookTarget): Promise<string | null>;
  /** The target of a token; `null` unless this server created the token for this provider. */
  targetOf(providerId: string, token: string): Promise<WebhookTarget | null>;
}

/**
 * Creates webhook URLs below a base.
 *
 * @param options.base origin and path of the router; `null` when vendors cannot reach it.
 */
export function createWebhookUrls(options: { readonly base: string | null; readonly keyRing: KeyRing }): WebhookUrls {
  const { base, keyRing } = options;
  return {
    async urlOf(target) {
      if (base === null) return null;
      const { generationId, attempt, providerId } = target;
      const signature = await keyRing.sign("webhook-url", toText(target));
      return `${base}/webhooks/${encodeURIComponent(providerId)}/${generationId}.${attempt}.${signature}`;
    },

    async targetOf(providerId, token) {
      const [generationId = "", attempt = "", signature = "", ...rest] = token.split(".");
      if (!/^[1-9]\d{0,8}$/.test(attempt) || rest.length > 0) return null;
      const target = { generationId, attempt: Number(attempt), providerId };
      return (await keyRing.verify("webhook-url", { text: toText(target), signature })) ? target : null;
    },
  };
}

/** The signed text. Its first line is the version of the format. */
function toText({ generationId, attempt, providerId }: WebhookTarget): string {
  return ["1", generationId, attempt, providerId].join("\n");
}
