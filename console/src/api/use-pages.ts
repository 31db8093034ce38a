import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query'
import { markerIn } from './next-page.ts'
import { ApiError } from './trove.ts'

type Paged = Readonly<{ links?: Parameters<typeof markerIn>[0] }>

/** A refusal stays one, so asking every few seconds is of no use. */
const isRefusal = (error: unknown) => error instanceof ApiError && error.status < 500

/** The pages of a list that were asked for so far. `load` gets the query of the page: its marker, if it is not the first one. */
export const usePages = <Page extends Paged>(
  key: readonly unknown[],
  load: (page: { marker?: string }) => Promise<Page>,
  options: Readonly<{ refetchInterval?: number }> = {},
): UseInfiniteQueryResult<InfiniteData<Page>> =>
  useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => load(pageParam === undefined ? {} : { marker: pageParam }),
    initialPageParam: undefined as string | undefined,
    refetchInterval: ({ state: { error } }) => (isRefusal(error) ? false : (options.refetchInterval ?? false)),
    getNextPageParam: page => markerIn(page.links),
  })
