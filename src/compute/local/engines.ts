import type { Engine } from './engine.ts'
import { postgresql } from './postgresql.ts'

/** The kinds of database engines that the local driver can run. */
export const engines: readonly Engine[] = [postgresql]
