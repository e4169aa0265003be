/** Maximum time that `?wait=` holds a request, in seconds. */
export const maxWaitSeconds = 25;

/** Maximum number of changed generations in one response or frame. If there are as many, more may follow at once. */
export const maxChanges = 100;

/** Max value of `ActiveResponse.unseenCount`. */
export const maxUnseenCount = 1_000;
