import type { Refused } from '../model/refused.ts'
import { refusal } from './refusals.ts'

/** Trove's `instances_page_size`: the largest page, even if the request asks for more (trove@4cdc0cd common/cfg.py). */
export const pageSizeMax = 20

export type Paging = Readonly<{ size: number; marker: string | undefined }>

/** Reads the page that a query asks for: at most `limit` entries, starting after the entry of the `marker`. */
export function pagingOf(query: Readonly<Record<string, string | undefined>>): Paging | Refused {
  const { limit, marker } = query
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) return refusal.limit_unusable({ limit })
  return { size: Math.min(Number(limit ?? pageSizeMax), pageSizeMax), marker: marker || undefined }
}

/** Cuts a page off a list that was read with one extra entry. `next` is the marker of the next page, if there is one. */
export function pageOf<Entry extends { id: string }>(entries: readonly Entry[], size: number) {
  const page = entries.slice(0, size)
  return { page, next: entries.length > size ? page.at(-1)!.id : undefined }
}

/** A position in a list that is ordered by several texts, one after the other. */
export type Position = readonly string[]

/** Compares two positions for sorting. If one is the beginning of the other, the shorter one comes first. */
export function comparePositions(a: Position, b: Position): number {
  const at = a.findIndex((part, index) => part !== b[index])
  if (at === -1) return a.length - b.length
  return b[at] === undefined || a[at]! > b[at] ? 1 : -1
}

/** Encodes a position as a marker, which is opaque to clients and safe in a URL. */
export const markerOf = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url')

/** Decodes a marker. Refuses a text that is not a marker. */
export function positionOf(marker: string): Position | Refused {
  try {
    const position: unknown = JSON.parse(Buffer.from(marker, 'base64url').toString())
    if (Array.isArray(position) && position.every(part => typeof part === 'string')) return position
  } catch {
    // A text that is not JSON is refused below like any other invalid marker.
  }
  return refusal.marker_unusable({ marker })
}

/** True if the first parts of a position are these. */
export const startsWith = (position: Position, start: Position): boolean =>
  start.every((part, index) => position[index] === part)
