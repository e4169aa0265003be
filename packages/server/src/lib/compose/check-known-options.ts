import type { HostCredits } from "../ledger/authorizing.js";
import type { DatabaseCredits } from "../ledger/same-database.js";
import { checkOptionNames } from "../model/check-option-names.js";
import type { Models } from "../model/define-model.js";
import type { CreditOptions, SafelightOptions } from "./options.js";

/**
 * Rejects unknown options at every level, for hosts in JavaScript, which have no type check.
 *
 * @throws {TypeError} with the name of the option and the known names.
 */
export function checkKnownOptions<M extends Models>(options: SafelightOptions<M>): void {
  checkOptionNames<SafelightOptions<M>>(options, {
    where: "createSafelight",
    names: {
      store: true,
      storage: true,
      identify: true,
      models: true,
      basePath: true,
      publicUrl: true,
      secret: true,
      trustedOrigins: true,
      limits: true,
      priority: true,
      worker: true,
      retention: true,
      credits: true,
      autoMigrate: true,
      hooks: true,
      teams: true,
      onCheckError: true,
      webhook: true,
      scaler: true,
      thumbnailUrl: true,
      provenance: true,
      exposeFlags: true,
      recognition: true,
      logger: true,
      telemetry: true,
      dispatcher: true,
      eventBus: true,
      clock: true,
    },
  });
  checkLimits(options.limits ?? {});
  checkOptionNames(options.worker ?? {}, {
    where: "worker",
    names: {
      mode: true,
      budgetMs: true,
      tickSecret: true,
      concurrency: true,
      leaseMs: true,
      reconcileForMs: true,
      storingGraceMs: true,
      drainMs: true,
      sweepAfterMs: true,
    },
  });
  checkOptionNames(options.retention ?? {}, { where: "retention", names: { inputsMs: true, generationsMs: true } });
  checkCredits(options.credits ?? {});
  checkOptionNames(options.hooks ?? {}, {
    where: "hooks",
    names: {
      beforeSubmit: true,
      checkOutput: true,
      onCompleted: true,
      onFailed: true,
      onCanceled: true,
      onRefunded: true,
    },
  });
  checkOptionNames(options.teams ?? {}, { where: "teams", names: { visibility: true, mayRemove: true } });
  if (options.provenance)
    checkOptionNames(options.provenance, { where: "provenance", names: { system: true, mark: true } });
  const { recognition } = options;
  if (typeof recognition === "object") {
    const names = { rate: true, maxBytes: true, addressOf: true } as const;
    checkOptionNames(recognition, { where: "recognition", names });
  }
  if (options.webhook)
    checkOptionNames(options.webhook, { where: "webhook", names: { url: true, secret: true, fetch: true } });
}

/** Whether the option comes from `authorizing` or `sameDatabase`. */
export function isHostCredits(
  credits: CreditOptions | HostCredits | DatabaseCredits,
): credits is HostCredits | DatabaseCredits {
  return "kind" in credits;
}

function checkCredits(credits: CreditOptions | HostCredits | DatabaseCredits | false): void {
  if (credits === false) return;
  if (isHostCredits(credits) && credits.kind === "sameDatabase") {
    const names = { kind: true, take: true, give: true, balance: true } as const;
    checkOptionNames<DatabaseCredits>(credits, { where: "credits: sameDatabase", names });
  } else if (isHostCredits(credits)) {
    const names = { kind: true, authorize: true, capture: true, release: true, balance: true } as const;
    checkOptionNames<HostCredits>(credits, { where: "credits: authorizing", names });
  } else checkOptionNames(credits, { where: "credits", names: { initialGrant: true } });
}

function checkLimits(limits: NonNullable<SafelightOptions<Models>["limits"]>): void {
  checkOptionNames(limits, {
    where: "limits",
    names: {
      rate: true,
      refunds: true,
      maxActive: true,
      maxBodyBytes: true,
      maxInputBytes: true,
      uploads: true,
      maxInputFiles: true,
      maxInputImageBytes: true,
      maxInputBytesPerOwner: true,
      maxUploadBytes: true,
      maxInputImagePixels: true,
      maxInputVideoBytes: true,
      maxInputVideoPixels: true,
      maxInputAudioBytes: true,
      maxInputSeconds: true,
      maxOutputBytes: true,
      maxStreams: true,
    },
  });
  const { maxOutputBytes, rate, refunds, uploads } = limits;
  if (typeof maxOutputBytes === "object") {
    const names = { image: true, video: true, audio: true } as const;
    checkOptionNames(maxOutputBytes, { where: "limits.maxOutputBytes", names });
  }
  if (rate) checkOptionNames(rate, { where: "limits.rate", names: { requests: true, perMs: true } });
  if (refunds) checkOptionNames(refunds, { where: "limits.refunds", names: { generations: true, perMs: true } });
  if (uploads) checkOptionNames(uploads, { where: "limits.uploads", names: { requests: true, perMs: true } });
}
