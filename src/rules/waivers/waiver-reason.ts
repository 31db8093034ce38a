import { columnTextProblem } from '../../model/column-text.ts'

/** Returns why a text cannot be the reason of a waiver, to follow "it"; undefined if it can. */
export const reasonProblem = (reason: string): string | undefined =>
  reason.trim() === '' ? 'is empty' : columnTextProblem(reason, 255)
