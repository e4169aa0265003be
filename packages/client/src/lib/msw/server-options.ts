import type { MediaKind } from "../contract/generation.js";
import { defaultBasePath } from "../contract/wire.js";
import type { InputSchema } from "./routes/check-input.js";

/** A model that the mocked server offers. */
export interface MockModel {
  /** The price, or what makes it from the checked input. @default 0 */
  readonly credits?: number | ((input: unknown) => number);
  /** @default "image" */
  readonly kind?: MediaKind;
  /** Listed, not submittable. @default false */
  readonly retired?: boolean;
  /** How many outputs an input asks for. @default 1 */
  readonly outputs?: number | ((input: unknown) => number);
  /** Any Standard Schema, such as the one of the real model: what it refuses is `invalid_input`. @default takes everything */
  readonly input?: InputSchema;
}

/** What a mocked server is like. */
export interface SafelightServerOptions<Name extends string> {
  /** What is offered, by the name under which it is submitted. */
  readonly models: Readonly<Record<Name, MockModel>>;
  /**
   * Where the client expects the router, whatever the origin.
   * @default "/api/generations"
   */
  readonly basePath?: string;
  /**
   * What an account starts with. `false`: the host does not bill, and every price is ignored.
   * @default 100
   */
  readonly credits?: number | false;
  /**
   * Who is signed in at first; `null` for nobody.
   * @default "owner"
   */
  readonly owner?: string | null;
  /**
   * How long the URLs of an answer hold at most, in milliseconds; they stay the same for a third of it.
   * @default 900_000
   */
  readonly urlsHoldMs?: number;

  /**
   * Whether there are streams of events. `false`: as behind what cannot stream, such as a proxy that holds answers back, so that
   * pages ask by requests that wait.
   * @default true
   */
  readonly streams?: boolean;

  readonly limits?: {
    /**
     * Submits of one owner in a window.
     * @default false
     */
    readonly rate?: { readonly requests: number; readonly perMs: number } | false;
    /**
     * Generations of one owner in progress at once.
     * @default 20
     */
    readonly maxActive?: number;
  };
}

/** The same, with nothing left open. */
export interface ServerSettings {
  readonly models: ReadonlyMap<string, MockModel>;
  readonly basePath: string;
  /** `null` where the host does not bill. */
  readonly initialGrant: number | null;
  readonly urlsHoldMs: number;
  readonly streams: boolean;
  /** `null` for no limit. */
  readonly rate: { readonly requests: number; readonly perMs: number } | null;
  readonly maxActive: number;
}

/** Puts the defaults in. */
export function toServerSettings(options: SafelightServerOptions<string>): ServerSettings {
  const { credits = 100, limits = {} } = options;
  return {
    models: new Map(Object.entries(options.models)),
    basePath: `/${options.basePath ?? defaultBasePath}`.replace(/^\/+/, "/").replace(/\/+$/, ""),
    initialGrant: credits === false ? null : credits,
    urlsHoldMs: options.urlsHoldMs ?? 900_000,
    streams: options.streams ?? true,
    rate: limits.rate === undefined || limits.rate === false ? null : limits.rate,
    maxActive: limits.maxActive ?? 20,
  };
}
