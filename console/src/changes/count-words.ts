/** A number with its noun. */
export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** The first names of many, and how many more there are. */
export function firstNames(names: readonly string[], shownMax = 5): string {
  const more = names.length - shownMax
  return more > 0 ? `${names.slice(0, shownMax).join(', ')} and ${more} more` : names.join(', ')
}
