/** Settings of each host process. */
export interface HostSettings {
  readonly database: string;
  readonly media: string;
  readonly vendorUrl: string;
  readonly port: number;
}
