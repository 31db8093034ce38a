import { visibleText } from '../model/visible-text.ts'
import type { Cell, Command, Output } from './command.ts'
import type { Paint } from './paint.ts'

export const formats = ['table', 'json', 'csv', 'yaml', 'value'] as const
export type Format = (typeof formats)[number]

/** Formats of reports for other programs. */
export const reportFormats = ['sarif', 'junit'] as const

/** The values of `-f` of a command; none if it prints no list. */
export const formatsOf = ({ lists, reports }: Command): readonly string[] => [
  ...(lists ? formats : []),
  ...(reports ? reportFormats : []),
]

type Listing = Extract<Output, { columns: readonly string[] }>

/** Formats a list as the `openstack` command does, without a newline at the end. */
export async function formatListing({ columns, rows }: Listing, format: Format, paint: Paint): Promise<string> {
  const objects = () => rows.map(row => Object.fromEntries(columns.map((column, index) => [column, row[index]])))
  switch (format) {
    case 'table':
      return table(columns, rows, paint)
    case 'json':
      return JSON.stringify(objects(), null, 2)
    case 'csv': {
      const { stringify } = await import('csv-stringify/sync')
      return stringify([columns, ...rows.map(row => row.map(cell => shown(printed(cell))))], {
        quoted_string: true,
      }).trimEnd()
    }
    case 'yaml': {
      const { stringify } = await import('yaml')
      return stringify(objects()).trimEnd()
    }
    case 'value':
      return rows.map(row => row.map(cell => shown(printed(cell))).join(' ')).join('\n')
  }
}

/** Prints booleans and null as Python does, like the `openstack` command; numbers stay numbers. */
const printed = (cell: Cell): string | number =>
  typeof cell === 'boolean' ? (cell ? 'True' : 'False') : cell === null ? '' : cell

/** One line, and nothing that acts on a terminal: names of instances may contain any character. */
const shown = (cell: string | number) => (typeof cell === 'string' ? visibleText(cell) : cell)

const isNumeric = (cells: readonly Cell[]) =>
  cells.some(cell => typeof cell === 'number') && cells.every(cell => typeof cell === 'number' || cell === null)

async function table(columns: readonly string[], rows: Listing['rows'], paint: Paint): Promise<string> {
  const { default: Table } = await import('cli-table3')
  const line = { top: '-', 'top-mid': '+', 'top-left': '+', 'top-right': '+' }
  const chars = {
    ...line,
    bottom: '-',
    'bottom-mid': '+',
    'bottom-left': '+',
    'bottom-right': '+',
    left: '|',
    'left-mid': '+',
    mid: '-',
    'mid-mid': '+',
    right: '|',
    'right-mid': '+',
    middle: '|',
  }
  const drawn = new Table({
    head: columns.map(paint.head),
    chars,
    style: { head: [], border: [] },
    colAligns: columns.map((_, index) => (isNumeric(rows.map(row => row[index]!)) ? 'right' : 'left')),
  })
  const painted = (cell: Cell) =>
    typeof cell === 'boolean' ? paint[cell ? 'yes' : 'no'](printed(cell) as string) : shown(printed(cell))
  drawn.push(...rows.map(row => row.map(painted)))
  // The library draws a line below every row; the `openstack` command draws one only below the header.
  const [top, head, rule, ...body] = drawn.toString().split('\n')
  const inner = body.slice(0, -1).filter(line => !line.startsWith('+'))
  return [top, head, rule, ...inner, rows.length > 0 ? body.at(-1) : undefined]
    .filter(line => line !== undefined)
    .join('\n')
}
