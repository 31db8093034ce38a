import { type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query'
import { type Answer, trove } from '../../api/trove.ts'
import type { FlavorVerdict } from '../../parts/outcome.tsx'

type Overview = Answer<'listFlavorVerdicts'>
export type Version = Overview['versions'][number]
export type Flavor = Overview['flavors'][number]

/** The verdicts of a version, by the id of the flavor. */
export type Verdicts = ReadonlyMap<string, FlavorVerdict>

/** All versions with their counts, and all flavors. */
export const useOverview = () =>
  useQuery({ queryKey: ['flavor verdicts'], queryFn: () => trove.listFlavorVerdicts({}), structuralSharing: false })

/** Long enough that scrolling to and fro asks once. */
const freshMs = 60_000

async function verdictsOf(id: string): Promise<Verdicts> {
  const { verdicts } = await trove.listVersionFlavorVerdicts({ path: { id } })
  return new Map(verdicts.map(verdict => [verdict.flavor_id, verdict]))
}

type Loaded = Readonly<{ verdicts: readonly (Verdicts | undefined)[]; error: unknown }>

const combine = (results: readonly UseQueryResult<Verdicts>[]): Loaded => ({
  verdicts: results.map(({ data }) => data),
  error: results.find(({ error }) => error)?.error,
})

/** The verdicts of some versions, in their order; undefined while they are loaded. Each version is asked for once. */
export const useVerdicts = (versionIds: readonly string[]): Loaded =>
  useQueries({
    queries: versionIds.map(id => ({
      queryKey: ['flavor verdicts', id],
      queryFn: () => verdictsOf(id),
      staleTime: freshMs,
      structuralSharing: false,
    })),
    combine,
  })
