/** Reads texts that a URL says beside its path. Empty ones are left out, so that a URL says only what limits a page. */
export function textsIn<const Key extends string>(
  raw: Readonly<Record<string, unknown>>,
  ...keys: readonly Key[]
): { readonly [Name in Key]?: string } {
  const entries = keys.flatMap(key => (raw[key] === undefined || raw[key] === '' ? [] : [[key, String(raw[key])]]))
  return Object.fromEntries(entries)
}
