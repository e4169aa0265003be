/** One action. A page number is taken modulo the number of pages: of three pages, 4 is the second. */
export type Act =
  | { readonly type: "change" | "delete"; readonly generation: number }
  | { readonly type: "open" }
  /**
   * Closes a page, crashes it, toggles its visibility or its network, freezes it in the back/forward cache or restores it,
   * stops its event loop or resumes it.
   */
  | { readonly type: "close" | "kill" | "hide" | "network" | "sleep" | "hang"; readonly page: number }
  /** Sets the clock of one page, which then runs on from the wrong time. */
  | { readonly type: "set_clock"; readonly page: number; readonly aheadMs: number }
  /** Stops the server and its open responses, or starts it. */
  | { readonly type: "server" }
  /** Toggles: half of the requests fail. */
  | { readonly type: "flicker" }
  /** Cuts all open responses; or keeps them open without further bytes. */
  | { readonly type: "cut" | "mute" }
  /** Toggles: a proxy buffers a stream until it ends; or it cuts long polls. */
  | { readonly type: "collect" | "cut_held" }
  /** From now on, replicas serve each request, up to this many changes behind. */
  | { readonly type: "lag"; readonly changes: number }
  | { readonly type: "back_up" }
  /** Restores the last backup, and lets enough time pass for every page to notice. */
  | { readonly type: "restore" }
  | { readonly type: "pass"; readonly milliseconds: number };

/** A sequence of actions, and the seed of all random choices while they run. */
export interface Scenario {
  readonly acts: readonly Act[];
  readonly seed: number;
}
