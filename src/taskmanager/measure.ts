import type { CheckedInstance, Measured } from '../model/instance.ts'
import type { Ports } from '../ports/ports.ts'

/** The minimum time between two measurements of disk usage, because an instance may have very many files. */
const measureAgainMs = 60_000

/** Measures what users see but no decision depends on: isolation, and once a minute disk usage. */
export async function measure(
  compute: Ports['compute'],
  { id, intent }: Pick<CheckedInstance, 'id' | 'intent'>,
  nowMs: number,
): Promise<Measured> {
  const isolation = await compute.isolation(id)
  const ageMs = intent.use === undefined ? undefined : nowMs - intent.use.atMs
  // A negative age means that the clock was set back. That must not stop the measurements.
  if (ageMs !== undefined && ageMs >= 0 && ageMs < measureAgainMs) return { isolation }
  const use = await compute.diskUse(id)
  if (!use) return { isolation }
  return { isolation, use: { bytes: use.bytes, atMs: nowMs }, walBytes: use.walBytes }
}
