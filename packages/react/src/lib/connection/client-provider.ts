import type { AnySafelightClient } from "@safelight/client";
import { createContext, createElement, type ReactElement, type ReactNode, useContext } from "react";

/** Props of {@link ClientProvider}. */
export interface ClientProviderProps {
  readonly client: AnySafelightClient;
  readonly children?: ReactNode;
}

const ClientContext = /* @__PURE__ */ createContext<AnySafelightClient | null>(null);

/** Provides a client to the hooks that are imported directly. */
export function ClientProvider({ client, children }: ClientProviderProps): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client of the nearest provider. @throws {Error} without one */
export function useProvidedClient(): AnySafelightClient {
  const client = useContext(ClientContext);
  if (client === null) {
    throw new Error("Add a <SafelightProvider>");
  }
  return client;
}
