import { useEffect, useRef } from 'react'
import { ActionButton } from './action-button.tsx'

type Props = Readonly<{
  /** What is shown more of: "findings". */
  what: string
  list: Readonly<{
    hasNextPage: boolean
    isFetching: boolean
    isFetchingNextPage: boolean
    fetchNextPage: () => unknown
  }>
  /** True if scrolling to the button is enough. */
  isAutomatic?: boolean
}>

/** Shows the next page of a list below the others. */
export function MoreButton({ what, list, isAutomatic = false }: Props) {
  const place = useRef<HTMLParagraphElement>(null)
  const { hasNextPage, isFetching, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (!isAutomatic || !place.current || isFetching) return
    const observer = new IntersectionObserver(
      entries => entries.some(({ isIntersecting }) => isIntersecting) && fetchNextPage(),
      { rootMargin: `${early}px` },
    )
    observer.observe(place.current)
    return () => observer.disconnect()
  })
  if (!hasNextPage) return null
  return (
    <p ref={place}>
      <ActionButton busy={isFetchingNextPage && `Loading more ${what} …`} onPress={() => void fetchNextPage()}>
        {`Show more ${what}`}
      </ActionButton>
    </p>
  )
}

/** So far above the button, the next page is asked for, so that scrolling does not have to wait. */
const early = 400
