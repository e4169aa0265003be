/** Another run of the command, or a release, has replaced the mark or the freeze of a database. */
export class TakenOver extends Error {
  /** @param label the database. */
  constructor(label: string) {
    super(
      `Another run of safelight copy, or a release, has taken over ${label}. This run has stopped, and its work is not complete: repeat the command if no other one is running.`,
    );
    this.name = "TakenOver";
  }
}
