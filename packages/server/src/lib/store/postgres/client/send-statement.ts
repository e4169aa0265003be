/** A value that the store binds. JSON and lists are text. */
export type StatementValue = string | number | null;

/** A row with the one column that each statement of the store selects: JSON as text, which no option of a client changes. */
export interface JsonRow {
  readonly j: string | null;
}

/** One statement, which is a transaction of its own. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly StatementValue[];
  /** Under this name, a connection prepares the text once. `null` for a statement that is seldom sent. */
  readonly name: string | null;
  /** In milliseconds. The caller stops waiting after this. */
  readonly timeoutMs: number;
  /** Whether the caller has stopped waiting: a statement that is not sent yet must not be sent. */
  readonly isAbandoned: () => boolean;
}

/** Sends one statement. */
export type SendStatement = (statement: SentStatement) => Promise<readonly JsonRow[]>;
