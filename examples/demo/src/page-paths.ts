/** The pages, by the path of each: what the browser shows, and what the server knows to be there. */
export const pagePaths = {
  studio: "/",
  history: "/history/:id?",
  credits: "/credits",
  about: "/about",
  continue: "/continue",
} as const;
