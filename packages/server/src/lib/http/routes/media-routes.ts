import { mediaQuery } from "./request-schemas.js";

const mediaResponses = {
  200: { text: "The bytes.", schema: "bytes" },
  206: { text: "The requested range.", schema: "bytes" },
  302: { text: "Redirects to the storage.", schema: null },
  304: { text: "The bytes have not changed.", schema: null },
} as const;

const mediaHeaders = ["If-None-Match", "Range", "If-Range"] as const;

/** Routes that serve bytes. All have the same responses. */
export const mediaRoutes = {
  input: {
    method: "GET",
    path: "/inputs/:inputId",
    summary: "Read the bytes of an uploaded file",
    access: "signature",
    query: mediaQuery,
    headers: mediaHeaders,
    responses: mediaResponses,
    problems: ["not_found", "range_not_satisfiable", "invalid_input"],
  },
  output: {
    method: "GET",
    path: "/:id/outputs/:index",
    summary: "Read the bytes of an output",
    access: "signature",
    query: mediaQuery,
    headers: mediaHeaders,
    responses: mediaResponses,
    problems: ["not_found", "range_not_satisfiable", "invalid_input"],
  },
  thumbnail: {
    method: "GET",
    path: "/:id/outputs/:index/thumbnail",
    summary: "Read the bytes of an output's thumbnail",
    access: "signature",
    query: mediaQuery,
    headers: mediaHeaders,
    responses: mediaResponses,
    problems: ["not_found", "range_not_satisfiable", "invalid_input"],
  },
  preview: {
    method: "GET",
    path: "/:id/preview",
    summary: "Read the newest preview of a generation in progress",
    access: "signature",
    query: mediaQuery,
    headers: mediaHeaders,
    responses: mediaResponses,
    problems: ["not_found", "range_not_satisfiable", "invalid_input"],
  },
} as const;
