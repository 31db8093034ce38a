const inFull = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const inDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

/** Reads a time of the API, which is UTC even without a zone. */
export const timeOf = (text: string): Date => new Date(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`)

/** A time of today as the hour, another one with its date, in the reader's zone. */
export function momentWords(text: string, now: Date = new Date()): string {
  const time = timeOf(text)
  return time.toDateString() === now.toDateString() ? inDay.format(time) : inFull.format(time)
}

/** A time of the API, in the reader's zone. */
export const Moment = ({ at }: Readonly<{ at: string }>) => (
  <time dateTime={timeOf(at).toISOString()} title={inFull.format(timeOf(at))}>
    {momentWords(at)}
  </time>
)
