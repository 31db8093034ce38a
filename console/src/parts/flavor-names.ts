import { useQuery } from '@tanstack/react-query'
import { trove } from '../api/trove.ts'

/** Gives the name of a flavor for its id. A flavor that does not exist has only its id. */
export function useFlavorNames(): (id: string) => string {
  const { data } = useQuery({
    queryKey: ['flavor names'],
    queryFn: async () => new Map((await trove.listFlavorVerdicts({})).flavors.map(({ id, name }) => [id, name])),
    staleTime: 60_000,
    structuralSharing: false,
  })
  return id => data?.get(id) ?? id
}
