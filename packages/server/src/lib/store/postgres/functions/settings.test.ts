import { expect, it } from "vitest";
import { postgresSchemas } from "../../../../../test/postgres-schemas.js";
import { tryWrite } from "./settings.js";

const openSchema = postgresSchemas();

it("stores about as many bytes as a trial asks for, which Postgres cannot compress", async () => {
  const { query } = await openSchema();
  await query(`SELECT @${tryWrite.name}(65536)`);
  const [row] = await query(
    "SELECT length(value), pg_column_size(value) > 60000 AS is_large FROM @settings WHERE name = 'write_trial'",
  );
  expect(row).toEqual({ length: 65_536, is_large: true });
});
