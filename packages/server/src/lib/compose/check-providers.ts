import { digitalSourceTypes } from "@safelight/client/contract";
import type { ModelDefinitions } from "../model/define-model.js";
import { gateLimitsOf } from "../model/gate-limits.js";
import type { Provider, ProviderCapabilities } from "../ports/provider.js";
import { invalidOption, withSetupCode } from "../ports/setup-error.js";

/** The methods without which a capability has no effect. */
const requiredMethods = [
  ["resumable", ["poll"]],
  ["cancel", ["cancel"]],
  ["webhook", ["verifyWebhook", "requestIdOf"]],
] as const satisfies readonly (readonly [keyof ProviderCapabilities, readonly (keyof Provider<unknown>)[]])[];

/**
 * Rejects a provider that lacks a method of a declared capability, or declares an unknown source type. Without `requestIdOf`,
 * for example, each webhook would be for an unknown job, and each result would wait for a poll. Also rejects limits that are
 * invalid or contradict.
 *
 * @throws {TypeError}
 */
export function checkProviders(models: ModelDefinitions): void {
  for (const [name, { providers }] of Object.entries(models)) {
    for (const provider of providers) {
      checkCapabilities(provider, name);
      checkSourceType(provider, name);
    }
  }
  gateLimitsOf(models);
}

function checkCapabilities(provider: Provider<unknown>, model: string): void {
  for (const [capability, methods] of requiredMethods) {
    const missing = methods.find((method) => typeof provider[method] !== "function");
    if (!provider.capabilities[capability] || missing === undefined) continue;
    throw withSetupCode(
      "provider_incomplete",
      new TypeError(
        `The provider "${provider.id}" of the model "${model}" has capabilities.${capability} without ${missing}: add ` +
          `${missing}, or set capabilities.${capability} to false.`,
      ),
    );
  }
}

function checkSourceType({ digitalSourceType, id }: Provider<unknown>, model: string): void {
  if (digitalSourceType === undefined || digitalSourceTypes.includes(digitalSourceType)) return;
  throw invalidOption(
    `The provider "${id}" of the model "${model}" has an unknown digitalSourceType: use one of ` +
      `${digitalSourceTypes.join(", ")}.`,
  );
}
