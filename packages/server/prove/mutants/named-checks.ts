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
    file: "worker/submit-attempt.ts",
    code: "return reconcileLater(step);",
    instead: `return retryOrFail(step, { state: "rejected", failure: neverSent });`,
  },
  {
    name: "a reply that is not understood is unknown",
    file: "worker/provider-answers.ts",
    code: 'return notUnderstood("something else than an outcome");',
    instead: `return { type: "rejected", failure: parseFailure(null) };`,
  },
  {
    name: "a lookup that breaks down proves nothing",
    file: "worker/reconcile-attempt.ts",
    code: `error: String(error),
    });
    return { type: "unknown" };`,
    instead: `error: String(error),
    });
    return { type: "absent" };`,
  },
  {
    name: "a second payment only where the model asks for it",
    file: "worker/reconcile-attempt.ts",
    code: "model?.resubmitUnknown === true &&",
    instead: "",
  },
  {
    name: "attempts are counted when a lost one is paid again",
    file: "worker/reconcile-attempt.ts",
    code: "&& generation.attempts < generation.maxAttempts",
    instead: "",
  },
  {
    name: "storing has a grace of its own",
    file: "worker/next-step.ts",
    code: `(state === "storing" ? known.storingGraceMs : 0)`,
    instead: "0",
  },
  {
    name: "a signature is compared",
    file: "service/key-ring.ts",
    code: `crypto.subtle.verify("HMAC", key, bytes, message)`,
    instead: "Promise.resolve(true)",
  },
  {
    name: "a signature is for one purpose",
    file: "service/key-ring.ts",
    code: "deriveKey(secret, purpose))",
    instead: `deriveKey(secret, "media-url"))`,
  },
  {
    name: "a signed URL expires",
    file: "service/media-urls.ts",
    code: "|| Number(expires) * 1_000 <= clock.now()",
    instead: "",
  },
  {
    name: "a signature is for one generation",
    file: "service/media-urls.ts",
    code: `["1", target.id, target.part, expires]`,
    instead: `["1", target.part, expires]`,
  },
  {
    name: "a signature is for one output",
    file: "service/media-urls.ts",
    code: `["1", target.id, target.part, expires]`,
    instead: `["1", target.id, expires]`,
  },
  {
    name: "a signature holds its expiry",
    file: "service/media-urls.ts",
    code: `["1", target.id, target.part, expires]`,
    instead: `["1", target.id, target.part]`,
  },
  {
    name: "bytes are for their owner or for a signature",
    file: "http/media-handlers.ts",
    code: "isSigned ? null : await identifyCaller(c, options)",
    instead: "null",
  },
  {
    name: "a route of an owner knows who calls",
    file: "http/create-router.ts",
    code: `if (route.access === "owner") c.set("caller", await identifyCaller(c, options));`,
    instead: `if (route.access === "owner") c.set("caller", { ownerId: "anyone", accountId: "anyone" });`,
  },
  {
    name: "a foreign origin is not trusted",
    file: "http/cross-origin.ts",
    code: "return trustedOrigins.has(origin) || origin === publicOrigin || hostOf(origin) === hostOf(request.url);",
    instead: "return true;",
  },
  {
    name: "a foreign site without an origin is not trusted",
    file: "http/cross-origin.ts",
    code: "if (origin === null) return site === null;",
    instead: "if (origin === null) return true;",
  },
  {
    name: "only a trusted origin may read",
    file: "http/cross-origin.ts",
    code: "if (origin !== undefined && trustedOrigins.has(origin)) {",
    instead: "if (origin !== undefined) {",
  },
  {
    name: "only the origin asked for is preflighted",
    file: "http/cross-origin.ts",
    code: "if (origin === null || !trustedOrigins.has(origin)) return {};",
    instead: "if (origin === null) return {};",
  },
];
