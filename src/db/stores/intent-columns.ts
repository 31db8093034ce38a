import type { Intent } from '../../model/instance.ts'

/** A column and the type of its cells. Drivers may return a bigint as text. */
type Column = Readonly<{ column: string; kind: 'plain' | 'bigint' | 'json' }>

const plain = <Name extends string>(column: Name) => ({ column, kind: 'plain' }) as const
const bigint = <Name extends string>(column: Name) => ({ column, kind: 'bigint' }) as const
const json = <Name extends string>(column: Name) => ({ column, kind: 'json' }) as const

/**
 * Maps each part of an intent to a column, or to one column for each of its inner parts; those are all null when the part is
 * undefined. The row type of `trovets_instances`, and the code that reads and writes rows, are derived from this table.
 */
const parts = {
  imageId: plain('image_id'),
  manager: plain('manager'),
  action: plain('action'),
  generation: plain('generation'),
  wanted: { flavorId: plain('flavor_id'), vcpus: plain('vcpus'), ramMb: plain('ram_mb') },
  wantedVolumeGb: plain('volume_size'),
  volumeType: plain('volume_type'),
  from: { flavorId: plain('from_flavor_id'), vcpus: plain('from_vcpus'), ramMb: plain('from_ram_mb') },
  restartOf: plain('restart_of'),
  place: plain('place'),
  process: plain('process'),
  address: { host: plain('host'), port: plain('port') },
  adminPassword: plain('admin_password'),
  preparation: plain('preparation'),
  claim: { by: plain('claimed_by'), untilMs: bigint('claimed_until') },
  nextAtMs: bigint('next_at'),
  failures: plain('failures'),
  use: { bytes: bigint('used_bytes'), atMs: bigint('used_at') },
  walBytes: bigint('wal_bytes'),
  isolation: json('isolation'),
  secured: plain('secured'),
  nextAdminPassword: plain('next_admin_password'),
} as const satisfies { [Part in keyof Intent]: Column | { [Inner in keyof NonNullable<Intent[Part]>]: Column } }

type Cell<Kind extends Column['kind'], Value> =
  | {
      plain: Exclude<Value, undefined>
      bigint: number | string
      json: string
    }[Kind]
  | (undefined extends Value ? null : null extends Value ? null : never)

/** The column names of a part, each with the type of its cell. */
type Entry<Part, Value> = Part extends Column
  ? { name: Part['column']; cell: Cell<Part['kind'], Value> }
  : {
      [Inner in keyof Part]: Inner extends keyof NonNullable<Value>
        ? Entry<Part[Inner], NonNullable<Value>[Inner] | Extract<Value, undefined>>
        : never
    }[keyof Part]

type Entries = { [Part in keyof Intent]: Entry<(typeof parts)[Part], Intent[Part]> }[keyof Intent]

/** A row of `trovets_instances`. */
export type IntentRow = { instance_id: string } & { [Each in Entries as Each['name']]: Each['cell'] }

type Part = Column | Readonly<Record<string, Column>>

const partList = Object.entries<Part>(parts) as [keyof Intent, Part][]
const isColumn = (part: Part): part is Column => typeof part.column === 'string'

export const intentColumnNames = [
  'instance_id',
  ...partList.flatMap(([, part]) => (isColumn(part) ? [part] : Object.values(part))).map(({ column }) => column),
] as readonly (keyof IntentRow)[]

const toCell = ({ kind }: Column, value: unknown) =>
  kind === 'json' && value !== undefined ? JSON.stringify(value) : (value ?? null)

/** The cells of some parts of an intent. */
export function intentCells(some: Partial<Intent>): Partial<IntentRow> {
  const cells = partList
    .filter(([name]) => name in some)
    .flatMap(([name, part]) => {
      const value: unknown = some[name]
      if (isColumn(part)) return [[part.column, toCell(part, value)]]
      return Object.entries(part).map(([inner, column]) => [
        column.column,
        toCell(column, (value as Readonly<Record<string, unknown>> | undefined)?.[inner]),
      ])
    })
  return Object.fromEntries(cells)
}

export const intentRow = (id: string, intent: Intent): IntentRow =>
  ({ instance_id: id, ...intentCells(intent) }) as IntentRow

function fromCell({ kind }: Column, cell: unknown): unknown {
  if (kind === 'json') return cell === null ? undefined : JSON.parse(String(cell))
  return kind === 'bigint' && cell !== null ? Number(cell) : cell
}

/** @param cellOf returns the row's cell of a column */
export function toIntent(cellOf: (column: keyof IntentRow) => unknown): Intent {
  const partOf = (column: Column) => fromCell(column, cellOf(column.column as keyof IntentRow))
  const values = partList.map(([name, part]) => {
    if (isColumn(part)) return [name, partOf(part)]
    const inner = Object.entries(part).map(([name, column]) => [name, partOf(column)] as const)
    return [name, inner.some(([, value]) => value === null) ? undefined : Object.fromEntries(inner)]
  })
  return Object.fromEntries(values)
}
