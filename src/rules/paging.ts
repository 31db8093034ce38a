import type { Refused } from '../model/refused.ts'
import { refusal } from './refusals.ts'

/** Trove's `instances_page_size`: nobody gets more at once, whatever they ask for (trove@4cdc0cd common/cfg.py). */
export const pageSizeMax = 20

export type Paging = Readonly<{ size: number; marker: string | undefined }>

/** The page that a query asks for: `limit` at most, after the entry that `marker` names. */
export function pagingOf(query: Readonly<Record<string, string | undefined>>): Paging | Refused {
  const { limit, marker } = query
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) return refusal.limit_unusable({ limit })
  return { size: Math.min(Number(limit ?? pageSizeMax), pageSizeMax), marker: marker || undefined }
}

/** Cuts a list that was read one entry beyond the page; `next` is the marker of the page after it. */
export function pageOf<Entry extends { id: string }>(entries: readonly Entry[], size: number) {
  const page = entries.slice(0, size)
  return { page, next: entries.length > size ? page.at(-1)!.id : undefined }
}

/** Where something stands in a list that is ordered by several texts, one after the other. */
export type Position = readonly string[]

/** Before (below 0), at (0) or behind (above 0); what ends first stands first. */
export function comparePositions(a: Position, b: Position): number {
  const at = a.findIndex((part, index) => part !== b[index])
  if (at === -1) return a.length - b.length
  return b[at] === undefined || a[at]! > b[at] ? 1 : -1
}

/** A position as a marker: readable by nobody but `positionOf`, and safe in a URL. */
export const markerOf = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url')

/** The position that a marker stands for, or the refusal that it is none. */
export function positionOf(marker: string): Position | Refused {
  try {
    const position: unknown = JSON.parse(Buffer.from(marker, 'base64url').toString())
    if (Array.isArray(position) && position.every(part => typeof part === 'string')) return position
  } catch {
    // What is no JSON is no marker of ours either.
  }
  return refusal.marker_unusable({ marker })
}
