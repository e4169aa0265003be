import type { ClientOptions } from "../call-options.js";

/** Sends a request, as the option `fetch` of a client does. */
export type Send = NonNullable<ClientOptions["fetch"]>;

/** Options of `createDevtools`. */
export interface DevtoolsOptions {
  /** Sends the requests that reach the network. @default globalThis.fetch, looked up at each request */
  readonly fetch?: Send | undefined;
}

/** The part of TanStack Query's `QueryClient` that the panel reads. */
export interface InspectedQueryClient {
  getQueryCache(): {
    getAll(): readonly { readonly queryKey: readonly unknown[]; readonly state: { readonly data: unknown } }[];
    subscribe(listener: () => void): () => void;
  };
}

/** Further data that the panel shows. */
export interface DevtoolsSources {
  /** Its cached generations and balances are shown. @default none */
  readonly queryClient?: InspectedQueryClient | undefined;
}

/** A plugin of TanStack Devtools, in the shape that the adapters for all frameworks accept. */
export interface DevtoolsPlugin<Rendered> {
  readonly id: string;
  readonly name: string;
  /** Mounts the panel in the element, and removes the previous one. Returns `undefined`, which adapters render as nothing. */
  readonly render: (element: HTMLElement) => Rendered;
  /** Removes the panel. Has no effect without one. */
  readonly destroy: () => void;
}

/** Developer tools of one page and one client. */
export interface Devtools {
  /** The option `fetch` of the client. It records each request, and applies the simulations. */
  readonly fetch: Send;
  /**
   * A plugin for TanStack Devtools. The type parameter is the result that its adapter expects of `render`; the compiler
   * infers it.
   */
  plugin<Rendered = void>(sources?: DevtoolsSources): DevtoolsPlugin<Rendered>;
  /**
   * Shows the panel in the shadow root of an element. Remove it before you mount it there again.
   *
   * @returns a function that removes the panel. The simulations stay as they are.
   */
  mount(element: HTMLElement, sources?: DevtoolsSources): () => void;
}
