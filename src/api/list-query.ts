import { Refused } from '../model/refused.ts'
import { type Paging, pagingOf } from '../rules/paging.ts'

export const isTrue = (text: string | undefined) => /^(true|1|yes|on)$/i.test(text ?? '')

/** What `listQuery` reads. */
export const listParameters = ['limit', 'marker', 'include_clustered', 'deleted', 'project_id'] as const

/** What the query of a list asks for. Throws a refusal for a limit that is none. */
export function listQuery(query: Readonly<Record<string, string | undefined>>) {
  const paging: Paging | Refused = pagingOf(query)
  if (paging instanceof Refused) throw paging
  return {
    paging,
    clusteredToo: isTrue(query.include_clustered),
    deleted: isTrue(query.deleted),
    projectId: query.project_id || undefined,
  }
}
