import { useRouter } from '@tanstack/react-router'
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, type SyntheticEvent, useEffect, useMemo, useRef, useState } from 'react'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { CellDetails } from './cell-details.tsx'
import { type Flavor, useVerdicts, type Version } from './matrix-data.ts'
import { MatrixHead } from './matrix-head.tsx'
import { MatrixRow, type ShownColumn } from './matrix-row.tsx'
import { type Cell, moveFocus } from './move-focus.ts'

/** The sizes in `matrix.css`, in rem. */
const sizes = { row: 3.2, head: 5, column: 7.5, flavor: 13, flavorNarrow: 9 }

const remPx = parseFloat(getComputedStyle(document.documentElement).fontSize)

const narrow = matchMedia('(max-width: 40rem)')
const flavorPx = () => (narrow.matches ? sizes.flavorNarrow : sizes.flavor) * remPx

/** Keeps the cell with the focus on the page when it is scrolled away, so that the keyboard continues there. */
const withFocus = (index: number) => (range: Range) => {
  const shown = defaultRangeExtractor(range)
  return index < 0 || shown.includes(index) ? shown : [...shown, index].sort((one, other) => one - other)
}

function useAxes(flavorCount: number, versionCount: number, focus: Cell) {
  const scroller = useRef<HTMLDivElement>(null)
  const getScrollElement = () => scroller.current
  const rows = useVirtualizer({
    count: flavorCount,
    getScrollElement,
    estimateSize: () => sizes.row * remPx,
    scrollPaddingEnd: sizes.head * remPx,
    overscan: 8,
    rangeExtractor: withFocus(focus.row - 1),
  })
  const columns = useVirtualizer({
    count: versionCount,
    getScrollElement,
    horizontal: true,
    estimateSize: () => sizes.column * remPx,
    scrollPaddingEnd: flavorPx(),
    overscan: 2,
    rangeExtractor: withFocus(focus.column - 1),
  })
  return { scroller, rows, columns }
}

const cellAt = ({ target }: SyntheticEvent): Cell | undefined => {
  const found = target instanceof Element ? target.closest('[role$="header"], [role="gridcell"]') : null
  const text = found?.matches('[data-cell]') ? found : found?.querySelector('[data-cell]')
  const [row, column] = (text?.getAttribute('data-cell') ?? '').split(' ').map(Number)
  return row === undefined || column === undefined ? undefined : { row, column }
}

/** Which cell has the tab stop, which one the pointer, and how keys move. */
function useGrid(flavorCount: number, versionCount: number) {
  const [stored, setFocus] = useState<Cell>({ row: 0, column: 0 })
  const last = { row: flavorCount, column: versionCount }
  const focus = { row: Math.min(stored.row, last.row), column: Math.min(stored.column, last.column) }
  const [pointed, setPointed] = useState<Cell>()
  const isMoving = useRef(false)
  const { scroller, rows, columns } = useAxes(flavorCount, versionCount, focus)
  useEffect(() => {
    if (!isMoving.current) return
    isMoving.current = false
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-cell="${focus.row} ${focus.column}"]`)
    cell?.focus({ preventScroll: true })
  })
  const onKeyDown = (event: KeyboardEvent) => {
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / (sizes.row * remPx)) - 2)
    const to = moveFocus(event, focus, { last, pageRows })
    if (!to) return
    event.preventDefault()
    isMoving.current = true
    setPointed(undefined)
    setFocus(to)
    if (to.row > 0) rows.scrollToIndex(to.row - 1)
    if (to.column > 0) columns.scrollToIndex(to.column - 1)
  }
  return { focus, setFocus, pointed, setPointed, scroller, rows, columns, onKeyDown }
}

type Props = Readonly<{ flavors: readonly Flavor[]; versions: readonly Version[] }>

/**
 * Versions and flavors, of which only the cells that can be seen are on the page. It is a grid of ARIA and no table, because
 * the cells of a table cannot be placed; `biome.json` allows that for this folder.
 */
export function MatrixGrid({ flavors, versions }: Props) {
  const { history } = useRouter()
  const { focus, setFocus, pointed, setPointed, scroller, rows, columns, onKeyDown } = useGrid(
    flavors.length,
    versions.length,
  )
  const [hasFocus, setHasFocus] = useState(false)
  const { shown, error } = useShownColumns(columns.getVirtualItems(), versions)
  const detailed = pointed ?? (hasFocus ? focus : undefined)
  return (
    <>
      <ApiProblem error={error} title="Some verdicts cannot be shown." />
      <CellDetails
        flavor={detailed && flavors[detailed.row - 1]}
        version={detailed && versions[detailed.column - 1]}
        verdicts={shown.find(({ index }) => index + 1 === detailed?.column)?.verdicts}
      />
      <div
        ref={scroller}
        role="grid"
        aria-label="Verdicts of versions on flavors"
        aria-readonly="true"
        aria-rowcount={flavors.length + 1}
        aria-colcount={versions.length + 1}
        className="matrix"
        onKeyDown={onKeyDown}
        onClick={event => {
          // A finger cannot point at a cell without tapping it: the first tap shows the reasons, with a link to the version.
          const cell =
            event.nativeEvent instanceof PointerEvent && event.nativeEvent.pointerType === 'touch'
              ? cellAt(event)
              : undefined
          if (!cell || cell.row === 0) return follow(event, href => history.push(href))
          event.preventDefault()
          setPointed(cell)
        }}
        onFocus={event => {
          const cell = cellAt(event)
          if (cell) setFocus(cell)
          setHasFocus(true)
        }}
        onBlur={() => setHasFocus(false)}
        onPointerOver={event => event.pointerType !== 'touch' && setPointed(cellAt(event))}
        onPointerLeave={event => event.pointerType !== 'touch' && setPointed(undefined)}
      >
        <div className="matrix-size" style={{ width: `calc(var(--flavor) + ${versions.length} * var(--column))` }}>
          <MatrixHead
            columns={shown}
            flavorCount={flavors.length}
            focusColumn={focus.row === 0 ? focus.column : undefined}
          />
          <div role="rowgroup" className="matrix-body" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, start }) => (
              <MatrixRow
                key={flavors[index]!.id}
                flavor={flavors[index]!}
                index={index}
                top={start}
                columns={shown}
                focusColumn={focus.row === index + 1 ? focus.column : undefined}
              />
            ))}
          </div>
        </div>
      </div>
    </>
  )
}

/** The columns to show, with their verdicts. They stay the same object while scrolling down, so that rows are not drawn again. */
function useShownColumns(items: readonly Readonly<{ index: number; start: number }>[], versions: readonly Version[]) {
  const key = items.map(({ index }) => index).join(' ')
  const indexes = useMemo(() => (key === '' ? [] : key.split(' ').map(Number)), [key])
  const shownVersions = indexes.flatMap(index => versions[index] ?? [])
  const { verdicts, error } = useVerdicts(shownVersions.map(({ id }) => id))
  const shown = useMemo(
    () =>
      indexes.flatMap((index, place): ShownColumn[] => {
        const version = versions[index]
        const left = `calc(var(--flavor) + ${index} * var(--column))`
        return version ? [{ index, left, version, verdicts: verdicts[place] }] : []
      }),
    [indexes, versions, verdicts],
  )
  return { shown, error }
}

/** Follows a link without loading the console again, unless the reader asks for a new tab or window. */
function follow(event: MouseEvent, go: (href: string) => void): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  go(link.pathname + link.search)
}
