import { openLocalCompute } from '../../src/compute/local/compute.ts'
import { type HostKind, impossible, isRoot } from './host.ts'

const missing = await openLocalCompute({ folder: '/nonexistent' }).missingIsolation()
const isPromised = process.env.TROVE_TS_TEST_SYSTEM === '1' && isRoot

/**
 * For `describe`: whether a wall can be shown here. Where everything was installed and we are root it has to be; elsewhere
 * what cannot be shown is said.
 */
export function walls(kind: HostKind): { skip: string | false } {
  if (isPromised) return { skip: false }
  const lacks = missing.find(sentence => /bubblewrap|filter/.test(sentence))
  return { skip: impossible(kind) ?? (lacks === undefined ? false : `NOT RUN: ${lacks}`) }
}
