import type { AddedIndex } from './add-index.ts'

/** What workers look for all the time: the next instance that is due on their host, and the claims on instances. */
export const workIndexes: readonly AddedIndex[] = [
  { table: 'trovets_instances', index: 'trovets_instances_place_next', columns: ['place', 'next_at'] },
  { table: 'trovets_instances', index: 'trovets_instances_claimed', columns: ['claimed_until'] },
]
