import type { MediaKeyStore } from "../../../ports/store/media-key-store.js";
import { prefixesOf, toKeysInUse } from "../../rows/keys-in-use.js";
import { findKeysInUse, findOutputsBySha256, newestOutputKey } from "../reads/media-keys.js";
import { migrations } from "../schema/migrations.js";
import type { StatementRunner } from "./statement-runner.js";

/** Finds the stored objects that rows refer to. */
export function mediaKeyCommands(runner: StatementRunner): MediaKeyStore {
  return {
    async findKeysInUse(keys) {
      const args = { keys: JSON.stringify(keys), prefixes: JSON.stringify(prefixesOf(keys)) };
      const { freeze, names, newest } = await runner.read(findKeysInUse, args);
      const found = { names: names.map(({ name }) => name), newest: newest[0], freeze: freeze[0]?.value };
      return toKeysInUse(keys, { ...found, migrations });
    },

    async findOutputsBySha256(sha256) {
      return (await runner.read(findOutputsBySha256, { sha256 })).outputs;
    },

    async newestOutputKey() {
      const [row] = (await runner.read(newestOutputKey, {})).output;
      return row?.storage_key ?? null;
    },
  };
}
