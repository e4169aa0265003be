import type { Freeze, FreezeLock } from "../../copy/copied-database.js";
import { localSettings } from "../../copy/copied-tables.js";
import { parseFreeze, storedFreeze } from "../../copy/freeze-message.js";
import type { FileConnection } from "../executor/file-connection.js";
import type { CopiedFileConnection } from "./copied-file-connection.js";
import { freezeStatements, unfreezeStatements } from "./freeze-statements.js";

const name = localSettings.freeze;

/** The freeze of a file. A file has one writer at a time: when a transaction commits, no other one is open. */
export function fileFreeze(file: CopiedFileConnection): FreezeLock {
  /** Runs a transaction if this freeze is stored. */
  const change = (expected: Freeze | null, run: (connection: FileConnection) => void): void =>
    file.inTransaction((connection) => {
      if (storedValue(connection) !== storedFreeze(expected)) throw file.takenOver();
      run(connection);
    });
  const freeze: FreezeLock["freeze"] = async ({ expected, next }) =>
    change(expected, (connection) => {
      connection.exec(freezeStatements(next).join(";"));
      write(connection, next);
    });
  return {
    freeze,
    read: async () => parseFreeze(storedValue(file.get())),
    async takeOver({ expected, run }) {
      const next = { ...expected, run };
      change(expected, (connection) => write(connection, next));
      return next;
    },
    async markMoved(expected) {
      const next = { ...expected, phase: "moved" } as const;
      await freeze({ expected, next });
      return next;
    },
    acceptWrites: async (expected) => change(expected, (connection) => connection.exec(unfreezeStatements.join(";"))),
    delete: async (expected) =>
      change(expected, (connection) => connection.run("DELETE FROM safelight_settings WHERE name = :name", { name })),
  };
}

function storedValue(connection: FileConnection): string | null {
  const [row] = connection.all("SELECT value FROM safelight_settings WHERE name = :name", { name });
  return row === undefined ? null : String(row.value);
}

function write(connection: FileConnection, freeze: Freeze): void {
  connection.run("INSERT OR REPLACE INTO safelight_settings (name, value) VALUES (:name, :value)", {
    name,
    value: storedFreeze(freeze),
  });
}
