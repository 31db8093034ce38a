import { useQueries } from '@tanstack/react-query'
import { allPages } from '../../api/next-page.ts'
import { type Answer, trove } from '../../api/trove.ts'

type Finding = Answer<'listFlavorCompliance'>['findings'][number]

/** The findings about instances. Undefined for an instance that the API was not asked about yet. */
export type FindingsOf = Readonly<{ byId: ReadonlyMap<string, readonly Finding[]>; error: unknown }>

/** Asks what the instances of each page break, one request a page. */
export const useFindingsOf = (pages: readonly (readonly string[])[], isEnabled: boolean): FindingsOf =>
  useQueries({
    queries: pages.map(ids => ({
      queryKey: ['compliance', 'of', ids],
      enabled: isEnabled && ids.length > 0,
      queryFn: () => findingsOf(ids),
    })),
    combine: results => ({
      byId: new Map(results.flatMap(({ data }) => data ?? [])),
      error: results.find(({ error }) => error)?.error,
    }),
  })

async function findingsOf(ids: readonly string[]): Promise<[id: string, findings: readonly Finding[]][]> {
  const found = await allPages(async marker => {
    const query = { instance_id: ids.join(','), ...(marker === undefined ? {} : { marker }) }
    const { findings, links } = await trove.listFlavorCompliance({ query })
    return { items: findings, links }
  })
  return ids.map(id => [id, found.filter(({ instance }) => instance?.id === id)])
}
