import { memo } from 'react'
import { shortSizeWords } from '../../parts/flavor-size.ts'
import { type FlavorVerdict, OutcomeMark, outcomeLooks } from '../../parts/outcome.tsx'
import { consolePath } from '../../place.ts'
import { searchText } from '../../search-texts.ts'
import type { Flavor, Verdicts, Version } from './matrix-data.ts'

/** A column that is on the screen, or close to it. `index`: its place among all versions. */
export type ShownColumn = Readonly<{
  index: number
  left: string
  version: Version
  verdicts: Verdicts | undefined
}>

export const versionName = ({ datastore, name }: Version): string => `${datastore.name} ${name}`

/** Links are plain ones, which the grid follows: a thousand of the router would each listen to it. */
export const versionHref = (version: Version, flavor?: Flavor): string =>
  `${consolePath}versions/${encodeURIComponent(version.id)}${searchText({ flavor: flavor?.id })}`

const cellWords = (verdict: FlavorVerdict): string =>
  verdict.message === null
    ? outcomeLooks[verdict.outcome].word
    : `${outcomeLooks[verdict.outcome].word}: ${verdict.message}`

type Props = Readonly<{
  flavor: Flavor
  /** Among all flavors. */
  index: number
  top: number
  columns: readonly ShownColumn[]
  /** The column that Tab leads to, if it is in this row. */
  focusColumn: number | undefined
}>

/** A flavor, and what the versions say to it. */
export const MatrixRow = memo(function MatrixRow({ flavor, index, top, columns, focusColumn }: Props) {
  const row = index + 1
  return (
    <div role="row" aria-rowindex={row + 1} className="matrix-row" style={{ top }}>
      <div
        role="rowheader"
        aria-colindex={1}
        className="matrix-flavor"
        data-cell={`${row} 0`}
        tabIndex={focusColumn === 0 ? 0 : -1}
      >
        <bdi className="matrix-name">{flavor.name}</bdi>
        <span className="hint">{shortSizeWords(flavor)}</span>
      </div>
      {columns.map(({ index: column, left, version, verdicts }) => (
        <MatrixCell
          key={version.id}
          {...{ flavor, version, row, left }}
          column={column + 1}
          verdict={verdicts?.get(flavor.id)}
          hasTabStop={focusColumn === column + 1}
        />
      ))}
    </div>
  )
})

type CellProps = Readonly<{
  flavor: Flavor
  version: Version
  verdict: FlavorVerdict | undefined
  /** Its place in the grid, after the headers. */
  row: number
  column: number
  left: string
  hasTabStop: boolean
}>

/** What a version says to a flavor. It stays as it is when another column comes into sight. */
const MatrixCell = memo(function MatrixCell({ flavor, version, verdict, row, column, left, hasTabStop }: CellProps) {
  return (
    <div
      role="gridcell"
      aria-colindex={column + 1}
      className={`matrix-cell ${verdict?.outcome ?? 'unknown'}`}
      style={{ insetInlineStart: left }}
    >
      <a
        href={versionHref(version, flavor)}
        data-cell={`${row} ${column}`}
        tabIndex={hasTabStop ? 0 : -1}
        aria-label={verdict ? cellWords(verdict) : 'loading'}
      >
        {verdict ? <OutcomeMark outcome={verdict.outcome} /> : '…'}
      </a>
    </div>
  )
})
