import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useSettledInput } from './use-settled-input.ts'

/** What a change would do, or why it would be refused. */
export type Trial<Answer> = Readonly<{
  answer: Answer | undefined
  error: unknown
  /** True until the API has answered for the present input. */
  isPending: boolean
}>

/**
 * Tries a change with a dry run, again for each new input.
 *
 * @param input what the change depends on; undefined while it is not complete
 */
export function useTrial<Input, Answer>(
  name: string,
  input: Input | undefined,
  dryRun: (input: Input) => Promise<Answer>,
): Trial<Answer> {
  const text = JSON.stringify(input)
  const settled = useSettledInput(text)
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    queryKey: ['trial', name, settled],
    queryFn: () => dryRun(JSON.parse(settled!) as Input),
    enabled: settled !== undefined,
    // Another user may have changed something since the last one.
    staleTime: 0,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
  })
  if (input === undefined) return { answer: undefined, error: null, isPending: true }
  return { answer: error ? undefined : data, error, isPending: text !== settled || isFetching || isPlaceholderData }
}
