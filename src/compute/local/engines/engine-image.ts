import { createHash } from 'node:crypto'
import type { EngineImage } from '../../../model/image.ts'
import type { RecognisedEngine } from './engine.ts'

/**
 * The id depends only on the engine and its series, so that datastore versions with this image survive a minor update.
 */
export function engineImage(manager: string, { engine, label, version, series }: RecognisedEngine): EngineImage {
  const hex = createHash('sha256').update(`trove-ts local engine ${engine} ${series}`).digest('hex')
  const id = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
  return {
    id,
    name: `${label} ${version}`,
    manager,
    version,
    tags: ['local', engine, `${engine}-${series}`],
    suggests: { datastore: engine, version: series },
  }
}

/** True if `version` is `minimum` or later; both are numbers joined by dots. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [left, right] = [version, minimum].map(text => text.split('.').map(Number))
  for (const [index, minimumPart] of right!.entries()) {
    const part = left![index] ?? 0
    if (part !== minimumPart) return part > minimumPart
  }
  return true
}
