import type { ReactNode } from 'react'

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

/** A table; the first column names the row. On a narrow screen each row becomes a card. */
export function DataTable<Row>({ caption, columns, rows, keyOf }: Props<Row>) {
  const className = (column: Column<Row>) => (column.isNumber ? 'number' : undefined)
  const [first, ...rest] = columns
  return (
    <table className="table">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(column => (
            <th key={column.head} scope="col" className={className(column)}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={keyOf(row)}>
            <th scope="row">{first!.cell(row)}</th>
            {rest.map(column => (
              <td key={column.head} className={className(column)} data-head={column.head}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
