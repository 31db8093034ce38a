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
