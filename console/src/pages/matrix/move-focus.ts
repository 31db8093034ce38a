/** A cell: row 0 has the versions, column 0 the flavors. */
export type Cell = Readonly<{ row: number; column: number }>

/** `last`: the cell at the end. `pageRows`: how many rows Page Up and Page Down move. */
type Grid = Readonly<{ last: Cell; pageRows: number }>

type Key = Readonly<{ key: string; ctrlKey: boolean; metaKey: boolean }>

/** The cell that a key leads to from another cell, as in every grid (ARIA practices); undefined for other keys. */
export function moveFocus({ key, ctrlKey, metaKey }: Key, { row, column }: Cell, { last, pageRows }: Grid) {
  const isFar = ctrlKey || metaKey
  const moves: Readonly<Record<string, Cell>> = {
    ArrowUp: { row: isFar ? 0 : row - 1, column },
    ArrowDown: { row: isFar ? last.row : row + 1, column },
    ArrowLeft: { row, column: isFar ? 0 : column - 1 },
    ArrowRight: { row, column: isFar ? last.column : column + 1 },
    PageUp: { row: row - pageRows, column },
    PageDown: { row: row + pageRows, column },
    Home: { row: isFar ? 0 : row, column: 0 },
    End: { row: isFar ? last.row : row, column: last.column },
  }
  const to = moves[key]
  return (
    to && {
      row: Math.min(Math.max(to.row, 0), last.row),
      column: Math.min(Math.max(to.column, 0), last.column),
    }
  )
}
