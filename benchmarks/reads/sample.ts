import { DatabaseSync } from "node:sqlite";

/** A generation and its owner. */
export interface Sample {
  readonly id: string;
  readonly ownerId: string;
}

/** Random generations of ordinary owners from the whole file. */
export function sampleGenerations(file: string, count: number): readonly Sample[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const last = Number(database.prepare("SELECT max(rowid) AS last FROM safelight_generations").get()?.last);
    const at = database.prepare(
      "SELECT id, owner_id FROM safelight_generations WHERE rowid = ? AND owner_id GLOB 'owner-*'",
    );
    const samples: Sample[] = [];
    while (samples.length < count) {
      const row = at.get(1 + Math.floor(Math.random() * last));
      if (row !== undefined) samples.push({ id: String(row.id), ownerId: String(row.owner_id) });
    }
    return samples;
  } finally {
    database.close();
  }
}
