import { openLibsqlGround } from "./libsql-ground.js";
import type { GroundSource, ProvingGround } from "./proving-ground.js";

/** Creates a new, empty database. */
export function openGround({ kind }: GroundSource): Promise<ProvingGround> {
  switch (kind) {
    case "libsql":
      return openLibsqlGround();
  }
}
