import type { FoundOutput, MediaKeyStore } from "../../../ports/store/media-key-store.js";
import { prefixesOf, toKeysInUse } from "../../rows/keys-in-use.js";
import { migrations } from "../schema/migrations.js";
import {
  findKeysInUseStatements,
  findOutputsBySha256Statement,
  newestOutputKeyStatement,
} from "../statements/media-keys.js";
import type { StatementRunner } from "./statement-runner.js";

/** Finds the stored objects that rows refer to. */
export function mediaKeyCommands(runner: StatementRunner): MediaKeyStore {
  return {
    async findKeysInUse(keys) {
      const args = { keys: JSON.stringify(keys), prefixes: JSON.stringify(prefixesOf(keys)) };
      const results = await runner.readAllLong(findKeysInUseStatements, args);
      const names = results.slice(0, -2).flatMap((rows) => rows.map(({ name }) => String(name)));
      const [[migration] = [], [setting] = []] = results.slice(-2);
      const newest = migration && { id: Number(migration.id), name: String(migration.name) };
      return toKeysInUse(keys, { names, newest, freeze: setting?.value, migrations });
    },

    async findOutputsBySha256(sha256) {
      const [rows = []] = await runner.readAll([findOutputsBySha256Statement], { sha256 });
      return rows.map(({ createdAt, deletedAt, generationId, index, kind, model, ownerId }) => ({
        generationId: String(generationId),
        index: Number(index),
        ownerId: String(ownerId),
        model: String(model),
        createdAt: Number(createdAt),
        // The table allows no other kind.
        kind: kind as FoundOutput["kind"],
        deletedAt: deletedAt === null ? null : Number(deletedAt),
      }));
    },

    async newestOutputKey() {
      const [[row] = []] = await runner.readAll([newestOutputKeyStatement], {});
      return row === undefined ? null : String(row.storage_key);
    },
  };
}
