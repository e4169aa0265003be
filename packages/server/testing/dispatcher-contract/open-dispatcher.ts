import type { Dispatcher } from "../../src/lib/ports/dispatcher.js";

/** An open engine of a dispatcher contract. */
export interface OpenEngine {
  readonly dispatcher: Dispatcher;
  /** Ends all deliveries and connections. */
  close(): Promise<void>;
}

/**
 * Opens an engine with an empty queue, and passes each delivered id to `deliver`. Called once for each test. A delivery
 * ends when `deliver` resolves; it rejects only if the database cannot be reached.
 */
export type OpenDispatcher = (deliver: (id: string) => Promise<void>) => Promise<OpenEngine>;
