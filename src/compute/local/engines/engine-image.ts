import { createHash } from 'node:crypto'
import type { Image } from '../../../model/image.ts'
import type { Recognised } from './engine.ts'

/** The id depends on the engine and its series alone, so that a minor update keeps the versions that name it. */
export function engineImage(manager: string, { engine, label, version, series }: Recognised): Image {
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

/** Whether a version is this one or a later one; both as numbers joined by dots. */
export function isAtLeast(version: string, first: string): boolean {
  const [left, right] = [version, first].map(text => text.split('.').map(Number))
  for (const [index, wanted] of right!.entries()) {
    const given = left![index] ?? 0
    if (given !== wanted) return given > wanted
  }
  return true
}
