import { type UseMutationResult, useMutation } from '@tanstack/react-query'
import { queries } from './queries.ts'

/** A request that changes something. When it has succeeded, everything that is shown is read again. */
export const useChange = <Result, Given = void>(
  change: (given: Given) => Promise<Result>,
  onDone?: (result: Result, given: Given) => unknown,
): UseMutationResult<Result, Error, Given> =>
  useMutation({
    mutationFn: change,
    onSuccess: async (result, given) => {
      await queries.invalidateQueries()
      await onDone?.(result, given)
    },
  })
