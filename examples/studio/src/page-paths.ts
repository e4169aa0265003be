/** The paths of the pages. The server responds with 404 to any other one. */
export const pagePaths = ["/", "/collections", "/collections/:id", "/credits", "/team", "/join/:invitation"] as const;
