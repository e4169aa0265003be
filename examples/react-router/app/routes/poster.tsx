import { PosterDetail } from "../components/poster-detail";
import type { Route } from "./+types/poster";

export default function PosterPage({ params }: Route.ComponentProps) {
  return <PosterDetail id={params.id} />;
}
