/** What a host is started with, whenever it is. */
export interface HostSettings {
  readonly database: string;
  readonly media: string;
  readonly vendorUrl: string;
  readonly port: number;
}
