import type { Dialect } from './dialect.ts'
import { mysql } from './mysql/dialect.ts'
import { postgresql } from './postgresql/dialect.ts'
import { sqlite } from './sqlite/dialect.ts'

/** Every supported database engine; each has a folder. */
export const dialects: Readonly<Record<string, Dialect>> = { mysql, postgresql, sqlite }
