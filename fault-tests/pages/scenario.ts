/** One action. A page number is taken modulo the number of pages: of three pages, 4 is the second. */
export type Act =
  /** Changes or deletes a generation of the signed-in owner. */
  | { readonly type: "change" | "delete"; readonly generation: number }
  | { readonly type: "open" }
  /**
   * Closes a page, crashes it, toggles its visibility or its network, freezes it in the back/forward cache or restores it,
   * stops its event loop or resumes it.
   */
  | { readonly type: "close" | "kill" | "hide" | "network" | "sleep" | "hang"; readonly page: number }
  /** Sets the clock of one page, which then runs on from the wrong time. */
  | { readonly type: "set_clock"; readonly page: number; readonly aheadMs: number }
  /** Signs an owner in, in one page and with the cookies of all. */
  | { readonly type: "sign_in"; readonly owner: 0 | 1; readonly page: number }
  | { readonly type: "sign_out" }
  /** Moves everything of the signed-in owner to the other one. */
  | { readonly type: "transfer" }
  /** Stops the server and its open responses, or starts it. */
  | { readonly type: "server" }
  /** Toggles: half of the requests fail. */
  | { readonly type: "flicker" }
  /** Cuts all open responses; or keeps them open without further bytes. */
  | { readonly type: "cut" | "mute" }
  /** Toggles: a proxy buffers a stream until it ends; or it cuts long polls. */
  | { readonly type: "collect" | "cut_held" }
  /** Messages between the pages are lost, or late. */
  | { readonly type: "lose" | "delay"; readonly milliseconds: number }
  /** A second page gets each lock, too, while the first one has it. */
  | { readonly type: "two_leaders" }
  /** From now on, replicas serve each request, up to this many milliseconds behind. */
  | { readonly type: "lag"; readonly milliseconds: number }
  | { readonly type: "back_up" }
  | RestoreAct
  | { readonly type: "pass"; readonly milliseconds: number };

/** Restores the last backup. */
export interface RestoreAct {
  readonly type: "restore";
  /** Whether the database gets a new timeline, as by `safelight restored`. */
  readonly isNamed: boolean;
  /** Whether open responses are cut. */
  readonly isCut: boolean;
  /** Fate of the messages with which a leader forwards the restore. */
  readonly messages: "arrive" | "lose" | "delay";
}

/** A sequence of actions, and the seed of all random choices while they run. */
export interface Scenario {
  readonly acts: readonly Act[];
  readonly seed: number;
}
