/** A check outside SQL that is no `if` of its own: the code that makes it, and what stands there without it. */
export interface NamedCheck {
  readonly name: string;
  /** Below `src/lib`. */
  readonly file: string;
  /** Is there exactly once. */
  readonly code: string;
  readonly instead: string;
}

/** The checks of the money and of access that are written in other ways. */
export const namedChecks: readonly NamedCheck[] = [
  {
    name: "unknown is not sent again",
    file: "worker/steps/submit-attempt.ts",
    code: "return reconcileLater(step);",
    instead: `return retryOrFail(step, { state: "rejected", failure: neverSent });`,
  },
  {
    name: "a reply that is not understood is unknown",
    file: "worker/steps/provider-answers.ts",
    code: 'return notUnderstood("something else than an outcome");',
    instead: `return { type: "rejected", failure: parseFailure(null) };`,
  },
  {
    name: "a lookup that breaks down proves nothing",
    file: "worker/steps/reconcile-attempt.ts",
    code: `error: errorText(error),
    });
    return { type: "unknown" };`,
    instead: `error: errorText(error),
    });
    return { type: "absent" };`,
  },
  {
    name: "a second payment only where the model asks for it",
    file: "worker/steps/reconcile-attempt.ts",
    code: "model?.resubmitUnknown === true &&",
    instead: "",
  },
  {
    name: "attempts are counted when a lost one is paid again",
    file: "worker/steps/reconcile-attempt.ts",
    code: "&& generation.attempts < generation.maxAttempts",
    instead: "",
  },
  {
    name: "storing has a grace of its own",
    file: "worker/steps/next-step.ts",
    code: `(state === "storing" ? storingGraceMs : 0)`,
    instead: "0",
  },
  {
    name: "a signature is compared",
    file: "signing/key-ring.ts",
    code: `crypto.subtle.verify("HMAC", hmac, bytes, message)`,
    instead: "Promise.resolve(true)",
  },
  {
    name: "a signature is for one purpose",
    file: "signing/key-ring.ts",
    code: "deriveKey(secret, purpose, sync))",
    instead: `deriveKey(secret, "media-url", sync))`,
  },
  {
    name: "a signed URL expires",
    file: "signing/media-urls.ts",
    code: "|| Number(expires) * 1_000 <= clock.now()",
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
    name: "a signature holds its expiry",
    file: "signing/media-urls.ts",
    code: `["1", target.id, nameOf(target), expires]`,
    instead: `["1", target.id, nameOf(target)]`,
  },
  {
    name: "bytes are for their owner or for a signature",
    file: "http/handlers/media-handlers.ts",
    code: "isSigned ? null : await identifyCaller(toIdentifyRequest(c), options)",
    instead: "null",
  },
  {
    name: "a route of an owner knows who calls",
    file: "http/mount/create-router.ts",
    code: `if (route.access === "owner") c.set("caller", await identifyCaller(toIdentifyRequest(c), options));`,
    instead: `if (route.access === "owner") c.set("caller", { ownerId: "anyone", accountId: "anyone" });`,
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
    name: "only the origin asked for is preflighted",
    file: "http/request/cross-origin.ts",
    code: "if (origin === null || !trustedOrigins.has(origin)) return {};",
    instead: "if (origin === null) return {};",
  },
  {
    name: "what is paid for is not interrupted by a drain",
    file: "worker/context/lease.ts",
    code: `if (!this.#isPaid) this.#interrupt("draining");`,
    instead: `this.#interrupt("draining");`,
  },
  {
    name: "a lease is counted from when its renewal was sent",
    file: "worker/context/lease.ts",
    code: "this.#renewedAt = sentAt;",
    instead: "this.#renewedAt = clock.now();",
  },
  {
    name: "a lease that may have lapsed is not certain",
    file: "worker/context/lease.ts",
    code: "return !this.signal.aborted && !this.#isOverdue;",
    instead: "return !this.signal.aborted;",
  },
  {
    name: "what was claimed while the drain began is drained",
    file: "worker/loop/worker-rounds.ts",
    code: "if (this.#drain.signal.aborted) lease.drain();",
    instead: "",
  },
  {
    name: "no more is claimed than there is room for",
    file: "worker/loop/slot-shares.ts",
    code: "return this.#slots - this.#held.size;",
    instead: "return this.#slots;",
  },
  {
    name: "nothing is claimed without enough time",
    file: "worker/loop/worker-rounds.ts",
    code: "this.#context.budget.isEnough ? this.#slots.free : 0",
    instead: "this.#slots.free",
  },
  {
    name: "what is not done stays in the outbox",
    file: "worker/outbox/drain-outbox.ts",
    code: "if (isDone || gaveUp(context, item, reason))",
    instead: "if (true)",
  },
  {
    name: "a job is asked about until it has stopped",
    file: "worker/outbox/cancel-job.ts",
    code: `return outcome === "canceled" || outcome === "too_late";`,
    instead: "return true;",
  },
  {
    name: "a large preview is not kept",
    file: "worker/outputs/store-preview.ts",
    code: "if (picture.bytes.byteLength <= maxPreviewBytes) return picture;",
    instead: "return picture;",
  },
  {
    name: "a preview that came too late is removed",
    file: "worker/outputs/store-preview.ts",
    code: "ended.aborted ? discardUnwanted(step, storageKey) : null",
    instead: "null",
  },
  {
    name: "only what ended here tells how long it took",
    file: "worker/steps/store-outputs.ts",
    code: "if (isApplied) noteTime(step);",
    instead: "noteTime(step);",
  },
  {
    name: "an output that is too large is not kept",
    file: "worker/outputs/store-media.ts",
    code: "body.size > maxOutputBytes ? null : await measureBlob(body)",
    instead: "await measureBlob(body)",
  },
  {
    name: "every address of a name is checked",
    file: "copier/transport/ask-by-socket.ts",
    code: "addresses.find(",
    instead: "addresses.slice(0, 1).find(",
  },
  {
    name: "the address that was checked is the one that is connected to",
    file: "copier/transport/open-connection.ts",
    code: "lookup: answerWith(addresses),",
    instead: "",
  },
  {
    name: "a certificate is of the name, whatever the environment says",
    file: "copier/transport/open-connection.ts",
    code: "rejectUnauthorized: true,",
    instead: "",
  },
  {
    name: "a wildcard is for what is below it",
    file: "copier/policy/judge-url.ts",
    code: "hostname.endsWith(",
    instead: "hostname.includes(",
  },
  {
    name: "a rule of an origin has nothing but the origin",
    file: "copier/policy/judge-url.ts",
    code: "isHttp(url) &&",
    instead: "isHttp(url) ||",
  },
  {
    name: "an origin speaks http",
    file: "copier/policy/judge-url.ts",
    code: "isHttp(url) &&",
    instead: "",
  },
  {
    name: "a rule of a host has nothing but the host",
    file: "copier/policy/judge-url.ts",
    code: "? url.hostname : null",
    instead: "? url.hostname : url.hostname",
  },
  {
    name: "of version 6 only the global addresses are public",
    file: "copier/policy/public-address.ts",
    code: `lists.global.check(address, "ipv6") &&`,
    instead: "",
  },
  {
    name: "of the global addresses not all are public",
    file: "copier/policy/public-address.ts",
    code: `&& !lists.special.check(address, "ipv6")`,
    instead: "",
  },
  {
    name: "a redirect does not get the key",
    file: "copier/follow-link.ts",
    code: "headers = {};",
    instead: "",
  },
  {
    name: "a few redirects are followed",
    file: "copier/follow-link.ts",
    code: "hop <= maxRedirects",
    instead: "hop <= 9",
  },
  {
    name: "nothing packed is asked for",
    file: "copier/transport/headers-of-get.ts",
    code: `"accept-encoding": "identity",`,
    instead: "",
  },
  {
    name: "a piece of a body has its time",
    file: "copier/transport/read-answer.ts",
    code: "onPiece();",
    instead: "",
  },
];
