/** Thrown instead of an answer that takes too long. */
export class TooLate extends Error {}

/**
 * Waits for an answer, but no longer than a deadline: then it throws TooLate. What was asked goes on by itself; whatever comes
 * of it later is ignored.
 *
 * @param missing what did not come in time, for the log: 'no answer'
 */
export async function within<T>(ms: number, asked: Promise<T>, missing: string): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new TooLate(`${missing} within ${seconds(ms)}`)), ms)
  try {
    return await Promise.race([asked, tooLate])
  } finally {
    clearTimeout(timer)
  }
}

/** A time in words. */
export const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`
