import type { Outcome } from './command.ts'

/** Why a client shows something else in front of us than it did in front of Trove 18, and what it shows instead. */
export type Difference = Readonly<{ why: string; ours: (captured: Outcome) => Outcome }>

type Row = readonly string[]

const withRows = (change: (rows: readonly Row[]) => readonly Row[]) => {
  return (captured: Outcome): Outcome => ({ ...captured, stdout: change(captured.stdout as Row[]) })
}

const volumeTypeHead = ['ID', 'Name', 'Is Public', 'Description']

/** As the client shows them: with Python's marks of bytes, and in an order of its own. */
const volumeTypes = [
  ["b'aaaaaaaa-0000-4000-8000-000000000001'", "b'lvmdriver-1'", 'True', 'None'],
  ["b'aaaaaaaa-0000-4000-8000-000000000002'", "b'fast-ssd'", 'True', 'None'],
  ["b'standard'", "b'standard'", 'True', 'None'],
]

const whyPrivate =
  'Trove never lists a flavor that is private to the project; here a tenant sees exactly the flavors its project may ' +
  'use (design §2, Differences).'

const whyRemaining = 'Other requests had been made before; Remaining counts those of this run: only GETs.'

/** Every verb but GET still has all of its requests. */
const allRemaining = withRows(rows =>
  rows.map(row => {
    const [value, verb, , unit] = row
    return unit?.includes('MINUTE') && !verb!.includes('GET') ? [value!, verb!, value!, unit] : row
  }),
)

const privateRow = (name: string) => ['90', name, '1024', '1', '10', '0']

/** By name of the capture. What is not listed here is shown as captured. */
export const allowedDifferences: Readonly<Record<string, Difference>> = {
  '01-osc-flavor-list': { why: whyPrivate, ours: withRows(rows => [...rows, privateRow('db.private')]) },
  '02-osc-flavor-list-json': {
    why: whyPrivate,
    ours: captured => ({
      ...captured,
      stdout: [
        ...(captured.stdout as object[]),
        { ID: 90, Name: 'db.private', RAM: 1024, vCPUs: 1, Disk: 10, Ephemeral: 0 },
      ],
    }),
  },
  '04-osc-flavor-list-of-version-by-name': {
    why: 'Trove takes a version name for an unknown id and lists every flavor; here a name works (design §2, Differences).',
    ours: withRows(rows => rows.filter(([, name]) => ['Name', 'm1.small', 'm1.medium', 'db.highmem'].includes(name!))),
  },
  '12-osc-datastore-list': {
    why: 'Trove lists datastores in no order of its own; here it is by name (trove-baseline §a).',
    ours: withRows(([head, ...rows]) => [head!, ...rows.toSorted(([, a], [, b]) => (a! < b! ? -1 : 1))]),
  },
  '21-osc-datastore-version-show-admin': {
    why: 'Current Trove gives an admin registry_ext and repl_strategy as well; Trove 18 does not (wire-contract §3, V).',
    ours: withRows(rows => [...rows.slice(0, -1), ['registry_ext', 'None'], ['repl_strategy', 'None'], rows.at(-1)!]),
  },
  '31-osc-limit-list': { why: whyRemaining, ours: allRemaining },
  '33-trove-flavor-list': {
    why: `${whyPrivate} (The order is the client’s own.)`,
    ours: withRows(([head, ...rows]) => [head!, privateRow("b'db.private'"), ...rows]),
  },
  '42-trove-volume-type-list': {
    why: 'Trove took this away in 2020, and its client still asks for it; here it is answered.',
    ours: () => ({ exitCode: 0, stdout: [volumeTypeHead, ...volumeTypes], stderr: [] }),
  },
  '43-trove-volume-type-list-of-version': {
    why: 'The type `standard` is always there (decision 0011).',
    ours: () => ({ exitCode: 0, stdout: [volumeTypeHead, ...volumeTypes], stderr: [] }),
  },
  '44-trove-limit-list': { why: whyRemaining, ours: allRemaining },
}

const { '43-trove-volume-type-list-of-version': _, ...othersBesideTrove } = allowedDifferences

/** The same with the volume types of a Cinder, among which there is no `standard`. */
export const besideTroveDifferences: typeof allowedDifferences = {
  ...othersBesideTrove,
  '42-trove-volume-type-list': {
    why: 'Trove took this away in 2020, and its client still asks for it; here it is answered.',
    ours: () => ({ exitCode: 0, stdout: [volumeTypeHead, ...volumeTypes.slice(0, 2)], stderr: [] }),
  },
}
