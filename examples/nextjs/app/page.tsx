import { PosterForm } from "@/components/poster-form";

export default function StudioPage() {
  return (
    <>
      <h1>Make a poster</h1>
      <noscript>
        <p>A new poster needs JavaScript. The header shows the active one; reload the page to see its progress.</p>
      </noscript>
      <PosterForm />
    </>
  );
}
