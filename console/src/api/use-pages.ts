import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { markerIn } from './next-page.ts'
import { ApiError } from './trove.ts'

type Paged = Readonly<{ links?: Parameters<typeof markerIn>[0] }>

type Marker = string | undefined

type Options<Page> = Readonly<{
  /** How often they are read again; false for never. */
  refetchInterval?: (pages: readonly Page[]) => number | false
}>

/** Short enough to see changes soon, and long enough that reading a long list again leaves the server time for others. */
const msForPage = 250

/** How long to wait until so many pages are read again, if it is `ms` for a few of them. */
export const refreshMsOf = (pages: number, ms: number): number => Math.max(ms, pages * msForPage)

/** A refusal stays one, so asking every few seconds is of no use. */
const isRefusal = (error: unknown) => error instanceof ApiError && error.status < 500

/** The pages of a list that were asked for so far. `load` gets the query of the page: its marker, if it is not the first one. */
export const usePages = <Page extends Paged>(
  key: readonly unknown[],
  load: (page: { marker?: string }) => Promise<Page>,
  { refetchInterval }: Options<Page> = {},
): UseInfiniteQueryResult<InfiniteData<Page>> =>
  useInfiniteQuery<Page, Error, InfiniteData<Page>, readonly unknown[], Marker>({
    queryKey: key,
    queryFn: ({ pageParam }) => load(pageParam === undefined ? {} : { marker: pageParam }),
    initialPageParam: undefined,
    getNextPageParam: page => markerIn(page.links),
    // Comparing thousands of rows takes longer than drawing those that are on the screen.
    structuralSharing: false,
    refetchInterval: ({ state: { data, error } }) =>
      isRefusal(error) ? false : (refetchInterval?.(data?.pages ?? []) ?? false),
  })

/** All pages of a list. Those that have arrived can be shown while the others are read. */
export function useAllPages<Page extends Paged>(...args: Parameters<typeof usePages<Page>>) {
  const list = usePages<Page>(...args)
  const { hasNextPage, isFetching, isError, fetchNextPage } = list
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [hasNextPage, isFetching, isError, fetchNextPage])
  return list
}
