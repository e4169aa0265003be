import type { MediaKind } from "../contract/generation.js";
import { defaultBasePath } from "../contract/wire.js";
import type { InputSchema } from "./routes/check-input.js";

/** A model of the mock server. */
export interface MockModel {
  /** The price, or a function of the checked input. @default 0 */
  readonly credits?: number | ((input: unknown) => number);
  /** @default "image" */
  readonly kind?: MediaKind;
  /** Listed, but refuses submits. @default false */
  readonly retired?: boolean;
  /** Number of requested outputs, or a function of the checked input. @default 1 */
  readonly outputs?: number | ((input: unknown) => number);
  /** Duration of earlier runs, for the `expectedAt` of quotes, in milliseconds. @default no estimate */
  readonly expectedMs?: number;
  /**
   * Any Standard Schema, such as the real model's. Inputs that it rejects are `invalid_input`. @default accepts every
   * input
   */
  readonly input?: InputSchema;
}

/** Options of `createMockServer`. */
export interface MockServerOptions<Name extends string> {
  /** Offered models by name. */
  readonly models: Readonly<Record<Name, MockModel>>;
  /**
   * Mount path of the router, on any origin.
   * @default "/api/generations"
   */
  readonly basePath?: string;
  /**
   * Initial balance of each account. `false`: the host does not bill, and prices are ignored.
   * @default 100
   */
  readonly credits?: number | false;
  /**
   * Owner who is signed in at the start; `null` for none.
   * @default "owner"
   */
  readonly owner?: string | null;
  /**
   * Maximum lifetime of URLs, in milliseconds. URLs stay the same for a third of it.
   * @default 900_000
   */
  readonly urlLifetimeMs?: number;

  /**
   * Whether event streams are supported. `false` behaves like a proxy that buffers responses, so pages use long polls.
   * @default true
   */
  readonly streams?: boolean;

  /**
   * Whether the server has `POST /recognize`. It recognizes the image of all outputs once an output exists, and reads no
   * marks.
   * @default false
   */
  readonly recognition?: boolean;

  /**
   * The `flags` of every output, as from a server with the option `exposeFlags`; `null` for none.
   * @default undefined: outputs have no `flags`
   */
  readonly flags?: readonly string[] | null;

  readonly limits?: {
    /**
     * Submits per owner and window.
     * @default false
     */
    readonly rate?: { readonly requests: number; readonly perMs: number } | false;
    /**
     * Active generations per owner.
     * @default 20
     */
    readonly maxActive?: number;
  };
}

/** `MockServerOptions` with defaults applied. */
export interface ServerSettings {
  readonly models: ReadonlyMap<string, MockModel>;
  readonly basePath: string;
  /** `null` if the host does not bill. */
  readonly initialGrant: number | null;
  readonly urlLifetimeMs: number;
  readonly streams: boolean;
  readonly recognition: boolean;
  /** `undefined`: outputs do not have the member. */
  readonly flags: readonly string[] | null | undefined;
  /** `null` without a limit. */
  readonly rate: { readonly requests: number; readonly perMs: number } | null;
  readonly maxActive: number;
}

/** Applies the defaults. */
export function toServerSettings(options: MockServerOptions<string>): ServerSettings {
  const { credits = 100, limits = {} } = options;
  return {
    models: new Map(Object.entries(options.models)),
    basePath: `/${options.basePath ?? defaultBasePath}`.replace(/^\/+/, "/").replace(/\/+$/, ""),
    initialGrant: credits === false ? null : credits,
    urlLifetimeMs: options.urlLifetimeMs ?? 900_000,
    streams: options.streams ?? true,
    recognition: options.recognition ?? false,
    flags: options.flags,
    rate: limits.rate === undefined || limits.rate === false ? null : limits.rate,
    maxActive: limits.maxActive ?? 20,
  };
}
