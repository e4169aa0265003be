/** One thing that happens. A number that chooses a page is counted around: of three pages, 4 is the second. */
export type Act =
  | { readonly type: "change" | "delete"; readonly generation: number }
  | { readonly type: "open" }
  /**
   * Closes a page, ends it without a word, hides it or shows it, takes its network or gives it back, puts it to sleep or
   * wakes it, stops it or lets it go on.
   */
  | { readonly type: "close" | "kill" | "hide" | "network" | "sleep" | "hang"; readonly page: number }
  /** Of one page; a clock that is wrong runs on from there. */
  | { readonly type: "set_clock"; readonly page: number; readonly aheadMs: number }
  /** Ends the server and all that it had begun, or starts it. */
  | { readonly type: "server" }
  /** From now on, half of what is asked fails; or nothing any more. */
  | { readonly type: "flicker" }
  /** Cuts everything that is under way; or leaves it open, and nothing comes any more. */
  | { readonly type: "cut" | "mute" }
  /** From now on something on the way collects what a stream says until that ends, or cuts what is held; or nothing does. */
  | { readonly type: "collect" | "cut_held" }
  /** Each question is answered from a copy that is up to so many changes behind. */
  | { readonly type: "lag"; readonly changes: number }
  | { readonly type: "back_up" }
  /** Brings the last backup back, and gives everybody the time to hear of it. */
  | { readonly type: "restore" }
  | { readonly type: "pass"; readonly milliseconds: number };

/** What happens, and the seed of everything that is left to chance meanwhile. */
export interface Course {
  readonly acts: readonly Act[];
  readonly luck: number;
}
