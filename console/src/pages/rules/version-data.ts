import { useQuery } from '@tanstack/react-query'
import { trove } from '../../api/trove.ts'

/** Everything that the page of a version shows of its rules. */
export const useVersion = (id: string) =>
  useQuery({
    queryKey: ['version', id],
    queryFn: async () => {
      const path = { id }
      const { version } = await trove.showManagedVersion({ path })
      const [{ policy }, { requirements }, listed, { policy: ofDatastore }] = await Promise.all([
        trove.showFlavorPolicy({ path }),
        trove.listFlavorRequirements({ path }),
        trove.listFlavorAssociations({ path }),
        trove.showDatastoreFlavorPolicy({ path: { datastore: version.datastore_id } }),
      ])
      return { version, policy, requirements, listed, ofDatastore }
    },
  })

export type VersionData = NonNullable<ReturnType<typeof useVersion>['data']>

/** The verdict of a version on a flavor, with the flavor; undefined if there is no such flavor. */
export const useVerdict = (versionId: string, flavorId: string) =>
  useQuery({
    queryKey: ['verdict', versionId, flavorId],
    queryFn: async () => {
      const [{ flavors }, { verdicts }] = await Promise.all([
        trove.listFlavorVerdicts({}),
        trove.listVersionFlavorVerdicts({ path: { id: versionId } }),
      ])
      const flavor = flavors.find(({ id }) => id === flavorId)
      const verdict = verdicts.find(({ flavor_id: id }) => id === flavorId)
      return flavor && verdict ? { flavor, verdict } : null
    },
  })

/** The counts of a version, and how many flavors there are. */
export const useCounts = (versionId: string) =>
  useQuery({
    queryKey: ['flavor verdicts'],
    queryFn: () => trove.listFlavorVerdicts({}),
    structuralSharing: false,
    select: ({ versions, flavors }) => ({
      version: versions.find(({ id }) => id === versionId),
      flavorCount: flavors.length,
    }),
  })
