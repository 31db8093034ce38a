import { errorCode } from '../dialect.ts'

const isSqliteError = (error: unknown, message: RegExp) =>
  errorCode(error) === 'ERR_SQLITE_ERROR' && error instanceof Error && message.test(error.message)

export const isBusy = (error: unknown): boolean => isSqliteError(error, /^database is locked/)
export const isNoTransaction = (error: unknown): boolean => isSqliteError(error, /no transaction is active/)
export const isUniqueViolation = (error: unknown): boolean => isSqliteError(error, /^UNIQUE constraint failed/)

/** SQLITE_FULL, or one of the SQLITE_IOERR codes for a file beside the database that cannot grow. */
export function isFull(error: unknown): boolean {
  const { errcode } = error as { errcode?: number }
  return errorCode(error) === 'ERR_SQLITE_ERROR' && (errcode === 13 || growthFailures.includes(errcode ?? 0))
}

/** SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE, _SHMSIZE and _SHMOPEN. */
const growthFailures = [778, 1034, 1546, 4874, 4618]
