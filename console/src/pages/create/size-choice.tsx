import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { trove } from '../../api/trove.ts'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { Loading } from '../../parts/loading.tsx'
import { inOrder, type JudgedFlavor, type Size, sizeOf } from '../../sizes/size.ts'
import { SizeCards } from '../../sizes/size-cards.tsx'

const page = getRouteApi('/create')

type Sizes = Readonly<{ sizes: readonly Size[] | undefined; smallest: string | undefined; error: unknown }>

/** The sizes of a version with their verdicts, and the smallest one that the API allows. */
export function useSizes(datastore: string, version: string | undefined): Sizes {
  const { data: sizes, error } = useQuery({
    queryKey: ['sizes', datastore, version],
    queryFn: async () => {
      const input = { path: { datastore, version: version! }, query: { verdicts: 'true' } }
      return (await trove.listVersionFlavors(input)).flavors.map(flavor => sizeOf(flavor as JudgedFlavor))
    },
    enabled: version !== undefined,
  })
  const smallest = inOrder(sizes ?? [], 'memory').find(({ refusal }) => refusal === undefined)?.id
  return { sizes, smallest, error }
}

type Props = Readonly<{ sizes: Sizes; version: string; value: string | undefined }>

/** The size of the instance. It is in the URL once it is chosen. */
export function SizeChoice({ sizes: { sizes, error }, version, value }: Props) {
  const navigate = page.useNavigate()
  const { sizes: words, order } = page.useSearch()
  return (
    <>
      <ApiProblem error={error} title="The sizes cannot be shown." />
      {sizes === undefined && !error ? <Loading what="sizes" /> : null}
      {sizes === undefined ? null : (
        <SizeCards
          label="Size"
          version={version}
          sizes={sizes}
          value={value}
          look={{ words, order }}
          onLook={look =>
            navigate({ search: search => ({ ...search, sizes: look.words, order: look.order }), replace: true })
          }
          onChange={flavor => navigate({ search: search => ({ ...search, flavor }), replace: true })}
        />
      )}
    </>
  )
}
