import { PosterForm } from "@/components/poster-form";

export default function StudioPage() {
  return (
    <>
      <h1>Make a poster</h1>
      <noscript>
        <p>Making one needs JavaScript. What is in progress is shown above; reload the page to see how far it is.</p>
      </noscript>
      <PosterForm />
    </>
  );
}
