import { useEffect, useState } from "react";

const retryMs = 4_000;

/** A decorative image. After a failed load it renders nothing, and retries every four seconds. */
export function SmallImage({ src, backdrop }: { readonly src: string; readonly backdrop?: string }) {
  const [failedSrc, setFailedSrc] = useState<string | null>(null);
  useEffect(() => {
    if (failedSrc === null) return;
    const timer = setTimeout(() => setFailedSrc(null), retryMs);
    return () => clearTimeout(timer);
  }, [failedSrc]);
  if (failedSrc === src) return null;
  const style = { background: backdrop };
  return <img style={style} src={src} alt="" loading="lazy" decoding="async" onError={() => setFailedSrc(src)} />;
}
