/** Result of the tests of one host. `pnpm hosts --matrix` keeps it in `results.json`. */
export interface HostRecord {
  readonly host: string;
  /** Date, such as `2026-11-29`. */
  readonly ranOn: string;
  /** Installed versions, by package. */
  readonly versions: Readonly<Record<string, string>>;
  /** Whether each check passed; a string is the reason for which it does not apply to the host. */
  readonly checks: Readonly<Record<string, boolean | string>>;
}
