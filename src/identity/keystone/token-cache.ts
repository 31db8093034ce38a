/** A cache of validation results, limited in time and number. The oldest entries are dropped first. */
export function openTokenCache<T>(entriesMax: number) {
  const entries = new Map<string, { value: T; untilMs: number }>()
  return {
    get(key: string, nowMs: number): { value: T } | undefined {
      const entry = entries.get(key)
      if (entry && entry.untilMs > nowMs) return entry
      entries.delete(key)
      return undefined
    },
    set(key: string, value: T, untilMs: number): void {
      entries.delete(key)
      entries.set(key, { value, untilMs })
      if (entries.size > entriesMax) entries.delete(entries.keys().next().value!)
    },
  }
}
