/** Max bytes of JSON in a page of generations, not counting its first one: parsing blocks the event loop. */
export const maxPageBytes = 1_048_576;
