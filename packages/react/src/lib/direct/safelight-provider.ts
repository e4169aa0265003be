import { ClientProvider } from "../connection/client-provider.js";
import { typedByApp } from "../hooks/bind-hook.js";
import type { RegisteredHooks } from "../hooks/register.js";

/**
 * Provides the client to the hooks that are imported from this package. They also need TanStack Query's
 * `QueryClientProvider`.
 */
export const SafelightProvider: RegisteredHooks["SafelightProvider"] = /* @__PURE__ */ typedByApp(ClientProvider);
