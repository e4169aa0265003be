/** Whether the owner or the account of a command was erased after its request began. Needs `erasureArguments`. */
export const isErased = `EXISTS (SELECT 1 FROM safelight_erased_owners
     WHERE owner_mark IN (SELECT value FROM json_each(:ownerMarks)) AND position > :erasuresAfter)`;
