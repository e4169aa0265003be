/** Header with the id of a request in the server's log. Not in `wire.ts`: only the code of failed responses reads it. */
export const requestIdHeader = "x-request-id";
