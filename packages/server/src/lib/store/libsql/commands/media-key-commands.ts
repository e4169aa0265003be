import type { MediaKeyStore } from "../../../ports/store/media-key-store.js";
import { prefixesOf, toKeysInUse } from "../../rows/keys-in-use.js";
import { migrations } from "../schema/migrations.js";
import { findKeysInUseStatements, newestOutputKeyStatement } from "../statements/media-keys.js";
import type { StatementRunner } from "./statement-runner.js";

/** Finds the stored objects that rows refer to. */
export function mediaKeyCommands(runner: StatementRunner): MediaKeyStore {
  return {
    async findKeysInUse(keys) {
      const args = { keys: JSON.stringify(keys), prefixes: JSON.stringify(prefixesOf(keys)) };
      const results = await runner.readAllLong(findKeysInUseStatements, args);
      const names = results.slice(0, -1).flatMap((rows) => rows.map(({ name }) => String(name)));
      const [row] = results.at(-1) ?? [];
      const newest = row && { id: Number(row.id), name: String(row.name) };
      return toKeysInUse(keys, { names, newest, migrations });
    },

    async newestOutputKey() {
      const [[row] = []] = await runner.readAll([newestOutputKeyStatement], {});
      return row === undefined ? null : String(row.storage_key);
    },
  };
}
