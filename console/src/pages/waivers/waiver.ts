import type { Answer } from '../../api/trove.ts'
import { timeOf } from '../../parts/moment.tsx'

export type Waiver = Answer<'listFlavorWaivers'>['waivers'][number]

/** Whether it can still be changed. */
export const isOpen = ({ state }: Waiver): boolean => state === 'in_force' || state === 'no_match'

/** The next end first; those that are over last, and of these the latest first. */
export function bySoonestEnd(a: Waiver, b: Waiver): number {
  if (isOpen(a) !== isOpen(b)) return isOpen(a) ? -1 : 1
  return isOpen(a) ? endOf(a) - endOf(b) : endOf(b) - endOf(a)
}

const endOf = ({ until, ended }: Waiver) => timeOf(ended ?? until).getTime()
