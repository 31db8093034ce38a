/** Thrown when an operation takes too long. */
export class TooLate extends Error {}

/**
 * Waits for a promise, but not longer than a timeout: then it throws TooLate. The operation itself is not cancelled; its
 * later result or error is ignored.
 *
 * @param missing what did not happen in time, for the log: 'no answer'
 */
export async function within<T>(ms: number, promise: Promise<T>, missing: string): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new TooLate(`${missing} within ${seconds(ms)}`)), ms)
  try {
    return await Promise.race([promise, tooLate])
  } finally {
    clearTimeout(timer)
  }
}

/** Prints a duration in seconds, with one decimal at most. */
export const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`
