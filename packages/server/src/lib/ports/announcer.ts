/** Receiver of the announcement: the host's hook functions, or its webhook. */
export type AnnouncementTarget = "hook" | "webhook";

/** An event of a committed generation to announce to one target. */
export interface Announcement {
  readonly generationId: string;
  /** `ended`: the generation ended. `refunded`: its end refunded credits. */
  readonly event: "ended" | "refunded";
  readonly target: AnnouncementTarget;
}

/** Announces the ends of generations to the host. */
export interface Announcer {
  /** Configured targets. The store writes outbox items for these targets only. */
  readonly targets: readonly AnnouncementTarget[];
  /**
   * Announces to one target. Delivery is at least once, so a target may receive a repeat.
   *
   * @throws if delivery is not certain; the announcement is retried.
   */
  announce(announcement: Announcement): Promise<void>;
}
