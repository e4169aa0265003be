import type { SafelightEvent } from "../client.js";
import { ownerEvents, type Standing, sequenceOf } from "../events/owner-events.js";
import { onAbort } from "../requests/abort.js";
import { createIdempotencyKey } from "../requests/create-idempotency-key.js";
import type { Transport } from "../requests/transport.js";
import { createMailbox, type Mailbox } from "./mailbox.js";
import type { Peers } from "./peers.js";
import type { LeadMessage, ShareMessage } from "./share-message.js";

/** What comes of a share. */
export type ShareItem =
  | SafelightEvent
  /** The one who tells from here on, perhaps this page, was told everything up to this sequence. */
  | { readonly type: "gap"; readonly sequence: number }
  /** This page had to ask the server, and was refused. */
  | { readonly type: "failure"; readonly error: unknown };

/** Whom to share with, and from where on. */
export interface ShareOptions {
  readonly transport: Transport;
  readonly peers: Peers;
  readonly name: string;
  readonly ownerTag: string;
  /** How far this page has read what came. */
  readonly standing: Readonly<Standing>;
  /** Whether this page still asks for what was told before it came. */
  readonly isBehind: () => boolean;
  /** Called when this page cannot go on from what it was told: it does not keep up, or what it asks for was undone. */
  readonly giveUp: () => void;
  readonly signal: AbortSignal;
}

/** A page that is looked at asks for a sign after so long a silence. */
const quietMs = 10_000;
/** Who gives none within this time is frozen. */
const answerMs = 1_500;
/** Pages that are looked at do not take over from a hidden one all at once. */
const takeOverMs = 200;
/** What a page does not read is not kept for it. */
const mostUnread = 1_000;

/**
 * Shares what is heard of an owner, until the signal is aborted. The one who holds the lock hears the server; where that
 * page is closed, the next in line does. A page that is looked at does not leave it to a hidden one, or to a frozen one.
 */
export function joinShare(options: ShareOptions): Mailbox<ShareItem> {
  const { transport, peers, name, ownerTag, standing, isBehind, giveUp, signal } = options;
  const { environment } = transport;
  const me = createIdempotencyKey();
  const mailbox = createMailbox<ShareItem>();
  let leader: string | null = null;
  let isLeaderHidden = false;
  // Where the leader stands, and what newcomers are told, where that is this page.
  let ahead = standing;
  let latest: Readonly<Record<string, SafelightEvent>> = {};
  let waiting = new AbortController();
  let cancel = () => {};

  // A lock that was stolen may be given to a page that has left meanwhile.
  const say = (message: ShareMessage) => signal.aborted || channel.post(message);
  const put = (item: ShareItem) => {
    // What was told before a hello is nothing that comes after it: nobody need ask for it any longer.
    const isInVain = item.type === "hello" && isBehind();
    if (mailbox.size < mostUnread && !isInVain) mailbox.put(item);
    else giveUp();
  };
  const introduce = (): LeadMessage => {
    const message: LeadMessage = {
      type: "lead",
      by: me,
      sequence: sequenceOf(ahead),
      isHidden: environment.isHidden(),
      latest: Object.values(latest),
    };
    say(message);
    return message;
  };
  const meet = (message: LeadMessage) => {
    put({ type: "gap", sequence: message.sequence });
    message.latest.forEach(put);
  };
  const later = (callback: () => void, ms: number) => {
    cancel();
    if (!signal.aborted && !environment.isHidden()) cancel = environment.schedule(callback, ms);
  };
  const ask = () => {
    say({ type: "who" });
    later(takeOver, answerMs);
  };
  const takeOver = () => contend({ steal: true });

  const contend = async ({ steal }: { readonly steal: boolean }): Promise<void> => {
    waiting.abort();
    const own = new AbortController();
    waiting = own;
    const stops = [onAbort(signal, () => own.abort())];
    const lock = await peers.lock(name, { steal, signal: own.signal });
    if (lock !== null && waiting === own && !signal.aborted) {
      cancel();
      leader = me;
      stops.push(onAbort(lock.lost, () => own.abort()));
      await lead(own.signal);
      // Before anybody else is the one who tells.
      leader = null;
    }
    lock?.release();
    for (const stop of stops) stop();
    // Otherwise it was taken away, or ended by itself.
    if (signal.aborted || waiting !== own || !own.signal.aborted) return;
    void contend({ steal: false });
    ask();
  };
  const lead = async (own: AbortSignal): Promise<void> => {
    const heard: Standing = { ...standing };
    ahead = heard;
    latest = heard.told === null ? {} : { connection: { type: "connection", ...heard.told } };
    // After what the one before has said, which this page may not have read yet: then it is looked for gaps once more.
    meet(introduce());
    try {
      for await (const event of ownerEvents(transport, { standing: heard, signal: own })) {
        put(event);
        // The others find out by themselves who is signed in.
        if (heard.position?.ownerTag !== ownerTag) return;
        if (event.type === "connection" || event.type === "credits") {
          latest = { ...latest, [event.type]: event };
          // This page may have been told more by the server than it hears here.
          put({ type: "gap", sequence: sequenceOf(heard) });
        }
        say({ type: "event", by: me, event });
      }
    } catch (error) {
      if (!own.aborted) put({ type: "failure", error });
    }
  };
  const channel = peers.join(name, (said) => {
    // That it is one is the promise of the number in the channel's name.
    const message = said as ShareMessage;
    if (message.type === "who") {
      if (leader === me) introduce();
    } else if (leader === me) {
      // One of the two holds no lock any more, and will notice.
    } else if (message.type === "lead") {
      // One that was told less than this page: a backup may have been brought back since it said so last.
      if (leader !== message.by || message.sequence < sequenceOf(standing)) meet(message);
      leader = message.by;
      isLeaderHidden = message.isHidden;
      if (isLeaderHidden) later(takeOver, environment.random() * takeOverMs);
      else later(ask, quietMs);
    } else if (leader === message.by) {
      put(message.event);
      // Whoever takes over from it does not wait any longer for what it says meanwhile.
      if (!isLeaderHidden) later(ask, quietMs);
    }
  });
  const unwatch = environment.onChange(() => {
    if (leader === me) introduce();
    else ask();
  });
  onAbort(signal, () => {
    cancel();
    unwatch();
    channel.close();
  });
  void contend({ steal: false });
  ask();
  return mailbox;
}
