/** Route patterns of the pages, for the router in the browser and for the status codes of the server. */
export const pagePaths = {
  studio: "/",
  history: "/history/:id?",
  credits: "/credits",
  about: "/about",
  continue: "/continue",
} as const;
