import { useQuery } from '@tanstack/react-query'
import { queries } from '../../api/queries.ts'

const key = ['catalogue text']

/** The text that is being edited. It is kept while other pages are shown, until the tab or the session ends. */
export function useKeptText(): [text: string, setText: (text: string) => void] {
  const { data } = useQuery<string>({
    queryKey: key,
    queryFn: () => queries.getQueryData<string>(key) ?? '',
    initialData: '',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  })
  return [data, text => queries.setQueryData(key, text)]
}
