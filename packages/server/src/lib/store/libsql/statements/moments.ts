/** Deliveries of webhooks for a generation of the owner, and the confirmation of its notice. */
export const momentsStatement = `SELECT 'webhook' AS type, d.attempt AS attempt, d.received_at AS at
   FROM safelight_generations g JOIN safelight_webhook_deliveries d ON d.generation_id = g.id
   WHERE g.id = :id AND g.owner_id = :ownerId AND g.deleted_at IS NULL
   UNION ALL
   SELECT 'noticed', NULL, g.noticed_at FROM safelight_generations g
   WHERE g.id = :id AND g.owner_id = :ownerId AND g.deleted_at IS NULL AND g.noticed_at IS NOT NULL
   ORDER BY at LIMIT 100`;
