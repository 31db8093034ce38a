import type { AddedColumn } from './add-column.ts'

/** The size of the write-ahead log of an instance, as the worker measured it. */
export const walBytesColumn: AddedColumn = { table: 'trovets_instances', column: 'wal_bytes', type: 'bigint' }
