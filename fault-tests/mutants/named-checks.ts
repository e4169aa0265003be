/** A check outside SQL that is not an `if`: its code, and the replacement in the mutant. */
export interface NamedCheck {
  readonly name: string;
  /** Below `src/lib`. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly code: string;
  readonly instead: string;
}

/** Checks of payments and access that have another form. */
export const namedChecks: readonly NamedCheck[] = [
  {
    name: "an unknown outcome is not sent again",
    file: "worker/steps/submit-attempt.ts",
    code: "return reconcileLater(step);",
    instead: `return retryOrFail(step, { state: "rejected", failure: neverSent });`,
  },
  {
    name: "an invalid response has an unknown outcome",
    file: "worker/steps/parse-provider-result.ts",
    code: 'return invalidResponse("no known outcome");',
    instead: `return { type: "rejected", failure: parseFailure(null) };`,
  },
  {
    name: "a failed lookup has an unknown result",
    file: "worker/steps/reconcile-attempt.ts",
    code: `error: errorText(error),
    });
    return { type: "unknown" };`,
    instead: `error: errorText(error),
    });
    return { type: "absent" };`,
  },
  {
    name: "an unknown outcome is paid again only if the model opts in",
    file: "worker/steps/reconcile-attempt.ts",
    code: "model?.resubmitUnknown === true &&",
    instead: "",
  },
  {
    name: "a repeated payment counts as an attempt",
    file: "worker/steps/reconcile-attempt.ts",
    code: "&& generation.attempts < generation.maxAttempts",
    instead: "",
  },
  {
    name: "storing has its own grace",
    file: "worker/steps/next-step.ts",
    code: `(state === "storing" ? storingGraceMs : 0)`,
    instead: "0",
  },
  {
    name: "a signature is verified",
    file: "signing/key-ring.ts",
    code: `crypto.subtle.verify("HMAC", hmac, bytes, message)`,
    instead: "Promise.resolve(true)",
  },
  {
    name: "a signature is for one purpose",
    file: "signing/key-ring.ts",
    code: "deriveKey(secret, { purpose, sync }))",
    instead: `deriveKey(secret, { purpose: "media-url", sync }))`,
  },
  {
    name: "a signed URL expires",
    file: "signing/media-urls.ts",
    code: "leftMs <= 0 || ",
    instead: "",
  },
  {
    name: "a signature is for one generation",
    file: "signing/media-urls.ts",
    code: `["1", target.id, nameOf(target), expires]`,
    instead: `["1", nameOf(target), expires]`,
  },
  {
    name: "a signature is for one output",
    file: "signing/media-urls.ts",
    code: `["1", target.id, nameOf(target), expires]`,
    instead: `["1", target.id, expires]`,
  },
  {
    name: "a signature covers its expiry",
    file: "signing/media-urls.ts",
    code: `["1", target.id, nameOf(target), expires]`,
    instead: `["1", target.id, nameOf(target)]`,
  },
  {
    name: "media requires its owner or a signature",
    file: "http/handlers/media-handlers.ts",
    code: "isSigned ? null : await identifyCaller(toIdentifyRequest(c), options)",
    instead: "null",
  },
  {
    name: "an owner route authenticates the caller",
    file: "http/mount/create-router.ts",
    code: `c.set("caller", await erasures.within(position, () => identifyCaller(toIdentifyRequest(c), options)));`,
    instead: `c.set("caller", { ownerId: "anyone", accountId: "anyone" });`,
  },
  {
    name: "a foreign origin is not trusted",
    file: "http/request/cross-origin.ts",
    code: "return site === null && hostOf(origin) === hostOf(request.url);",
    instead: "return true;",
  },
  {
    name: "a foreign site without an origin is not trusted",
    file: "http/request/cross-origin.ts",
    code: "if (origin === null) return site === null;",
    instead: "if (origin === null) return true;",
  },
  {
    name: "only a trusted origin may read",
    file: "http/request/cross-origin.ts",
    code: "if (origin !== undefined && trustedOrigins.has(origin)) {",
    instead: "if (origin !== undefined) {",
  },
  {
    name: "only a trusted origin passes a preflight",
    file: "http/request/cross-origin.ts",
    code: "if (origin === null || !trustedOrigins.has(origin)) return {};",
    instead: "if (origin === null) return {};",
  },
  {
    name: "a drain does not interrupt a paid request",
    file: "worker/context/lease.ts",
    code: `if (!this.#isPaid) this.#interrupt("draining");`,
    instead: `this.#interrupt("draining");`,
  },
  {
    name: "an interrupted step begins no attempt",
    file: "worker/context/lease.ts",
    code: "this.signal.throwIfAborted();",
    instead: "",
  },
  {
    name: "an attempt without a request does not count",
    file: "worker/steps/submit-attempt.ts",
    code: "attempt: unsent, keepsBudget: true",
    instead: "attempt: unsent",
  },
  {
    name: "a lease is counted from the send of its renewal",
    file: "worker/context/lease.ts",
    code: "this.#renewedAt = sentAt;",
    instead: "this.#renewedAt = clock.now();",
  },
  {
    name: "a lease that may have expired is not certain",
    file: "worker/context/lease.ts",
    code: "return !this.signal.aborted && !this.#isOverdue;",
    instead: "return !this.signal.aborted;",
  },
  {
    name: "a generation that is claimed while a drain begins is drained",
    file: "worker/loop/work-scheduler.ts",
    code: "if (this.isDraining) lease.drain();",
    instead: "",
  },
  {
    name: "a worker claims no more than its free slots",
    file: "worker/loop/slot-shares.ts",
    code: "return this.#slots - this.#held.size;",
    instead: "return this.#slots;",
  },
  {
    name: "a worker claims nothing without enough time",
    file: "worker/loop/work-scheduler.ts",
    code: "this.#context.budget.isEnough ? this.#slots.free : 0",
    instead: "this.#slots.free",
  },
  {
    name: "an unfinished job stays in the outbox",
    file: "worker/outbox/drain-outbox.ts",
    code: "else if (result.isDone || giveUpOrLog(context, { item, reason: result.reason }))",
    instead: "else if (true)",
  },
  {
    name: "a job is canceled repeatedly until it has stopped",
    file: "worker/outbox/cancel-job.ts",
    code: `outcome === "requested" ? "running" : "ended"`,
    instead: `"ended"`,
  },
  {
    name: "a job that still runs keeps its capacity",
    file: "worker/outbox/cancel-job.ts",
    code: `return status.type === "queued" || status.type === "running" ? "running" : "ended";`,
    instead: `return "ended";`,
  },
  {
    name: "a late start is counted again",
    file: "worker/steps/counted-start.ts",
    code: "lease.heldForMs - countedAtMs <= maxDelayMs",
    instead: "true",
  },
  {
    name: "a large preview is not stored",
    file: "worker/outputs/store-preview.ts",
    code: "if (image.bytes.byteLength <= maxPreviewBytes) return image;",
    instead: "return image;",
  },
  {
    name: "a late preview is removed",
    file: "worker/outputs/store-preview.ts",
    code: "ended.aborted ? deleteLate(context, { id, storageKey }) : null",
    instead: "null",
  },
  {
    name: "only the process that settled a generation records its time",
    file: "worker/steps/store-outputs.ts",
    code: "if (await complete(step, stored)) recordDuration(step);",
    instead: "await complete(step, stored);\n  recordDuration(step);",
  },
  {
    name: "an output that is too large is not stored",
    file: "worker/outputs/store-media.ts",
    code: "body.size > conditions.maxBytes ? null : await measureFile(body)",
    instead: "await measureFile(body)",
  },
  {
    name: "every address of a name is checked",
    file: "copier/transport/socket-transport.ts",
    code: "addresses.find(",
    instead: "addresses.slice(0, 1).find(",
  },
  {
    name: "the copier connects to the address that it checked",
    file: "copier/transport/open-connection.ts",
    code: "lookup: fixedLookup(addresses),",
    instead: "",
  },
  {
    name: "a certificate matches the name, whatever the environment sets",
    file: "copier/transport/open-connection.ts",
    code: "rejectUnauthorized: true,",
    instead: "",
  },
  {
    name: "a wildcard matches subdomains only",
    file: "copier/policy/check-allowed-url.ts",
    code: "hostname.endsWith(",
    instead: "hostname.includes(",
  },
  {
    name: "a rule for an origin has no more than the origin",
    file: "copier/policy/check-allowed-url.ts",
    code: "isHttp(url) &&",
    instead: "isHttp(url) ||",
  },
  {
    name: "an origin is http or https",
    file: "copier/policy/check-allowed-url.ts",
    code: "isHttp(url) &&",
    instead: "",
  },
  {
    name: "a rule for a host has no more than the host",
    file: "copier/policy/check-allowed-url.ts",
    code: "? url.hostname : null",
    instead: "? url.hostname : url.hostname",
  },
  {
    name: "of IPv6 only global addresses are public",
    file: "copier/policy/public-address.ts",
    code: `lists.global.check(address, "ipv6") &&`,
    instead: "",
  },
  {
    name: "special global addresses are not public",
    file: "copier/policy/public-address.ts",
    code: `&& !lists.special.check(address, "ipv6")`,
    instead: "",
  },
  {
    name: "a redirect does not get the API key",
    file: "copier/follow-link.ts",
    code: "headers = {};",
    instead: "",
  },
  {
    name: "few redirects are followed",
    file: "copier/follow-link.ts",
    code: "hop <= maxRedirects",
    instead: "hop <= 9",
  },
  {
    name: "no compressed body is requested",
    file: "copier/transport/request-headers.ts",
    code: `"accept-encoding": "identity",`,
    instead: "",
  },
  {
    name: "a chunk of a body has its own timeout",
    file: "copier/transport/read-response.ts",
    code: "onChunk();",
    instead: "",
  },
];
