import { DuplicateRow } from '../../ports/stores.ts'
import type { Dialect } from '../dialects/dialect.ts'

/** What `write` gives, or a DuplicateRow when a UNIQUE key of `table` stands in its way. */
export async function orDuplicate<T>(dialect: Dialect, table: string, write: Promise<T>): Promise<T> {
  try {
    return await write
  } catch (error) {
    throw dialect.isUniqueViolation(error) ? new DuplicateRow(table, { cause: error }) : error
  }
}
