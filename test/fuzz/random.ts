/** Numbers that look random and are the same for the same seed. */
export type Random = Readonly<{
  /** From 0 up to, and without, 1. */
  next(): number
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(choices: readonly T[]): T
}>

/** mulberry32: short, fast, and good enough to choose requests by. */
export function random(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { next, below, chance: probability => next() < probability, pick: choices => choices[below(choices.length)]! }
}

/** The numbers of one request, whatever was drawn for the ones before it. */
export const randomOf = (seed: number, index: number): Random =>
  random(Math.imul(seed + 1, 0x9e3779b1) ^ (index * 2 + 1))
