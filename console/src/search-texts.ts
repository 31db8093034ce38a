/** Reads texts that a URL says beside its path. Empty ones are left out, so that a URL says only what limits a page. */
export function textsIn<const Key extends string>(
  raw: Readonly<Record<string, unknown>>,
  ...keys: readonly Key[]
): { readonly [Name in Key]?: string } {
  const entries = keys.flatMap(key => (raw[key] === undefined || raw[key] === '' ? [] : [[key, String(raw[key])]]))
  return Object.fromEntries(entries)
}

/** What a URL says beside its path, from its text. Every value is a text: an id such as `12` or `true` stays what it is. */
export const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text))

/** Writes what a URL says beside its path, as `parseSearch` reads it. */
export function searchText(search: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(search).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}
