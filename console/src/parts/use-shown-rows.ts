import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type FocusEvent, useLayoutEffect, useRef, useState } from 'react'

/** With fewer rows, all of them are on the page, and its reader can search it with the browser. */
const wholeMax = 100

/** About the height of a row, until it is on the page. */
const rowPx = 48

/** A row to show, or the space of rows that are not on the page. */
type Part = Readonly<{ index: number } | { gapPx: number; before: number }>

/** Where the rows begin, from the top of the page. */
function useTop() {
  const body = useRef<HTMLTableSectionElement>(null)
  const [topPx, setTop] = useState(0)
  useLayoutEffect(() => {
    const measure = () => body.current && setTop(Math.round(body.current.getBoundingClientRect().top + scrollY))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  return { body, topPx }
}

const rowOf = ({ target }: FocusEvent) => {
  const index = target.closest('tr')?.dataset.index
  return index === undefined ? undefined : Number(index)
}

/** The rows of a table that are on the page: all of them, or of many those that can be seen and the one with the focus. */
export function useShownRows(count: number) {
  const isLong = count > wholeMax
  const { body, topPx } = useTop()
  const [focused, setFocused] = useState<number>()
  const virtual = useWindowVirtualizer<HTMLTableRowElement>({
    count,
    enabled: isLong,
    estimateSize: () => rowPx,
    overscan: 10,
    scrollMargin: topPx,
    rangeExtractor: (range: Range) => {
      const shown = defaultRangeExtractor(range)
      if (focused === undefined || focused >= count || shown.includes(focused)) return shown
      return [...shown, focused].sort((one, other) => one - other)
    },
  })
  const parts = isLong ? partsOf(virtual.getVirtualItems(), topPx, virtual.getTotalSize()) : everyRow(count)
  return {
    isLong,
    body,
    parts,
    measure: isLong ? virtual.measureElement : undefined,
    onFocus: (event: FocusEvent) => setFocused(rowOf(event)),
    onBlur: () => setFocused(undefined),
  }
}

const everyRow = (count: number): Part[] => Array.from({ length: count }, (_, index) => ({ index }))

type Item = Readonly<{ index: number; start: number; end: number }>

function partsOf(items: readonly Item[], topPx: number, totalPx: number): Part[] {
  const parts: Part[] = []
  let endPx = topPx
  for (const { index, start, end } of items) {
    if (start > endPx) parts.push({ gapPx: start - endPx, before: index })
    parts.push({ index })
    endPx = end
  }
  const restPx = topPx + totalPx - endPx
  if (restPx > 0) parts.push({ gapPx: restPx, before: Number.POSITIVE_INFINITY })
  return parts
}
