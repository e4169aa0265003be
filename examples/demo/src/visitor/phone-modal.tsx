import { useQuery } from "@tanstack/react-query";
import { encode } from "uqr";
import { CloseIcon } from "../shell/icons.tsx";
import { Modal } from "../shell/modal.tsx";
import { CopyButton } from "./copy-button.tsx";
import "./phone-modal.css";
import { visitor } from "./visitor.ts";

/** A one-time link, also as a QR code, with which another device continues as this visitor. */
export function PhoneModal({ onClose }: { readonly onClose: () => void }) {
  const { data: link, error } = useQuery({
    queryKey: ["handover"],
    queryFn: visitor.createLink,
    // Each dialog creates a new link.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <Modal label="Continue on your phone" className="phone-modal" onClose={onClose}>
      <div className="phone">
        <h2 className="phone-title">Continue on your phone</h2>
        {link?.reach === "machine" ? (
          <p>This machine is on no network, so no phone reaches it. Another browser on it may continue.</p>
        ) : (
          <>
            <p>Point its camera at this. Your gallery, your credits and what is in the tray come along.</p>
            <div className="phone-code" aria-busy={link === undefined}>
              {link !== undefined && <QrCode text={link.url} />}
            </div>
          </>
        )}
        {error !== null && <p role="alert">{error.message}</p>}
        {link !== undefined && (
          <>
            <CopyButton text={link.url} />
            <p className="phone-note">
              {link.reach === "network" && "The phone has to be on the same network. "}
              The link works once, within ten minutes.
            </p>
          </>
        )}
        <button type="button" className="icon-button phone-close" aria-label="Close" onClick={onClose}>
          <CloseIcon />
        </button>
      </div>
    </Modal>
  );
}

function QrCode({ text }: { readonly text: string }) {
  const { data, size } = encode(text, { ecc: "M", border: 2 });
  const dark = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label="QR code of the link" shapeRendering="crispEdges">
      <path d={dark} fill="#140d0a" />
    </svg>
  );
}
