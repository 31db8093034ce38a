import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { type Answer, ApiError, trove } from '../../api/trove.ts'
import { hasDatabases } from '../../parts/engine-kind.ts'
import { isBusy } from '../../parts/instance-status.tsx'
import { type JudgedFlavor, type Size, sizeOf } from '../../sizes/size.ts'

export type Instance = Answer<'showInstance'>['instance']

/** Short enough to see the steps of the service one by one. */
const busyMs = 500
const idleMs = 5000

/** Whether an instance was deleted, or never was. It does not come back. */
export const isGone = (error: unknown): error is ApiError => error instanceof ApiError && error.status === 404

/** An instance. It is read again often while the service works on it. */
export const useInstance = (id: string): UseQueryResult<Instance> =>
  useQuery({
    queryKey: ['instance', id],
    queryFn: async () => (await trove.showInstance({ path: { id } })).instance,
    refetchInterval: ({ state: { data, error } }) =>
      isGone(error) ? false : data && !error && isBusy(data) ? busyMs : idleMs,
  })

type Target = Answer<'listResizeTargets'>['flavors'][number]

/** A size that an instance could have. */
export type TargetSize = Size & Readonly<{ reasons: Target['verdict']['reasons'] }>

function targetSizeOf(target: Target): TargetSize {
  const { verdict, current, resize } = target
  const size = sizeOf(target as JudgedFlavor)
  const isOff = !current && !resize.possible
  const refusal = verdict.allowed && isOff ? (resize.message ?? 'The API gives no reason.') : size.refusal
  return { ...size, refusal, isCurrent: current, reasons: verdict.reasons }
}

/** The sizes that the project can use, with what the API says about a resize to each. */
export const useTargets = ({ id, flavor }: Instance): UseQueryResult<readonly TargetSize[]> =>
  useQuery({
    queryKey: ['targets', id, flavor.id],
    queryFn: async () => (await trove.listResizeTargets({ path: { id } })).flavors.map(targetSizeOf),
    staleTime: 30_000,
  })

const canList = ({ status, datastore }: Instance) => status === 'ACTIVE' && hasDatabases(datastore)

/** Whether root was enabled on an instance. */
export const useRoot = (instance: Instance): UseQueryResult<boolean> =>
  useQuery({
    queryKey: ['root', instance.id],
    queryFn: async () => (await trove.showRoot({ path: { id: instance.id } })).rootEnabled,
    enabled: instance.status === 'ACTIVE',
    retry: false,
  })

const inside = { retry: false, refetchInterval: 30_000 } as const

/** The databases of an instance that runs. */
export const useDatabases = (instance: Instance): UseQueryResult<readonly string[]> =>
  useQuery({
    queryKey: ['databases', instance.id],
    queryFn: async () => (await trove.listDatabases({ path: { id: instance.id } })).databases.map(({ name }) => name),
    enabled: canList(instance),
    ...inside,
  })

export type User = Readonly<{ name: string; databases: readonly string[] }>

/** The users of an instance that runs. */
export const useUsers = (instance: Instance): UseQueryResult<readonly User[]> =>
  useQuery({
    queryKey: ['users', instance.id],
    queryFn: async () =>
      (await trove.listUsers({ path: { id: instance.id } })).users.map(({ name, databases }) => ({
        name,
        databases: databases.map(database => database.name),
      })),
    enabled: canList(instance),
    ...inside,
  })
