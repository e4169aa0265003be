import type { MediaKeyStore } from "../../../ports/store/media-key-store.js";
import { prefixesOf, toKeysInUse } from "../../rows/keys-in-use.js";
import { findKeysInUse, newestOutputKey } from "../reads/media-keys.js";
import { migrations } from "../schema/migrations.js";
import type { Session } from "./session.js";

/** Finds the stored objects that rows refer to. */
export function mediaKeyCommands(session: Session): MediaKeyStore {
  return {
    async findKeysInUse(keys) {
      const args = { keys: JSON.stringify(keys), prefixes: JSON.stringify(prefixesOf(keys)) };
      const { freeze, names, newest } = await session.read(findKeysInUse, args);
      const found = { names: names.map(({ name }) => name), newest: newest[0], freeze: freeze[0]?.value };
      return toKeysInUse(keys, { ...found, migrations });
    },

    async newestOutputKey() {
      const [row] = (await session.read(newestOutputKey, {})).output;
      return row?.storage_key ?? null;
    },
  };
}
