/** A value that is known at once, or later. Most of what requests need is known at once, and promises take longer than that. */
export type Soon<T> = T | Promise<T>

/** Calls `next` with a value: at once if it is known. Then an error of `next` is thrown, and otherwise the promise rejects. */
export const whenKnown = <T, R>(value: Soon<T>, next: (value: T) => Soon<R>): Soon<R> =>
  value instanceof Promise ? value.then(next) : next(value)
