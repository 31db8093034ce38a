import { DuplicateRow } from '../../ports/stores.ts'
import type { Dialect } from '../dialects/dialect.ts'

/** Returns the result of `write`. Throws a DuplicateRow when it violates a UNIQUE key of `table`. */
export async function orDuplicate<T>(dialect: Dialect, table: string, write: Promise<T>): Promise<T> {
  try {
    return await write
  } catch (error) {
    throw dialect.isUniqueViolation(error) ? new DuplicateRow(table, { cause: error }) : error
  }
}
