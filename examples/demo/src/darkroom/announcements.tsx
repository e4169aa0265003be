import { isTerminal, type TerminalGeneration } from "@safelight/client/contract";
import { useEffect, useEffectEvent } from "react";
import { useLocation } from "wouter";
import { useGeneration } from "../safelight.ts";
import { describeFailure, describeRefund } from "../words/ending-of.ts";
import { promptOf } from "../words/picture-input.ts";
import { useDarkroom } from "./darkroom.tsx";
import { submittedHere } from "./submitted-here.ts";
import { type Message, useToast } from "./toasts.tsx";

/**
 * Says once, in the tab that submitted it, that a picture has come to its end. What fills the Studio already is not told
 * again, and neither is a cancel: whoever asked for it saw it.
 */
export function Announcements() {
  const ids = submittedHere.useIds();
  return ids.map((id) => <Announcement key={id} id={id} />);
}

function Announcement({ id }: { readonly id: string }) {
  const { generation, error } = useGeneration(id);
  const toast = useToast();
  const { trayId } = useDarkroom();
  const [location, navigate] = useLocation();
  const ended = generation !== null && isTerminal(generation) ? generation : null;
  const isGone = error?.code === "not_found";

  const announce = useEffectEvent((generation: TerminalGeneration | null) => {
    submittedHere.remove(id);
    const isInSight = location === "/" && trayId === id;
    const message = generation === null || isInSight ? null : messageOf(generation);
    if (message === null) return;
    const isThere = location.startsWith("/history");
    toast({ ...message, ...(!isThere && { action: { label: "View history", run: () => navigate("/history") } }) });
  });
  useEffect(() => {
    if (ended !== null || isGone) announce(ended);
  }, [ended, isGone]);
  return null;
}

function messageOf(generation: TerminalGeneration): Message | null {
  const refund = describeRefund(generation);
  switch (generation.status) {
    case "completed":
      return { title: "Your picture is ready", detail: promptOf(generation), pictureUrl: generation.outputs[0].url };
    case "failed":
      return {
        title: "This picture failed",
        detail: `${describeFailure(generation.error.code)}${refund === null ? "" : ` ${refund}.`}`,
      };
    case "canceled":
      return null;
  }
}
