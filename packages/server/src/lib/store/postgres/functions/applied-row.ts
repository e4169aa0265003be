/** The owner of a generation that a command of a worker has changed, now or when it was first sent. */
export interface AppliedRow {
  readonly owner_id: string;
}
