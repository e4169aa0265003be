/** A visitor is a team of two: the id of the second person is that of the first with this suffix, which no random id has. */
const secondSuffix = ".2";

/** 1 for the visitor as created, 2 for the second person of the same team. */
export type Person = 1 | 2;

export function personOf(visitorId: string): Person {
  return visitorId.endsWith(secondSuffix) ? 2 : 1;
}

/** The team of a visitor: the id of its first person. */
export function teamOf(visitorId: string): string {
  return personOf(visitorId) === 1 ? visitorId : visitorId.slice(0, -secondSuffix.length);
}

/** The id of the other person of the team. */
export function otherPersonOf(visitorId: string): string {
  return personOf(visitorId) === 1 ? visitorId + secondSuffix : teamOf(visitorId);
}
