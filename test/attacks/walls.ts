import { openLocalCompute } from '../../src/compute/local/compute.ts'
import { type HostKind, impossible, isRoot } from './host.ts'

const missing = await openLocalCompute({ folder: '/nonexistent' }).missingIsolation()
const mustRun = process.env.TROVE_TS_TEST_SYSTEM === '1' && isRoot

/**
 * Options of `describe` for tests of isolation: skips them, with the reason, if this machine lacks the means. Root with
 * all system packages must run them.
 */
export function walls(kind: HostKind): { skip: string | false } {
  if (mustRun) return { skip: false }
  const reason = missing.find(sentence => /bubblewrap|filter/.test(sentence))
  return { skip: impossible(kind) ?? (reason === undefined ? false : `NOT RUN: ${reason}`) }
}
