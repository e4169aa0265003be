import { openLibsqlGround } from "./libsql-ground.js";
import { openPostgresGround } from "./postgres-ground.js";
import type { GroundSource, ProvingGround } from "./proving-ground.js";

/** Creates a new, empty database. */
export function openGround(source: GroundSource): Promise<ProvingGround> {
  switch (source.kind) {
    case "libsql":
      return openLibsqlGround();
    case "postgres":
      return openPostgresGround(source.server);
  }
}
