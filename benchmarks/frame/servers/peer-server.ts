/** A running database server of a peer. */
export interface PeerServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}
