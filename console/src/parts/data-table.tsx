import { memo, type ReactNode } from 'react'
import { useShownRows } from './use-shown-rows.ts'

export type Column<Row> = Readonly<{
  head: string
  cell: (row: Row) => ReactNode
  /** True for numbers. */
  isNumber?: boolean
}>

type Props<Row> = Readonly<{
  /** What the table lists; screen readers read it first. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
}>

const classOf = ({ isNumber }: Readonly<{ isNumber?: boolean }>) => (isNumber ? 'number' : undefined)

/**
 * A table; the first column names the row. On a narrow screen each row becomes a card. Of a long table, only the rows that can
 * be seen are on the page.
 */
export function DataTable<Row>({ caption, columns, rows, keyOf }: Props<Row>) {
  const { isLong, parts, body, measure, onFocus, onBlur } = useShownRows(rows.length)
  return (
    <table className={isLong ? 'table long' : 'table'} aria-rowcount={isLong ? rows.length + 1 : undefined}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr aria-rowindex={isLong ? 1 : undefined}>
          {columns.map(column => (
            <th key={column.head} scope="col" className={classOf(column)}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body} onFocus={onFocus} onBlur={onBlur}>
        {parts.map(part =>
          'gapPx' in part ? (
            // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it holds nothing that can have the focus
            <tr key={`gap before ${part.before}`} className="gap" aria-hidden="true">
              <td colSpan={columns.length} style={{ height: part.gapPx }} />
            </tr>
          ) : (
            <TableRow
              key={keyOf(rows[part.index]!)}
              row={rows[part.index]!}
              index={part.index}
              columns={columns}
              measure={measure}
            />
          ),
        )}
      </tbody>
    </table>
  )
}

type RowProps<Row> = Readonly<{
  row: Row
  index: number
  columns: readonly Column<Row>[]
  /** Undefined in a table that is shown whole. */
  measure: ((row: HTMLTableRowElement | null) => void) | undefined
}>

function RowOfCells<Row>({ row, index, columns: [first, ...rest], measure }: RowProps<Row>) {
  return (
    <tr ref={measure} data-index={index} aria-rowindex={measure ? index + 2 : undefined}>
      <th scope="row">{first!.cell(row)}</th>
      {rest.map(column => (
        <td key={column.head} className={classOf(column)} data-head={column.head}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}

const TableRow = memo(RowOfCells) as typeof RowOfCells
