import { type Generation, isTerminal } from "@safelight/client/contract";
import { QueryObserver } from "@tanstack/react-query";
import type { Live } from "../connection/live-interface.js";
import { generationQueryOptions } from "../query/query-options.js";
import { newestActive } from "./newest-active.js";
import type { GenerateSession, InFlightSubmission } from "./session-interface.js";
import { initialSessionState } from "./session-state.js";
import { deleted, listed, received, submitted } from "./session-transitions.js";
import { setSessionState } from "./set-session-state.js";
import { isOfTarget } from "./submission-request.js";
import {
  resumeSubmissions,
  type SendOptions,
  type SentSubmission,
  sendSubmission,
  submissionsOf,
} from "./submissions.js";

/** Sends a user action of a session, and shows it in all components with the same model and scope. */
export function startSubmission(session: GenerateSession, options: SendOptions): InFlightSubmission {
  const submissions = submissionsOf(session.live);
  const submission = sendSubmission(submissions, options);
  session.inFlight.add(submission);
  session.sent.add(submission);
  showSubmission(session, { submission, isOwn: true });
  submissions.observers.emit({ submission, session });
  return submission;
}

/** Applies every change to a session, and calls its callbacks, until the returned function is called. */
export function followSession(session: GenerateSession): () => void {
  const { live } = session;
  const submissions = submissionsOf(live);
  let isFollowing = true;

  const track = (submission: InFlightSubmission) => {
    session.inFlight.add(submission);
    const settle = () => {
      if (isFollowing) settleSubmission(session, submission);
    };
    submission.promise.then(settle, settle);
  };
  const follow = (submission: InFlightSubmission) => {
    track(submission);
    showSubmission(session, { submission, isOwn: false });
  };
  const onSent = (sent: SentSubmission) => {
    const { submission } = sent;
    const { options, inFlight } = session;
    if (sent.session === session) track(submission);
    else if (options.resume !== false && isOfTarget(submission.request, options) && !inFlight.has(submission))
      follow(submission);
  };
  const catchUp = () => {
    resetForNewOwner(session);
    adoptActive(session);
    const { mayResume, generation } = session.state;
    if (mayResume) resumeSubmissions(submissions, { target: session.options, client: session.client }).forEach(follow);
    for (const id of [...session.watched, generation?.id ?? ""]) {
      const newest = live.commands?.find(id);
      if (newest) receive(session, newest);
      else if (newest === null) setSessionState(session, deleted(session.state, id));
    }
  };

  const stops = [
    refreshShown(session),
    submissions.observers.subscribe(onSent),
    live.subscribe((change) => {
      if (change.type === "generation") receive(session, change.generation);
      else catchUp();
    }),
  ];
  session.inFlight.forEach(track);
  catchUp();
  return () => {
    isFollowing = false;
    for (const stop of stops) stop();
  };
}

/** Refetches the shown generation when its URLs expire, or when it may be deleted. */
function refreshShown(session: GenerateSession): () => void {
  let shownId: string | undefined;
  let unsubscribe = () => {};
  const refresh = () => {
    const { live, client, state } = session;
    const { generation } = state;
    if (generation?.id === shownId) return;
    shownId = generation?.id;
    unsubscribe();
    unsubscribe =
      generation === null
        ? () => {}
        : new QueryObserver(live.queryClient, {
            ...generationQueryOptions(client, generation.id),
            initialData: generation,
          }).subscribe(() => {});
  };
  const stop = session.subscribe(refresh);
  refresh();
  return () => {
    stop();
    unsubscribe();
  };
}

/** Shows the newest active generation of the session's model and scope. */
function adoptActive(session: GenerateSession): void {
  const { live, options } = session;
  if (!session.state.mayAdopt) return;
  const newest = newestActive(live, options);
  setSessionState(session, listed(session.state, { newest, isCurrent: live.state.isCurrent }));
  if (newest !== undefined && session.state.generation === newest) session.watched.add(newest.id);
}

function resetForNewOwner(session: GenerateSession): void {
  const { epoch } = session.live.state.owner;
  if (epoch === session.ownerEpoch) return;
  session.ownerEpoch = epoch;
  session.inFlight.clear();
  session.watched.clear();
  setSessionState(session, initialSessionState(session.options.resume ?? true));
}

function showSubmission(
  session: GenerateSession,
  { submission, isOwn }: { readonly submission: InFlightSubmission; readonly isOwn: boolean },
): void {
  const generation = newestOf(session.live, submission);
  setSessionState(session, submitted(session.state, { submission, isOwn, generation, error: submission.error }));
}

function settleSubmission(session: GenerateSession, submission: InFlightSubmission): void {
  const { reported, sent, watched, options } = session;
  if (!session.inFlight.delete(submission)) return;
  const generation = newestOf(session.live, submission);
  if (session.state.submission === submission) showSubmission(session, { submission, isOwn: false });
  if (generation === null) return;
  watched.add(generation.id);
  if (!reported.has(submission) && (sent.has(submission) || submission.isInterrupted)) {
    reported.add(submission);
    call(options.onSubmitted, generation);
  }
  receive(session, generation);
}

/** Shows a version of a generation, and reports its end. */
function receive(session: GenerateSession, generation: Generation): void {
  const { reported, watched, options } = session;
  const { id } = generation;
  setSessionState(session, received(session.state, { generation, resyncs: session.live.state.resyncs }));
  if (!isTerminal(generation) || !watched.delete(id) || reported.has(id)) return;
  reported.add(id);
  if (generation.status === "completed") call(options.onCompleted, generation);
  else if (generation.status === "failed") call(options.onFailed, generation);
  else call(options.onCanceled, generation);
}

function newestOf(live: Live, { generation }: InFlightSubmission): Generation | null {
  return generation && (live.commands?.find(generation.id) ?? generation);
}

/** An exception of a callback is the host's, as in an event handler. It must not end the connection. */
function call<G extends Generation>(callback: ((generation: G) => void) | undefined, generation: G): void {
  if (callback) queueMicrotask(() => callback(generation));
}
