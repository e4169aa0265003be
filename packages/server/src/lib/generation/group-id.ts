const pattern = /^grp_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text has the form of the id of a group. */
export function isGroupId(text: string): boolean {
  return pattern.test(text);
}
