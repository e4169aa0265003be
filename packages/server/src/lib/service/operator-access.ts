import type { Dispatcher } from "../ports/dispatcher.js";
import type { EventBus } from "../ports/event-bus.js";
import { invalidOption } from "../ports/setup-error.js";
import type { AuditViolation } from "../ports/store/credits-store.js";
import type { SubmitCommand } from "../ports/store/submit-commands.js";
import type { MediaUrls } from "../signing/media-urls.js";
import { createExclusiveAudit, type ExclusiveAudit } from "./credits/exclusive-audit.js";
import type { ServiceContext } from "./service-context.js";
import type { OperatorRetry } from "./submit/operator-retry.js";

/** The parts of the service that the operator page uses. */
export interface OperatorService
  extends Pick<
    ServiceContext,
    "announceTo" | "billing" | "clock" | "erasures" | "keyRing" | "logger" | "reporter" | "store"
  > {
  readonly dispatcher: Pick<Dispatcher, "enqueue">;
  readonly eventBus: Pick<EventBus, "hint">;
  readonly mediaUrls: Pick<MediaUrls, "urlOf">;
  /** Whether `billing` has the options of the host. Without them, the rows show who keeps the credits. */
  readonly hasHostOptions: boolean;
  /** `null` without the models of the host. */
  readonly toRetryCommand: ((retry: OperatorRetry) => Promise<SubmitCommand>) | null;
}

/** The parts of a composed server that the operator page needs. */
export interface OperatorAccess {
  readonly service: OperatorService;
  /** Origin of `publicUrl`; empty without one. */
  readonly publicOrigin: string;
  readonly audit: ExclusiveAudit;
}

/** Registered, so that copies of the package in one process share it. */
const key = Symbol.for("safelight.operator");

/** Adds the access to a composed server. A symbol, so that it is no part of the public API. */
export function withOperatorAccess<Composed extends object>(
  composed: Composed,
  { audit, ...access }: Omit<OperatorAccess, "audit"> & { readonly audit: () => Promise<readonly AuditViolation[]> },
): Composed {
  const operatorAccess: OperatorAccess = { ...access, audit: createExclusiveAudit(access.service.clock, audit) };
  return Object.assign(composed, { [key]: operatorAccess });
}

/** @throws {TypeError} for an object that `createSafelight` did not return. */
export function operatorAccessOf(composed: object): OperatorAccess {
  const access: unknown = Reflect.get(composed, key);
  if (access === undefined) throw invalidOption("createAdmin: pass the object that createSafelight returned.");
  // The cast is safe: only `withOperatorAccess` writes this member.
  return access as OperatorAccess;
}
