import { useEffect, useState } from "react";

const retryMs = 4_000;

/** A picture beside words that tell the same. Nothing is there while it cannot be loaded; it is tried again then. */
export function SmallImage({ src, backdrop }: { readonly src: string; readonly backdrop?: string }) {
  const [missing, setMissing] = useState<string | null>(null);
  useEffect(() => {
    if (missing === null) return;
    const timer = setTimeout(() => setMissing(null), retryMs);
    return () => clearTimeout(timer);
  }, [missing]);
  if (missing === src) return null;
  const style = { background: backdrop };
  return <img style={style} src={src} alt="" loading="lazy" decoding="async" onError={() => setMissing(src)} />;
}
