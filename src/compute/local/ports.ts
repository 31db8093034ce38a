import { createServer } from 'node:net'

/** Where every server listens: on this machine only. */
export const host = '127.0.0.1'

/** Whether a server could listen there right now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/**
 * The next port of the range, inclusive at both ends, that nobody holds; undefined when there is none. Counts on from the
 * last one given out, so that who still knows the port of a removed instance does not soon meet somebody else's.
 */
export async function nextPort(
  range: Readonly<{ min: number; max: number }>,
  { used, last }: Readonly<{ used: ReadonlySet<number>; last: number | undefined }>,
): Promise<number | undefined> {
  const count = range.max - range.min + 1
  const first = last !== undefined && last >= range.min && last < range.max ? last + 1 : range.min
  for (let step = 0; step < count; step++) {
    const port = range.min + ((first - range.min + step) % count)
    if (!used.has(port) && (await isFree(port))) return port
  }
  return undefined
}
