import { TakenOver } from "../../copy/taken-over.js";
import type { FileConnection } from "../executor/file-connection.js";

/** The connection of a copied file, which opens at the first use. */
export class CopiedFileConnection {
  readonly label: string;
  readonly #open: () => FileConnection;
  #connection: FileConnection | null = null;

  constructor(label: string, open: () => FileConnection) {
    this.label = label;
    this.#open = open;
  }

  get(): FileConnection {
    this.#connection ??= this.#open();
    return this.#connection;
  }

  /** Runs a transaction that holds the write lock of the file, and rolls it back after an error. */
  inTransaction(run: (connection: FileConnection) => void): void {
    const connection = this.get();
    connection.exec("BEGIN IMMEDIATE");
    try {
      run(connection);
      connection.exec("COMMIT");
    } catch (error) {
      if (connection.inTransaction) connection.exec("ROLLBACK");
      throw error;
    }
  }

  takenOver(): TakenOver {
    return new TakenOver(this.label);
  }

  close(): void {
    this.#connection?.close();
  }
}
