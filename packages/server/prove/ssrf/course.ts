/** A name, or an address, that a course may connect to, with what it is at then. */
export interface Connection {
  /** Without brackets. */
  readonly hostname: string;
  readonly addresses: readonly string[];
  /** @default 443 */
  readonly port?: number;
}

/** How the last host answers. */
export type LastAnswer = "a picture" | "a gzip bomb" | "an endless body" | "too long a body" | "half a body";

/** One link, and what is done to whoever follows it. */
export interface Course {
  readonly name: string;
  /** As `Provider.mediaHosts`. */
  readonly hosts: readonly string[];
  /** The link, and where it redirects to, one after the other. */
  readonly urls: readonly [string, ...string[]];
  /** What names are at, look-up after look-up; the last one stays. */
  readonly names?: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** @default "a picture" */
  readonly answer?: LastAnswer;
  /** Every connection that may be made, in this order, and not one more or less. */
  readonly connects: readonly Connection[];
  readonly ends: "copied" | "refused" | "thrown";
}

/** Of the course's provider, wherever nothing else is said. */
export const providerHosts = ["media.example", "*.cdn.example"] as const;

/** Where the first of these is. */
export const media: Connection = { hostname: "media.example", addresses: ["93.184.215.14"] };

/** A link that the provider's vendor may give. */
export const link = "https://media.example/a.png";
