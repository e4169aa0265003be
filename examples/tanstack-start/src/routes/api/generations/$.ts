import { createFileRoute } from "@tanstack/react-router";
import { safelight } from "../../../safelight.server";

const handle = ({ request }: { request: Request }) => safelight.handler(request);

export const Route = createFileRoute("/api/generations/$")({
  server: { handlers: { GET: handle, POST: handle, DELETE: handle, OPTIONS: handle, HEAD: handle } },
});
