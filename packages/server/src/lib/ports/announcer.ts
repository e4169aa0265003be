/** Whom the end of a generation is announced to: the host's own functions, or its webhook. */
export type AnnouncementTarget = "hook" | "webhook";

/** One thing to announce, once it has been committed. */
export interface Announcement {
  readonly generationId: string;
  /** That it ended, or that credits went back at its end. */
  readonly event: "ended" | "refunded";
  readonly target: AnnouncementTarget;
}

/** Tells the host what became of its owners' generations. */
export interface Announcer {
  /** Whom there is to tell. Nothing is left for others. */
  readonly targets: readonly AnnouncementTarget[];
  /**
   * Tells one target, which may have been told before.
   *
   * @throws when it was not told for certain: it is to be told again.
   */
  announce(announcement: Announcement): Promise<void>;
}
