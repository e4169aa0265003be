import type { Logger } from "../../../ports/logger.js";
import type { JsonRow, SendStatement, SentStatement } from "./send-statement.js";
import { isLostName, isRefusedName } from "./sql-state.js";

/** Whether and how a client names statements. */
export interface NamingOptions {
  readonly prepare: boolean;
  /** Receives a warning when the names end. */
  readonly logger: Pick<Logger, "warn"> | undefined;
}

/** Sends one statement, under its name if it has one. */
export type SendNamed = (
  statement: SentStatement & {
    /** Call it if the name was lost, and the client has sent the statement again by itself. */
    readonly onLostName: () => void;
  },
) => Promise<readonly JsonRow[]>;

const lostNameWarning =
  "The database lost a named statement: sending statements without names from now on. Set `prepare: false`, or " +
  "`max_prepared_statements` of PgBouncer.";

/**
 * Names statements, and stops at the first lost name: a transaction pooler probably runs each transaction in another
 * session. A statement with a refused name did not run, so it is sent again without one. The name is a hash of the text, so
 * a name that another client prepared has the same text.
 */
export function nameStatements(send: SendNamed, { logger, prepare }: NamingOptions): SendStatement {
  let isNaming = prepare;
  const onLostName = (): void => {
    if (isNaming) logger?.warn(lostNameWarning, { event: "store.named_statements_lost" });
    isNaming = false;
  };
  return async (statement) => {
    const sentAt = performance.now();
    const name = isNaming ? statement.name : null;
    try {
      return await send({ ...statement, name, onLostName });
    } catch (error) {
      if (name === null || !isRefusedName(error)) throw error;
      if (isLostName(error)) onLostName();
      const timeoutMs = statement.timeoutMs - (performance.now() - sentAt);
      return send({ ...statement, name: null, timeoutMs, onLostName });
    }
  };
}
