import type { CopyMarkLock } from "../../copy/copied-database.js";
import { unfinishedCopyId } from "../../schema/next-migration.js";
import type { FileConnection } from "../executor/file-connection.js";
import type { CopiedFileConnection } from "./copied-file-connection.js";
import { createCopyGuard, dropCopyGuard } from "./freeze-statements.js";

/** The mark of an unfinished copy in a file. */
export function fileMark(file: CopiedFileConnection): CopyMarkLock {
  return {
    async replace({ expected, next }) {
      file.inTransaction((connection) => {
        if (markedRun(connection) !== expected) throw file.takenOver();
        connection.exec(dropCopyGuard.join(";"));
        connection.run(`DELETE FROM safelight_migrations WHERE id = ${unfinishedCopyId}`);
        if (next === null) return;
        connection.run(
          `INSERT INTO safelight_migrations (id, name, needs, hash, applied_at)
           VALUES (${unfinishedCopyId}, :timeline, ${unfinishedCopyId}, :run, 0)`,
          { ...next },
        );
        connection.exec(createCopyGuard().join(";"));
      });
    },
  };
}

/** The run of the stored mark; `null` for none. */
export function markedRun(connection: FileConnection): string | null {
  const [row] = connection.all(`SELECT hash AS run FROM safelight_migrations WHERE id = ${unfinishedCopyId}`);
  return row === undefined ? null : String(row.run);
}
