import type { MediaKeyStore } from "../../../ports/store/media-key-store.js";
import { SchemaTooNew } from "../../../ports/store/schema-too-new.js";
import { migrations } from "../schema/migrations.js";
import { findKeysInUseStatements, newestOutputKeyStatement } from "../statements/media-keys.js";
import type { Session } from "./session.js";

/** Finds the stored objects that rows refer to. */
export function mediaKeyCommands(session: Session): MediaKeyStore {
  return {
    async findKeysInUse(keys) {
      const prefixes = [...new Set(keys.map(prefixOf))];
      const args = { keys: JSON.stringify(keys), prefixes: JSON.stringify(prefixes) };
      const results = await session.readAll(findKeysInUseStatements, args);
      const [newest] = results.at(-1) ?? [];
      const known = migrations.at(-1)?.id ?? 0;
      // Reject even a compatible newer schema: an unknown column may refer to an object.
      if (Number(newest?.id) > known) {
        throw new SchemaTooNew(
          `The database has migration ${newest?.id} (${newest?.name}), this release knows ${known}: sweep with the newer @safelight/server.`,
        );
      }
      // No prefix is equal to a key: only a key has a slash.
      const inUse = new Set(results.slice(0, -1).flatMap((rows) => rows.map(({ name }) => String(name))));
      return new Set(keys.filter((key) => inUse.has(key) || inUse.has(prefixOf(key))));
    },

    async newestOutputKey() {
      const [[row] = []] = await session.readAll([newestOutputKeyStatement], {});
      return row === undefined ? null : String(row.storage_key);
    },
  };
}

function prefixOf(key: string): string {
  return key.split("/", 1)[0] ?? "";
}
